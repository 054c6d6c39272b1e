"""Manifests of images that nobody drew: what a split looks at, and no files."""

import random
from collections import Counter
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from ai_vs_human.data.index.facts import ImageFacts
from ai_vs_human.data.manifest import Manifest, Record, Split
from ai_vs_human.labels import Label

quickly = settings(max_examples=10, derandomize=True, database=None, deadline=None)
"""The same examples each time, and none kept."""


def sha(word: object) -> str:
    return sha256(str(word).encode()).hexdigest()


def image(name: str, label: Label, origin: str = "x", **more: Any) -> Record:
    """A record whose content is named like itself."""
    of = {"generator": origin} if label is Label.AI else {"source": origin}
    return Record(name, f"{name}.png", label, **of, **more)


def manifest_of(records: Iterable[Record], contents: Mapping[str, str] | None = None) -> Manifest:
    """A manifest of files whose SHA-256 follows from their ids, or from the words given."""
    records, contents = tuple(records), contents or {}
    facts = {r.path: _facts(sha(contents.get(r.id, r.id))) for r in records}
    return Manifest(Path("nowhere"), records, (), facts)


def both(number: int, *origins: str, first: int = 0) -> tuple[Record, ...]:
    """So many images of each class and origin."""
    return tuple(
        image(f"{label.key}-{origin}-{n}", label, origin)
        for label in Label
        for origin in origins or ("x",)
        for n in range(first, first + number)
    )


def splits_of(manifest: Manifest) -> dict[str, str]:
    return {record.id: record.split for record in manifest.records}


def counted(manifest: Manifest) -> Counter[tuple[str, str, str]]:
    return Counter((r.label.key, r.origin, r.split) for r in manifest.records)


def worst_deviation(manifest: Manifest, shares: Mapping[str, float]) -> float:
    """Images between a split of a stratum and its share, where they are most."""
    counts = counted(manifest)
    strata = Counter((label, origin) for label, origin, _ in counts.elements())
    return max(
        abs(share * total - counts[(*stratum, split)])
        for stratum, total in strata.items()
        for split, share in shares.items()
    )


def crossings(manifest: Manifest, alike: Mapping[str, str]) -> set[str]:
    """The words and groups that are in two splits."""
    seen: dict[str, set[str]] = {}
    for record in manifest.records:
        for tie in (f"word {alike[record.id]}", record.group and f"group {record.group}"):
            if tie:
                seen.setdefault(tie, set()).add(record.split)
    return {tie for tie, splits in seen.items() if len(splits) > 1}


@st.composite
def tangles(
    draw: st.DrawFn, *, splits: Iterable[Split | str] = ("",), first: int = 0, least: int = 8
) -> tuple[tuple[Record, ...], dict[str, str]]:
    """Images of both classes with groups and words across them, and the words by id.

    Hypothesis draws numbers only: to draw each image would take it a hundred times as long.
    """
    rng = random.Random(draw(st.integers(0, 2**16)))  # noqa: S311 -- no secret
    groups, words = draw(st.integers(1, 12)), draw(st.integers(1, 30))
    records = tuple(
        image(
            f"{number:03}",
            rng.choice(list(Label)),
            rng.choice("abc"),
            group=rng.choice(["", "", "", f"g{rng.randrange(groups)}"]),
            split=rng.choice(list(splits)),
        )
        for number in range(first, first + draw(st.integers(least, 60)))
    )
    alike = {r.id: sha(rng.choice([r.id, r.id, rng.randrange(words)])) for r in records}
    return records, alike


def _facts(content: str) -> ImageFacts:
    return ImageFacts(
        sha256=content,
        pixels_sha256=content,
        perceptual_hash=int(content[:16], 16),
        thumbnail=bytes.fromhex(content * 6),
        size=1,
        width=1,
        height=1,
        format="PNG",
        mode="RGB",
        has_alpha=False,
        has_icc=False,
        has_exif=False,
        jpeg_quality=0,
        jpeg_tables="",
        jpeg_subsampling="",
    )
