"""A manifest and its near pairs to what every check looks at, found once."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ai_vs_human.data.audit.alike import Alike, Pair, equal_images, near_images
from ai_vs_human.data.audit.limits import Limits
from ai_vs_human.data.audit.report import Check, Example
from ai_vs_human.data.manifest import Manifest, Record

_EXAMPLES: Final = 500


@dataclass(frozen=True)
class Evidence:
    """What checks look at.

    Attributes:
        manifest: with facts of every image.
        equal: images of the same pixels.
        near: images that look alike, the nearest first.
        limits: of the checks.
    """

    manifest: Manifest
    equal: Sequence[Alike]
    near: Sequence[Alike]
    limits: Limits

    @classmethod
    def of(cls, manifest: Manifest, pairs: Sequence[Pair], limits: Limits) -> "Evidence":
        """Look for what is alike."""
        return cls(manifest, equal_images(manifest), near_images(manifest, pairs), limits)

    @property
    def measured_on(self) -> list[Record]:
        """The images of validation and test."""
        return [record for record in self.manifest.records if record.split in ("val", "test")]

    def in_several_splits(self) -> set[str]:
        """The hashes of pixels that several splits have."""
        splits: defaultdict[str, set[str]] = defaultdict(set)
        for record in self.manifest.records:
            if record.split:
                splits[self.manifest.facts[record.path].pixels_sha256].add(record.split)
        return {pixels for pixels, found in splits.items() if len(found) > 1}

    def check(
        self,
        name: str,
        title: str,
        value: float,
        *,
        found: str,
        meaning: str,
        remedy: str,
        pairs: Sequence[Alike] = (),
    ) -> Check:
        """The answer to a check; where all is well, there is no remedy."""
        verdict = self.limits.verdict(name, value)
        remedy = "" if verdict == "ok" else remedy
        return Check(name, title, verdict, found, meaning, remedy, examples(pairs))


def examples(pairs: Sequence[Alike]) -> tuple[Example, ...]:
    """The first pairs, for the report."""
    return tuple(pair.example for pair in pairs[:_EXAMPLES])


def share(part: int, whole: int) -> float:
    """A part of the whole; 0 of nothing."""
    return part / whole if whole else 0.0


def number(count: int, noun: str, several: str | None = None) -> str:
    """`no images`, `1 image`, `1,200 images`."""
    if count == 1:
        return f"1 {noun}"
    return f"{count:,}" * bool(count) + "no" * (not count) + f" {several or noun + 's'}"
