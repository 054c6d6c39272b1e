"""A manifest to one with a split for each image: given ones are kept, others cut by hash."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from typing_extensions import override

from ai_vs_human.data.manifest import SPLITS, Record
from ai_vs_human.data.splits.cut import cut
from ai_vs_human.data.splits.division import Divided, Division, check_fractions
from ai_vs_human.data.splits.file import Place
from ai_vs_human.data.splits.settle import settle

log = logging.getLogger(__name__)


class Stratified(Division):
    """Shares of the images to train on become validation and test, where none are given.

    What was given to training, or to no split, makes up a pool. Where no image was given to test
    (or to validation), that share is cut out of the pool; the rest of it is for training.

    Args:
        val_fraction: share cut out of the images to train on, if none are given for validation.
        test_fraction: the same for test.
        seed: another seed cuts elsewhere.
        file: a `split.csv`, or a run's folder with one: images that it knows stay in their
            splits, whatever they are called now, and others come to them by the same rule.

    Raises:
        ConfigError: if the shares leave nothing to train on.
    """

    def __init__(
        self,
        *,
        val_fraction: float = 0.15,
        test_fraction: float = 0.15,
        seed: int = 0,
        file: str | None = None,
    ) -> None:
        check_fractions(val_fraction=val_fraction, test_fraction=test_fraction)
        super().__init__(val_fraction, seed, file)
        self.test_fraction: Final = test_fraction

    @override
    def _divide(
        self, records: Sequence[Record], alike: Mapping[str, str], known: Mapping[str, Place]
    ) -> Divided:
        given: set[str] = {record.split for record in records if record.split}
        shares = self._shares(given)
        stay = given - {"train"} if shares else given
        fixed = {record.id: record.split for record in records if record.split in stay}
        fixed |= {id_: place.split for id_, place in known.items()}
        settled = settle(records, alike, fixed)
        all_shares: dict[str, float] = {**shares, "train": 1.0 - sum(shares.values())}
        there = [(r, settled.splits[r.id]) for r in records if r.id in settled.splits]
        splits = settled.with_cut(cut(settled.pool, all_shares, self.seed, there))
        if not (settled.pool and shares):
            return Divided(splits, settled.left_out)
        _tell(shares, given)
        return Divided(splits, settled.left_out, needed=[s for s in SPLITS if s in all_shares])

    def _shares(self, given: Iterable[str]) -> dict[str, float]:
        """Of the splits that are cut out of the pool."""
        shares: dict[str, float] = {"test": self.test_fraction, "val": self.val_fraction}
        return {split: share for split, share in shares.items() if split not in given and share}


def _tell(shares: Mapping[str, float], given: Iterable[str]) -> None:
    cut_out = " and ".join(f"{split} ({share:g})" for split, share in shares.items())
    kept = f", as given: {', '.join(sorted(given))}" if given else ""
    log.info("splits: %s cut out of the images to train on%s", cut_out, kept)
