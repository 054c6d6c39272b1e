"""Joules to grams of CO2 equivalents, by a factor of the grid that the user gives and owns."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ai_vs_human.errors import EnergyError
from ai_vs_human.runs.energy_budget import JOULES_PER_KWH
from ai_vs_human.runs.number import is_number

_KEYS: Final = ("gco2e_per_kwh", "source", "pue")


@dataclass(frozen=True, slots=True)
class Grid:
    """What a kilowatt-hour emits where the run computes.

    Attributes:
        gco2e_per_kwh: grams of CO2 equivalents for each kWh from the grid.
        source: who says so, and for which place and time.
        pue: power usage effectiveness: what the site draws for each unit that its computers
            draw; at least 1.
    """

    gco2e_per_kwh: float
    source: str
    pue: float = 1.0

    @classmethod
    def of(cls, config: Mapping[str, Any] | None) -> "Grid | None":
        """The grid of a config; None where it gives no factor.

        Raises:
            EnergyError: if a key is unknown, a number is out of range, or the source is missing.
        """
        given = dict(config or {})
        if unknown := [key for key in given if key not in _KEYS]:
            raise EnergyError(
                f"expected energy.grid to have {', '.join(_KEYS)}, but got {', '.join(unknown)}",
                hint="energy.grid.gco2e_per_kwh=<number> energy.grid.source=<who says so>",
            )
        factor, source, pue = (given.get(key) for key in _KEYS)
        if factor is None:
            return None
        if not source or not isinstance(source, str):
            raise EnergyError(
                f"expected the source of {factor} g CO2e/kWh, but got {source}"
                " (energy.grid.source)",
                hint="energy.grid.source='who publishes it, for which place and year'",
            )
        return cls(
            _number(factor, "gco2e_per_kwh", least=0.0),
            source,
            1.0 if pue is None else _number(pue, "pue", least=1.0),
        )

    def grams(self, joules: float) -> float:
        """What so many joules of the computers emitted, in grams of CO2 equivalents."""
        return joules / JOULES_PER_KWH * self.pue * self.gco2e_per_kwh


def _number(value: object, key: str, *, least: float) -> float:
    if is_number(value) and value >= least:
        return float(value)
    raise EnergyError(
        f"expected a number from {least:g} on, but got {value} (energy.grid.{key})",
        hint=f"energy.grid.{key}=null leaves it out",
    )
