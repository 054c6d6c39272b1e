"""A number in a config to whether it lies where it must."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from ai_vs_human.tasks.validation.fault import Fault, spelt
from ai_vs_human.tasks.validation.values import at


@dataclass(frozen=True, slots=True)
class Interval:
    """Where a number must lie.

    Attributes:
        low: the lower end.
        high: the upper end; infinite where there is none.
        with_low: whether the lower end itself will do.
        with_high: whether the upper end itself will do.
        whole: whether it must be a whole number.
    """

    low: float
    high: float = math.inf
    with_low: bool = True
    with_high: bool = False
    whole: bool = False

    def __contains__(self, number: float) -> bool:
        """Whether a number lies in it; nan lies nowhere."""
        above = self.low <= number if self.with_low else self.low < number
        below = number <= self.high if self.with_high else number < self.high
        return above and below

    def __str__(self) -> str:
        """In words, for a sentence."""
        number = "a whole number" if self.whole else "a number"
        if self.high == math.inf:
            return f"{number} from {self.low:g} up" if self.with_low else f"{number} above 0"
        if self.whole:
            return f"{number} from {self.low:.0f} to {self.high:.0f}"
        return f"{number} in [{self.low:g}, {self.high:g}{']' if self.with_high else ')'}"


_SHARE: Final = Interval(0.0, 1.0)
_COUNT: Final = Interval(1.0, whole=True)

_INTERVALS: Final[Mapping[str, Interval]] = MappingProxyType(
    {
        "seed": Interval(0.0, 2.0**32 - 1, with_high=True, whole=True),
        "batch_size": _COUNT,
        "sheet": Interval(0.0, whole=True),
        "data.batch_size": _COUNT,
        "data.num_workers": Interval(0.0, whole=True),
        "data.cache_gib": Interval(0.0),
        "data.limit": _COUNT,
        "data.near_duplicates": Interval(0.0, 16.0, with_high=True, whole=True),
        "audit.distance": Interval(0.0, 16.0, with_high=True, whole=True),
        "data.split.val_fraction": _SHARE,
        "data.split.test_fraction": _SHARE,
        "data.split.folds": Interval(2.0, whole=True),
        "data.split.fold": Interval(0.0, whole=True),
        "data.max_unreadable": Interval(0.0, 1.0, with_high=True),
        "model.dropout": _SHARE,
        "model.loss.label_smoothing": _SHARE,
        "model.optimizer.lr": Interval(0.0, with_low=False),
        "model.optimizer.weight_decay": Interval(0.0),
        "trainer.accumulate_grad_batches": _COUNT,
        "energy.every_n_steps": _COUNT,
    }
)


def interval_faults(values: Mapping[str, Any]) -> Iterator[Fault]:
    """Every number that lies outside its interval; one of another type is another fault."""
    for key, interval in _INTERVALS.items():
        number = at(values, key)
        kind = int if interval.whole else int | float
        if isinstance(number, kind) and float(number) not in interval:
            yield Fault(
                key, f"expected {interval}, but got {spelt(number)} ({key}={spelt(number)})"
            )
