"""A manifest to one fold of several: every image is for testing in exactly one of them."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from typing_extensions import override

from ai_vs_human.data.manifest import Record, Split
from ai_vs_human.data.splits.cut import cut
from ai_vs_human.data.splits.division import Divided, Division, without_splits
from ai_vs_human.data.splits.file import Place
from ai_vs_human.data.splits.settle import Settled, settle
from ai_vs_human.errors import ConfigError, DataError


class KFold(Division):
    """One fold is for testing; of the others a share is for validation, the rest for training.

    Splits that the images came with are not used: with them, no image for training would ever
    be tested.

    Args:
        folds: their number, from 2 up.
        fold: the one to test on, from 0 up.
        val_fraction: share of the images that are not in the fold.
        seed: another seed cuts elsewhere; the folds of one seed belong together.
        file: a `split.csv` of any of the folds, or a run's folder with one: its images stay in
            their folds, and others come to them by the same rule.

    Raises:
        ConfigError: if there is no such fold, or the share leaves nothing to train on.
    """

    keys: ClassVar[str] = "data.split.folds, data.split.val_fraction"

    def __init__(
        self,
        *,
        folds: int = 5,
        fold: int = 0,
        val_fraction: float = 0.15,
        seed: int = 0,
        file: str | None = None,
    ) -> None:
        super().__init__(val_fraction, seed, file)
        if folds < 2:  # noqa: PLR2004 -- one fold leaves nothing to train on
            raise ConfigError(
                f"expected at least 2 folds, but got {folds} (data.split.folds)",
                hint="data.split.folds=5",
            )
        if not 0 <= fold < folds:
            raise ConfigError(
                f"expected a fold from 0 to {folds - 1}, but got {fold} (data.split.fold)",
                hint=f"-m 'data.split.fold=range({folds})' takes one after the other",
            )
        self.folds: Final = folds
        self.fold: Final = fold

    @override
    def _divide(
        self, records: Sequence[Record], alike: Mapping[str, str], known: Mapping[str, Place]
    ) -> Divided:
        records = without_splits(records, f"each image is tested in one of {self.folds} folds")
        self._check_known(known)
        names = [str(number) for number in range(self.folds)]
        kept = {id_: place.fold for id_, place in known.items()}
        settled, folds = self._cut(records, alike, kept, dict.fromkeys(names, 1.0 / self.folds))
        tested = {id_: "test" for id_, fold in folds.items() if fold == str(self.fold)}
        here = {place.fold for place in known.values() if place.split == "test"}
        stay: dict[str, str] = {}
        if here == {str(self.fold)}:  # otherwise the file's validation is for another fold
            stay = {i: p.split for i, p in known.items() if p.split != "test"}
        rest = [record for record in records if record.id in folds and record.id not in tested]
        shares = {"val": self.val_fraction, "train": 1.0 - self.val_fraction}
        after, splits = self._cut(rest, alike, stay, {s: x for s, x in shares.items() if x})
        needed: tuple[Split, ...] = ("train", "val", "test")
        return Divided(
            splits | tested,
            settled.left_out + after.left_out,
            needed=needed if self.val_fraction else ("train", "test"),
            folds={id_: int(fold) for id_, fold in folds.items()},
        )

    def _cut(
        self,
        records: Sequence[Record],
        alike: Mapping[str, str],
        fixed: Mapping[str, str],
        shares: Mapping[str, float],
    ) -> tuple[Settled, dict[str, str]]:
        settled = settle(records, alike, fixed)
        there = [(r, settled.splits[r.id]) for r in records if r.id in settled.splits]
        return settled, settled.with_cut(cut(settled.pool, shares, self.seed, there))

    def _check_known(self, known: Mapping[str, Place]) -> None:
        names = {str(number) for number in range(self.folds)}
        other = sorted({place.fold for place in known.values()} - names)
        if other:
            got = f"fold {other[-1]}" if other[-1] else "no folds"
            raise DataError(
                f"expected images in {self.folds} folds, but got {got}"
                f" ({self.file}, data.split.file)",
                hint="the split.csv of a run with data/split=kfold and as many folds",
            )
