"""Images to a sample in folds, such that no fold knows another's images by heart."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ai_vs_human.data.audit.alike import Pair
from ai_vs_human.data.index.facts import ImageFacts
from ai_vs_human.data.manifest import Manifest, Record
from ai_vs_human.data.ties import Ties
from ai_vs_human.labels import Label

FOLDS: Final = 5
LEAST: Final = 20
"""Groups of each class below which a classifier says nothing."""


@dataclass(frozen=True)
class Sample:
    """Images that classifiers are tried on.

    Attributes:
        facts: of each image.
        is_ai: the class of each.
        folds: of each, 0 to 4; images that are alike or share a given group share a fold.
        groups: how many such groups the rarer class has.
    """

    facts: Sequence[ImageFacts]
    is_ai: NDArray[np.bool_]
    folds: NDArray[np.int64]
    groups: int

    def __len__(self) -> int:
        """The number of images."""
        return len(self.facts)

    @property
    def is_enough(self) -> bool:
        """Whether there are enough images to fit and to judge a classifier."""
        return self.groups >= LEAST

    @cached_property
    def thumbnails(self) -> NDArray[np.uint8]:
        """8 x 8 RGB, one row of 192 an image."""
        pixels = b"".join(facts.thumbnail for facts in self.facts)
        return np.frombuffer(pixels, np.uint8).reshape(len(self), -1)


def draw_sample(manifest: Manifest, pairs: Iterable[Pair], most: int) -> Sample:
    """Whole groups, in the order of their hashes, until there are `most` images.

    In each stratum (the classes that a group has), groups are dealt out to the folds in turn.
    """
    groups = sorted(_groups(manifest, pairs), key=lambda group: group[0])
    facts: list[ImageFacts] = []
    labels: list[bool] = []
    folds: list[int] = []
    dealt: defaultdict[frozenset[Label], int] = defaultdict(int)
    for _, records in groups:
        if len(facts) >= most:
            break
        classes = frozenset(record.label for record in records)
        for record in records:
            facts.append(manifest.facts[record.path])
            labels.append(record.label is Label.AI)
            folds.append(dealt[classes] % FOLDS)
        dealt[classes] += 1
    rarer = min(sum(n for kind, n in dealt.items() if label in kind) for label in Label)
    return Sample(facts, np.array(labels, bool), np.array(folds, np.int64), rarer)


def _groups(manifest: Manifest, pairs: Iterable[Pair]) -> list[tuple[bytes, list[Record]]]:
    """Images tied by a given group, equal pixels or likeness, each with a hash of its content."""
    ties = Ties()
    pixels = {record.path: manifest.facts[record.path].pixels_sha256 for record in manifest.records}
    for record in manifest.records:
        if record.group:
            ties.tie(f"group:{record.group}", pixels[record.path])
    for first, second, _ in pairs:
        ties.tie(pixels[first], pixels[second])
    members: defaultdict[str, list[Record]] = defaultdict(list)
    for record in manifest.records:
        members[ties.top(pixels[record.path])].append(record)
    return [(_hash(records, pixels), records) for records in members.values()]


def _hash(records: Sequence[Record], pixels: dict[str, str]) -> bytes:
    content = min(pixels[record.path] for record in records)
    return hashlib.sha256(f"audit:{content}".encode()).digest()
