"""A metric's value to what it cost to reach it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ai_vs_human.errors import EnergyError
from ai_vs_human.runs.number import is_number

_KEYS: Final = ("metric", "mode", "value")


@dataclass(frozen=True, slots=True)
class Target:
    """A value that a metric is to reach in training.

    Attributes:
        metric: the logged metric, such as `val/auroc`.
        mode: max, if more is better; else min.
        value: what is to be reached.
    """

    metric: str
    mode: str
    value: float

    @classmethod
    def of(cls, config: Mapping[str, Any] | None) -> "Target | None":
        """The target of a config; None where it names no value.

        Raises:
            EnergyError: if a key is unknown or missing, or the value is no number.
        """
        given = dict(config or {})
        if unknown := [key for key in given if key not in _KEYS]:
            raise EnergyError(
                f"expected energy.target to have {', '.join(_KEYS)}, but got {', '.join(unknown)}",
                hint="energy.target.value=0.9",
            )
        metric, mode, value = (given.get(key) for key in _KEYS)
        if value is None:
            return None
        if mode not in ("max", "min") or not isinstance(metric, str):
            raise EnergyError(
                "expected a metric and max or min, but got"
                f" {metric} and {mode} (energy.target.metric, energy.target.mode)",
                hint="energy.target.metric=val/auroc energy.target.mode=max",
            )
        if not is_number(value):
            raise EnergyError(
                f"expected a number, but got {value} (energy.target.value)",
                hint="energy.target.value=null asks for nothing",
            )
        return cls(metric, mode, float(value))

    def is_reached(self, metrics: Mapping[str, float]) -> bool:
        """Whether the metric is there, and good enough."""
        value = metrics.get(self.metric)
        if value is None:
            return False
        return value >= self.value if self.mode == "max" else value <= self.value

    def words(self) -> dict[str, Any]:
        """As energy.json and checkpoints have it."""
        return {"metric": self.metric, "mode": self.mode, "value": self.value}
