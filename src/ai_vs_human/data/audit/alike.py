"""Records and near pairs to the images that are alike: copies, leaks, conflicts."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from ai_vs_human.data.audit.report import Example, Shown
from ai_vs_human.data.manifest import Manifest, Record

Pair = tuple[str, str, int]
"""The paths of two images that look alike, and the bits in which their hashes differ."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Two images that are alike.

    Attributes:
        first: one of them.
        second: the other.
        distance: as `ai_vs_human.data.audit.report.Example` has it.
    """

    first: Record
    second: Record
    distance: int | None = None

    @property
    def is_conflict(self) -> bool:
        """Whether they are of two classes."""
        return self.first.label is not self.second.label

    @property
    def is_leak(self) -> bool:
        """Whether they are in two splits."""
        return bool(self.first.split and self.second.split) and (
            self.first.split != self.second.split
        )

    @property
    def is_given(self) -> bool:
        """Whether whoever made the list says that they belong together."""
        return bool(self.first.group) and self.first.group == self.second.group

    @property
    def example(self) -> Example:
        """The two, for the report."""
        return Example(_shown(self.first), _shown(self.second), self.distance)


def equal_images(manifest: Manifest) -> list[Alike]:
    """Images of the same pixels: of n such images, n - 1 pairs that tie all of them.

    They are in order of split and class, so that as many pairs as possible are of one split
    and class, and each copy elsewhere shows once.
    """
    by_pixels: defaultdict[str, list[Record]] = defaultdict(list)
    for record in manifest.records:
        by_pixels[manifest.facts[record.path].pixels_sha256].append(record)
    return [
        Alike(first, second)
        for records in by_pixels.values()
        for first, second in pairwise(sorted(records, key=lambda r: (r.split, r.label, r.path)))
    ]


def near_images(manifest: Manifest, pairs: Iterable[Pair]) -> list[Alike]:
    """The near pairs that are not equal, in order of distance."""
    return sorted(_near(manifest, pairs), key=lambda a: (a.distance, a.first.path, a.second.path))


def _near(manifest: Manifest, pairs: Iterable[Pair]) -> Iterator[Alike]:
    records = {record.path: record for record in manifest.records}
    for first, second, distance in pairs:
        if first in records and second in records:
            facts = manifest.facts[first], manifest.facts[second]
            if facts[0].pixels_sha256 != facts[1].pixels_sha256:
                yield Alike(records[first], records[second], distance)


def _shown(record: Record) -> Shown:
    return Shown(record.path, record.label.key, record.split)
