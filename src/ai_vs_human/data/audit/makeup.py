"""A manifest to the checks of what it is made up of: how many, of which class, from where."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from math import sqrt
from typing import Final

from ai_vs_human.data.audit.evidence import Evidence, number, share
from ai_vs_human.data.audit.report import Check
from ai_vs_human.data.manifest import SPLITS, Manifest
from ai_vs_human.labels import Label

_ACCURACY: Final = 0.9
_TWO_SIDED_95: Final = 1.96
_ORIGINS: Final = 40


def makeup_checks(evidence: Evidence) -> tuple[Check, ...]:
    """Number, balance, origins and readability."""
    return (
        _images(evidence),
        _balance(evidence),
        _origins(evidence),
        _unreadable(evidence),
    )


def count_splits(manifest: Manifest) -> dict[str, dict[str, int]]:
    """Images by split and class."""
    parts = {str(name): manifest.part(name) for name in SPLITS}
    parts["none"] = manifest.with_records(r for r in manifest.records if not r.split)
    return {name: _by_class(part) for name, part in parts.items() if len(part)}


def count_origins(manifest: Manifest) -> dict[str, dict[str, int]]:
    """Images by class and origin, the most frequent origins first."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for record in manifest.records:
        counts[record.label.key][record.origin] += 1
    return {key: dict(origins.most_common(_ORIGINS)) for key, origins in counts.items()}


def _by_class(manifest: Manifest) -> dict[str, int]:
    counts = Counter(record.label for record in manifest.records)
    return {label.key: counts[label] for label in Label}


def _images(evidence: Evidence) -> Check:
    manifest = evidence.manifest
    tested = len(manifest.part("test")) or len(manifest)
    margin = _TWO_SIDED_95 * sqrt(_ACCURACY * (1 - _ACCURACY) / max(1, tested))
    return evidence.check(
        "images",
        "number of images",
        margin,
        found=f"{number(len(manifest), 'image')}, of which {tested:,} are tested on: an accuracy"
        f" of 90 % is known to {100 * margin:.1f} points up or down",
        meaning="Detectors that differ by less cannot be told apart on these images.",
        remedy="more images, or k-fold splits that test on every image once",
    )


def _balance(evidence: Evidence) -> Check:
    counts = Counter(record.label.key for record in evidence.manifest.records)
    larger = max(counts.values(), default=0)
    listed = ", ".join(f"{counts[label.key]:,} {label.key}" for label in reversed(Label))
    return evidence.check(
        "balance",
        "balance of the classes",
        share(larger, len(evidence.manifest)),
        found=f"{listed}",
        meaning="The accuracy of answering the larger class always is its share; read balanced"
        " accuracy and AUROC.",
        remedy="add images of the smaller class, or data.limit= for as many of each",
    )


def _origins(evidence: Evidence) -> Check:
    origins = count_origins(evidence.manifest)
    ai, human = origins.get("ai", {}), origins.get("human", {})
    return Check(
        "origins",
        "generators and sources",
        "ok",
        f"AI images of {_named(ai, 'generator')}, human images of {_named(human, 'source')}",
        "A detector's figures hold for generators and sources like these; leave one out to see"
        " how far they carry.",
    )


def _named(origins: Mapping[str, int], noun: str) -> str:
    known, unnamed = len(origins.keys() - {"unknown"}), origins.get("unknown", 0)
    if not known:
        return f"unknown {noun}s"
    rest = f" (and {number(unnamed, 'image')} of unknown ones)" if unnamed else ""
    return f"{number(known, noun)}{rest}"


def _unreadable(evidence: Evidence) -> Check:
    count = len(evidence.manifest.unreadable)
    return evidence.check(
        "unreadable",
        "files that cannot be read",
        share(count, count + len(evidence.manifest)),
        found=f"{number(count, 'file')} of {count + len(evidence.manifest):,} cannot be read",
        meaning="They are left out; if one class has most of them, the classes differ in more"
        " than who made them.",
        remedy="replace or remove the files that are listed",
    )
