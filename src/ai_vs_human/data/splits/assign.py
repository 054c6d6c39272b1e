"""Records to records with a split each: by hash, stratified, and never through a group."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from ai_vs_human.data.manifest import Record, Split
from ai_vs_human.data.splits.cut import cut, hash_order
from ai_vs_human.data.splits.grouping import Group, group_records
from ai_vs_human.errors import ConfigError, DataError
from ai_vs_human.labels import Label

log = logging.getLogger(__name__)

# Where equal files stay that were given to different splits: test images are never touched,
# and validation comes before training.
_PRECEDENCE: Final[tuple[Split, ...]] = ("test", "val", "train")


def check_fractions(val_fraction: float, test_fraction: float) -> None:
    """Refuse shares that leave nothing to learn from.

    Raises:
        ConfigError: if one is negative, or they add up to 1 or more.
    """
    for key, value in (("val_fraction", val_fraction), ("test_fraction", test_fraction)):
        if not 0 <= value < 1:
            raise ConfigError(
                f"expected a share in [0, 1), but got {value} (data.split.{key})",
                hint=f"data.split.{key}=0.15",
            )
    if val_fraction + test_fraction >= 1:
        raise ConfigError(
            "expected shares that leave something to train on, but got"
            f" {val_fraction} + {test_fraction}"
            " (data.split.val_fraction, data.split.test_fraction)",
            hint="data.split.val_fraction=0.15 data.split.test_fraction=0.15",
        )


def assign_splits(
    records: Iterable[Record],
    contents: Mapping[str, str],
    *,
    val_fraction: float,
    test_fraction: float,
    seed: int = 0,
) -> tuple[Record, ...]:
    """Give every record a split, and leave given validation and test images as they are.

    What was given to training, or to no split, makes up a pool. Where no image was given to
    test (or to validation), that fraction is cut out of the pool; the rest of it is for
    training. Of equal files given to different splits, only those of one are kept: test comes
    before validation, and validation before training.

    Args:
        records: with or without splits, in any order.
        contents: SHA-256 of each record's file, by the record's id.
        val_fraction: share of the pool, used if no image was given to validation.
        test_fraction: share of the pool, used if no image was given to test.
        seed: another seed cuts elsewhere.

    Returns:
        Records in the order of their ids; those that belong together share a `group`.

    Raises:
        DataError: if a given group is in two given splits, or a split that is cut out, or what
            is left to train on, lacks a class.
    """
    whole = group_records(records, contents)
    groups = [_undivided(group) for group in whole]
    given = {split for group in groups for split in group.splits}
    shares: dict[Split, float] = {"test": test_fraction, "val": val_fraction}
    shares = {split: share for split, share in shares.items() if split not in given and share}
    pool = [group for group in groups if group.splits <= {"train"}]
    splits: dict[str, Split] = {group.key: split for group in groups for split in group.splits}
    splits |= cut(pool, shares, seed)
    assigned = [record for group in groups for record in group.assigned(splits[group.key])]
    if pool and shares:
        _check(assigned, ("train", *shares))
    _tell(whole, groups, given, shares if pool else {})
    return tuple(sorted(assigned, key=lambda record: record.id))


def limit_images(
    records: Iterable[Record], contents: Mapping[str, str], limit: int, seed: int = 0
) -> tuple[Record, ...]:
    """At most `limit` images of each label and split: those whose content's hash comes first.

    It is applied after splitting, so that a trial on few images and the run on all of them
    agree on which images are for testing.
    """
    parts: defaultdict[tuple[Label, str], list[Record]] = defaultdict(list)
    for record in records:
        parts[record.label, record.split].append(record)
    kept: list[Record] = []
    for part in parts.values():
        part.sort(key=lambda record: (hash_order(seed, contents[record.id]), record.id))
        kept.extend(part[:limit])
    return tuple(sorted(kept, key=lambda record: record.id))


def _undivided(group: Group) -> Group:
    """The group without those of its equal files that were given to another split."""
    if len(group.splits) <= 1:
        return group
    if group.given:
        raise DataError(
            f"expected the images of a group in one split, but got {group.given!r} in"
            f" {' and '.join(sorted(group.splits))} ({group.records[0].path})",
            hint="leave the column split empty to have whole groups split for you",
        )
    kept = next(split for split in _PRECEDENCE if split in group.splits)
    return replace(group, records=tuple(r for r in group.records if r.split in {kept, ""}))


def _check(records: Iterable[Record], splits: Iterable[Split]) -> None:
    labels: defaultdict[str, set[Label]] = defaultdict(set)
    for record in records:
        labels[record.split].add(record.label)
    for split in splits:
        if len(labels[split]) < len(Label):
            found = ", ".join(label.key for label in labels[split]) or "no images"
            raise DataError(
                f"expected images of both classes in the split {split}, but got {found}"
                " (data.split.val_fraction, data.split.test_fraction)",
                hint="more images, or other fractions; 0 leaves a split out",
            )


def _tell(
    whole: Sequence[Group],
    groups: Sequence[Group],
    given: Iterable[Split],
    shares: Mapping[Split, float],
) -> None:
    """Say what became of the images, where it is not what the folders say."""
    if shares:
        cut_out = " and ".join(f"{split} ({share:g})" for split, share in shares.items())
        kept = f", as given: {', '.join(sorted(given))}" if given else ""
        log.info("splits: %s cut out of the images to train on%s", cut_out, kept)
    lost = sum(len(group.records) for group in whole) - sum(len(g.records) for g in groups)
    if lost:
        log.warning("%s files left out: another split has the same bytes", f"{lost:,}")
    doubtful = [g for g in groups if not g.given and len({r.label for r in g.records}) > 1]
    if doubtful:
        paths = " and ".join(record.path for record in doubtful[0].records[:2])
        log.warning("%s images are of both classes, like %s", f"{len(doubtful):,}", paths)
