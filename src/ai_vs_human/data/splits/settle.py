"""Images and the splits that are fixed to what follows for others, and the groups left to cut."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ai_vs_human.data.manifest import Record
from ai_vs_human.data.splits.grouping import Group, group_records, ties_of


@dataclass(frozen=True)
class Settled:
    """What is clear before anything is cut.

    Attributes:
        splits: of each settled image, by its id.
        pool: groups of the other images, none of which is tied to a settled one.
        left_out: images that would tie settled ones of different splits together.
    """

    splits: dict[str, str]
    pool: tuple[Group, ...]
    left_out: tuple[Record, ...]

    def with_cut(self, cut: Mapping[str, str]) -> dict[str, str]:
        """The split of every image by its id, when each group of the pool has one by its key."""
        return self.splits | {r.id: cut[group.key] for group in self.pool for r in group.records}


def settle(
    records: Iterable[Record], alike: Mapping[str, str], fixed: Mapping[str, str]
) -> Settled:
    """Find out which images must follow those whose split is fixed.

    An image that is tied (by its word or group) to images of one split follows them, and so does
    its whole group. One that is tied to images of several splits would add a leak wherever it
    went: where it was given a split, it keeps it, and the leak is reported elsewhere; otherwise
    it is left out.

    Args:
        records: those that are fixed, and others; a split that one of these was given counts for
            nothing, unless the image is tied to another.
        alike: a word for each record's id; images of one word must not be parted.
        fixed: the split of images, by id; they do not move, whatever they are tied to.
    """
    everything = tuple(records)
    if not fixed:
        return Settled({}, group_records(everything, alike), ())
    splits = dict(fixed)
    left_out: list[Record] = []
    alone = [(record,) for record in everything if record.id not in splits]
    tied = _tied(everything, alike, splits)
    # One torn image must not draw the others of its group along.
    whole = [one for one in alone if not _torn(one, alike, tied, splits, left_out)]
    tied = _tied(everything, alike, splits)
    pool = []
    for group in group_records((record for one in whole for record in one), alike):
        if _torn(group.records, alike, tied, splits, left_out):
            continue
        claims = _claims(group.records, alike, tied)
        if claims:
            splits |= dict.fromkeys((record.id for record in group.records), claims.pop())
        else:
            pool.append(group)
    return Settled(splits, tuple(pool), tuple(left_out))


def _torn(
    records: Sequence[Record],
    alike: Mapping[str, str],
    tied: Mapping[str, set[str]],
    splits: dict[str, str],
    left_out: list[Record],
) -> bool:
    """Whether several splits claim the records; those are dealt with."""
    if len(_claims(records, alike, tied)) < 2:  # noqa: PLR2004 -- several
        return False
    for record in records:
        if record.split:
            splits[record.id] = record.split
        else:
            left_out.append(record)
    return True


def _claims(
    records: Sequence[Record], alike: Mapping[str, str], tied: Mapping[str, set[str]]
) -> set[str]:
    """The splits that records are tied to, and with them those that they were given."""
    claims = {split for r in records for tie in ties_of(r, alike) for split in tied.get(tie, ())}
    return claims | {record.split for record in records if record.split} if claims else claims


def _tied(
    records: Iterable[Record], alike: Mapping[str, str], splits: Mapping[str, str]
) -> Mapping[str, set[str]]:
    """The splits of each tie's settled images."""
    tied: defaultdict[str, set[str]] = defaultdict(set)
    for record in records:
        if record.id in splits:
            for tie in ties_of(record, alike):
                tied[tie].add(splits[record.id])
    return tied
