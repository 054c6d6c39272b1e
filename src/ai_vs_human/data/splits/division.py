"""What the members of `data/split` have in common: a file's images stay, and nothing leaks."""

import logging
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final, cast

from ai_vs_human.data.manifest import SPLITS, Manifest, Record, Split
from ai_vs_human.data.splits.file import Place, known_places
from ai_vs_human.errors import ConfigError, DataError
from ai_vs_human.labels import Label

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Divided:
    """What a member makes of records.

    Attributes:
        splits: of each image that is kept, by its id.
        left_out: images that would tie different splits together.
        needed: splits that must hold both classes, if images were cut at all.
        folds: the number of each image's fold by its id, where there are folds.
    """

    splits: Mapping[str, str]
    left_out: tuple[Record, ...]
    needed: Sequence[Split] = ()
    folds: Mapping[str, int] | None = None


class Division(ABC):
    """A member of `data/split`: subclasses say where images go that no file knows.

    Attributes:
        keys: of the config, that decide how large splits are.

    Args:
        val_fraction: share of images for validation.
        seed: another seed cuts elsewhere.
        file: a `split.csv`, or a run's folder with one, whose images stay in their splits.

    Raises:
        ConfigError: if `val_fraction` leaves nothing to train on.
    """

    keys: ClassVar[str] = "data.split.val_fraction, data.split.test_fraction"

    def __init__(self, val_fraction: float, seed: int, file: str | None) -> None:
        check_fractions(val_fraction=val_fraction)
        self.val_fraction: Final = val_fraction
        self.seed: Final = seed
        self.file: Final = None if file is None else Path(file).expanduser()
        self.folds_by_id: Mapping[str, int] | None = None
        """The fold of each image that was split last, where there are folds."""

    def __call__(self, manifest: Manifest, alike: Mapping[str, str]) -> Manifest:
        """Every image with a split, except for those that would tie two splits together.

        Args:
            manifest: with the splits that its source gave.
            alike: a word for each record's id; images of one word must not be parted.

        Raises:
            DataError: if the file cannot be used, or a split lacks a class.
        """
        known = {} if self.file is None else known_places(self.file, manifest)
        records = tuple(sorted(manifest.records, key=lambda record: record.id))
        divided = self._divide(records, alike, known)
        kept = [
            r if r.split == split else r.in_split(cast("Split", split))
            for r in records
            if (split := divided.splits.get(r.id)) is not None
        ]
        self._check(kept, divided.needed)
        self.folds_by_id = divided.folds
        _tell(kept, alike, divided.left_out)
        return manifest.with_records(kept)

    @abstractmethod
    def _divide(
        self, records: Sequence[Record], alike: Mapping[str, str], known: Mapping[str, Place]
    ) -> Divided:
        """Decide where images go.

        Args:
            records: with the splits that they came with, in the order of their ids.
            alike: a word for each record's id; images of one word must not be parted.
            known: where images stay, by id.
        """

    def _check(self, records: Iterable[Record], needed: Sequence[Split]) -> None:
        labels: defaultdict[str, set[Label]] = defaultdict(set)
        for record in records:
            labels[record.split].add(record.label)
        for split in needed:
            if len(labels[split]) < len(Label):
                found = ", ".join(label.key for label in labels[split]) or "no images"
                raise DataError(
                    f"expected images of both classes in the split {split}, but got {found}"
                    f" ({self.keys})",
                    hint="more images, or other fractions; 0 leaves a split out",
                )


def check_fractions(**fractions: float) -> None:
    """Refuse shares that leave nothing to learn from.

    Raises:
        ConfigError: if one is negative, or they add up to 1 or more.
    """
    for key, value in fractions.items():
        if not 0 <= value < 1:
            raise ConfigError(
                f"expected a share in [0, 1), but got {value} (data.split.{key})",
                hint=f"data.split.{key}=0.15",
            )
    if sum(fractions.values()) >= 1:
        raise ConfigError(
            "expected shares that leave something to train on, but got"
            f" {' + '.join(str(value) for value in fractions.values())}"
            f" ({', '.join(f'data.split.{key}' for key in fractions)})",
            hint=" ".join(f"data.split.{key}=0.15" for key in fractions),
        )


def without_splits(records: Iterable[Record], instead: str) -> tuple[Record, ...]:
    """The records without the splits that they came with, which is said.

    Args:
        records: with splits or without.
        instead: what decides.
    """
    whole = tuple(records)
    given = [split for split in SPLITS if any(record.split == split for record in whole)]
    if given:
        log.info("the given splits (%s) are not used: %s", ", ".join(given), instead)
    return tuple(record.in_split("") if record.split else record for record in whole)


def _tell(records: Iterable[Record], alike: Mapping[str, str], left_out: Sequence[Record]) -> None:
    """Say what became of the images, where it is not what the folders say."""
    if left_out:
        log.warning(
            "%s images left out, as they belong with images of different splits, like %s",
            f"{len(left_out):,}",
            left_out[0].path,
        )
    first: dict[str, Record] = {}
    doubtful: dict[str, str] = {}
    for record in records:
        other = first.setdefault(alike[record.id], record)
        if other.label is not record.label:
            doubtful.setdefault(alike[record.id], f"{other.path} and {record.path}")
    if doubtful:
        example = next(iter(doubtful.values()))
        log.warning("%s images are of both classes, like %s", f"{len(doubtful):,}", example)
