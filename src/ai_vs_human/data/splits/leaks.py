"""Images with splits to those that stand in two of them, and to a manifest without."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ai_vs_human.data.manifest import Manifest, Record, Split
from ai_vs_human.data.splits.grouping import tied, ties_of

log = logging.getLogger(__name__)

_BY_RANK: Final[tuple[Split, ...]] = ("test", "val", "train")
"""Test images are never touched, and validation comes before training."""


@dataclass(frozen=True, slots=True)
class Leak:
    """An image that should not be where it is.

    Attributes:
        record: of the lower split.
        other: of the higher split, which is alike or of the same group.
    """

    record: Record
    other: Record

    def __str__(self) -> str:
        """Both images, for a sentence."""
        one, two = self.record, self.other
        return f"{one.path} ({one.split}) and {two.path} ({two.split})"


def find_leaks(records: Iterable[Record], alike: Mapping[str, str]) -> tuple[Leak, ...]:
    """The images without which no word and no group is in two splits, in the order of their ids.

    Args:
        records: with splits and the groups that were given.
        alike: a word for each record's id; images of one word must not be parted.
    """
    parts: dict[str, list[Record]] = {split: [] for split in _BY_RANK}
    for record in sorted(tied(records, alike), key=lambda record: record.id):
        if record.split:
            parts[record.split].append(record)
    leaks: list[Leak] = []
    higher: dict[str, Record] = {}
    for split in _BY_RANK:
        found = [leak for leak in (_leak(r, alike, higher) for r in parts[split]) if leak]
        lost = {leak.record.id for leak in found}
        # An image that goes takes its ties along.
        for record in parts[split]:
            if record.id not in lost:
                for tie in ties_of(record, alike):
                    higher.setdefault(tie, record)
        leaks += found
    return tuple(sorted(leaks, key=lambda leak: leak.record.id))


def mend_leaks(manifest: Manifest, alike: Mapping[str, str], *, drop: bool) -> Manifest:
    """The manifest without the lower image of each leak, or as it is; either is said.

    Args:
        manifest: with splits.
        alike: a word for each record's id.
        drop: whether to leave images out.
    """
    leaks = find_leaks(manifest.records, alike)
    if not leaks:
        return manifest
    if not drop:
        log.warning(
            "%s images of training or validation are alike with images of a higher split, or of"
            " their group, like %s; data.drop_leaks=true leaves them out",
            f"{len(leaks):,}",
            _examples(leaks),
        )
        return manifest
    log.info("data.drop_leaks: %s images left out, like %s", f"{len(leaks):,}", _examples(leaks))
    lost = {leak.record.id for leak in leaks}
    return manifest.with_records(r for r in manifest.records if r.id not in lost)


def _examples(leaks: Sequence[Leak], shown: int = 2) -> str:
    return "; ".join(str(leak) for leak in leaks[:shown])


def _leak(record: Record, alike: Mapping[str, str], higher: Mapping[str, Record]) -> Leak | None:
    others = (higher[tie] for tie in ties_of(record, alike) if tie in higher)
    return next((Leak(record, other) for other in others), None)
