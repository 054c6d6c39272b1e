"""Some origins of one class to the test images, with a share of the other class."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import ClassVar, Final

from typing_extensions import override

from ai_vs_human.data.manifest import Record, Split
from ai_vs_human.data.splits.cut import cut
from ai_vs_human.data.splits.division import Divided, Division, check_fractions, without_splits
from ai_vs_human.data.splits.file import Place
from ai_vs_human.data.splits.settle import settle
from ai_vs_human.errors import ConfigError, DataError
from ai_vs_human.labels import Label


class LeaveOut(Division):
    """Images of held-out origins are for testing only; their class has no others there.

    A group that contains a held-out image is for testing as a whole. Splits that the images came
    with are not used.

    Attributes:
        label: of the held-out images.
        noun: what the origins of the class are called.

    Args:
        holdout: an origin, or several.
        val_fraction: share of the images of each class that are not held out, for validation.
        test_fraction: share of the images of the other class, for test.
        seed: another seed cuts elsewhere.
        file: a `split.csv`, or a run's folder with one, whose images stay in their splits.

    Raises:
        ConfigError: if nothing is held out, or the shares leave nothing to train on.
    """

    label: ClassVar[Label]
    noun: ClassVar[str]
    keys: ClassVar[str] = "data.split.holdout, data.split.val_fraction, data.split.test_fraction"

    @abstractmethod
    def __init__(
        self,
        holdout: str | list[str] | None,
        val_fraction: float,
        test_fraction: float,
        seed: int,
        file: str | None,
    ) -> None:
        check_fractions(val_fraction=val_fraction, test_fraction=test_fraction)
        super().__init__(val_fraction, seed, file)
        if not holdout:
            raise ConfigError(
                f"expected a {self.noun} to hold out, but got none (data.split.holdout)",
                hint=f"data.split.holdout=<{self.noun}>, or [<one>,<another>]",
            )
        self.holdout: Final = (holdout,) if isinstance(holdout, str) else tuple(holdout)
        self.test_fraction: Final = test_fraction

    @override
    def _divide(
        self, records: Sequence[Record], alike: Mapping[str, str], known: Mapping[str, Place]
    ) -> Divided:
        self._check_names(records)
        records = without_splits(records, f"{', '.join(self.holdout)} is for testing")
        pinned = {id_: str(place.split) for id_, place in known.items()}
        held = [record for record in records if self._is_held_out(record)]
        self._check_known(held, pinned)
        lost = self._untestable(records, held, alike, pinned)
        gone = {record.id for record in lost}
        rest = [record for record in records if record.id not in gone]
        test = {record.id: "test" for record in held}
        settled = settle(rest, alike, {r.id: test[r.id] for r in rest if r.id in test} | pinned)
        there = [(r, settled.splits[r.id]) for r in rest if r.id in settled.splits]
        mine = [g for g in settled.pool if any(r.label is self.label for r in g.records)]
        others = [g for g in settled.pool if all(r.label is not self.label for r in g.records)]
        splits = cut(mine, self._shares(0.0), self.seed, there)
        there += [(record, splits[group.key]) for group in mine for record in group.records]
        splits |= cut(others, self._shares(self.test_fraction), self.seed, there)
        needed: list[Split] = ["train"]
        needed += ["val"] if self.val_fraction else []
        needed += ["test"] if self.test_fraction else []
        return Divided(settled.with_cut(splits), settled.left_out + lost, needed=needed)

    def _shares(self, test_fraction: float) -> dict[str, float]:
        shares = {"test": test_fraction, "val": self.val_fraction}
        kept: dict[str, float] = {split: share for split, share in shares.items() if share}
        return {**kept, "train": 1.0 - sum(kept.values())}

    def _is_held_out(self, record: Record) -> bool:
        return record.label is self.label and record.origin in self.holdout

    def _untestable(
        self,
        records: Sequence[Record],
        held: Sequence[Record],
        alike: Mapping[str, str],
        pinned: Mapping[str, str],
    ) -> tuple[Record, ...]:
        """Held-out images that are tied to images which a file has in training or validation."""
        if not pinned:
            return ()
        before = settle([r for r in records if r.id in pinned] + list(held), alike, pinned)
        split_of = before.splits | {record.id: "" for record in before.left_out}
        return tuple(r for r in held if split_of.get(r.id, "test") != "test")

    def _check_names(self, records: Sequence[Record]) -> None:
        known = sorted({record.origin for record in records if record.label is self.label})
        for name in self.holdout:
            if name not in known:
                near = get_close_matches(name, known, n=1) or known[:1]
                raise DataError(
                    f"expected a {self.noun} among {', '.join(known)}, but got {name}"
                    " (data.split.holdout)",
                    hint=f"data.split.holdout={near[0]}",
                )

    def _check_known(self, held: Sequence[Record], pinned: Mapping[str, str]) -> None:
        wrong = [record for record in held if pinned.get(record.id, "test") != "test"]
        if wrong:
            raise DataError(
                f"expected the images of {wrong[0].origin} in test alone, but got"
                f" {wrong[0].path} in {pinned[wrong[0].id]} ({self.file}, data.split.file)",
                hint=f"a file made with data.split.holdout={wrong[0].origin}, or null",
            )
