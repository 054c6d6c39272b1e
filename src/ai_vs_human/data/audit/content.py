"""Images that are alike to the checks of what must not be: copies, leaks and conflicts."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from ai_vs_human.data.audit.alike import Alike
from ai_vs_human.data.audit.evidence import Evidence, number, share
from ai_vs_human.data.audit.report import Check
from ai_vs_human.data.manifest import Record


def content_checks(evidence: Evidence) -> tuple[Check, ...]:
    """Conflicts, leaks and copies, equal ones before near ones."""
    return (
        _conflicts(evidence),
        _leaks(evidence),
        _groups(evidence),
        _duplicates(evidence),
        _near_conflicts(evidence),
        _near_leaks(evidence),
        _near_duplicates(evidence),
    )


def _conflicts(evidence: Evidence) -> Check:
    pairs = [pair for pair in evidence.equal if pair.is_conflict]
    count = len(pairs)
    return evidence.check(
        "conflicts",
        "label conflicts",
        share(count, len(evidence.manifest)),
        found=f"{number(count, 'image')} with the same pixels in both classes",
        meaning="One of the two labels is wrong: whatever a detector answers, it is wrong once.",
        remedy="find out which label is right, and remove the other file",
        pairs=pairs,
    )


def _leaks(evidence: Evidence) -> Check:
    facts, shared = evidence.manifest.facts, evidence.in_several_splits()
    images = evidence.measured_on
    count = sum(facts[record.path].pixels_sha256 in shared for record in images)
    return evidence.check(
        "leaks",
        "equal images across splits",
        share(count, len(images)),
        found=f"{_of_measured(count, images)} the same pixels as an image of another split",
        meaning="Images that were trained on are answered by heart: figures are too good.",
        remedy="data.drop_leaks=true leaves out the copies that leak",
        pairs=[pair for pair in evidence.equal if pair.is_leak],
    )


def _near_leaks(evidence: Evidence) -> Check:
    pairs = [pair for pair in evidence.near if pair.is_leak]
    images = evidence.measured_on
    count = len(_paths(pairs) & {record.path for record in images})
    return evidence.check(
        "near_leaks",
        "near-duplicates across splits",
        share(count, len(images)),
        found=f"{_of_measured(count, images)} a near-duplicate in another split",
        meaning="An image that was trained on, resized or compressed anew, is still known.",
        remedy="data.drop_leaks=true leaves out the copies that leak;"
        " audit.distance says how near is near",
        pairs=pairs,
    )


def _groups(evidence: Evidence) -> Check:
    splits: defaultdict[str, set[str]] = defaultdict(set)
    for record in evidence.manifest.records:
        if record.group and record.split:
            splits[record.group].add(record.split)
    crossing = sum(len(found) > 1 for found in splits.values())
    return evidence.check(
        "groups",
        "groups across splits",
        share(crossing, len(splits)),
        found=f"{number(crossing, 'group')} of {len(splits):,} in more than one split",
        meaning="Images of one scene, prompt or camera share what a test must not know.",
        remedy="data.drop_leaks=true, or leave the column split empty to have groups split whole",
    )


def _duplicates(evidence: Evidence) -> Check:
    pairs = [pair for pair in evidence.equal if not pair.is_conflict and not pair.is_leak]
    return evidence.check(
        "duplicates",
        "equal images within a class",
        share(len(pairs), len(evidence.manifest)),
        found=f"{number(len(pairs), 'image')} with the pixels of another of the same class"
        " and split",
        meaning="A copy counts twice in training, and makes intervals of test figures too narrow.",
        remedy="remove the copies",
        pairs=pairs,
    )


def _near_duplicates(evidence: Evidence) -> Check:
    pairs = [p for p in evidence.near if not (p.is_conflict or p.is_leak or p.is_given)]
    count = len(_paths(pairs))
    return evidence.check(
        "near_duplicates",
        "near-duplicates within a class",
        share(count, len(evidence.manifest)),
        found=f"{number(count, 'image')} with a near-duplicate of the same class and split"
        f" ({number(len(pairs), 'pair')})",
        meaning="The set is less varied than its size says; splits keep such images together.",
        remedy="remove the copies, or give them one group",
        pairs=pairs,
    )


def _near_conflicts(evidence: Evidence) -> Check:
    across = [pair for pair in evidence.near if pair.is_conflict and not pair.is_leak]
    pairs = [pair for pair in across if not pair.is_given]
    meant = len(across) - len(pairs)
    note = f"; {number(meant, 'pair')} more of one given group, as is meant" if meant else ""
    return evidence.check(
        "near_conflicts",
        "near-duplicates across classes",
        share(len(_paths(pairs)), len(evidence.manifest)),
        found=f"{number(len(_paths(pairs)), 'image')} with a near-duplicate in the other"
        f" class{note}",
        meaning="Either a label is wrong, or an AI image was made from a human one: such pairs"
        " are good to learn from, if they are never parted by a split.",
        remedy="look at the pairs; give those that are meant one group, and remove the others",
        pairs=pairs,
    )


def _of_measured(count: int, images: Sequence[Record]) -> str:
    if not images:
        return "no image is set aside for validation or test: none has"
    verb = "has" if count == 1 else "have"
    return f"{number(count, 'image')} of {len(images):,} for validation and test {verb}"


def _paths(pairs: Iterable[Alike]) -> set[str]:
    return {record.path for pair in pairs for record in (pair.first, pair.second)}
