"""Joules to the unit in which they are read best."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class EnergyUnit:
    """A unit of energy.

    Attributes:
        name: as it stands on an axis.
        joules: in one of it.
    """

    name: str
    joules: float

    def text(self, joules: float) -> str:
        """An amount with its unit: `12.3 kJ`."""
        return f"{joules / self.joules:,.4g} {self.name}"


_UNITS: Final = (
    EnergyUnit("kWh", 3.6e6),
    EnergyUnit("kJ", 1e3),
    EnergyUnit("J", 1.0),
    EnergyUnit("mJ", 1e-3),
)


def unit_for(joules: float) -> EnergyUnit:
    """The unit for amounts up to so many joules: kWh from 1 kWh on, kJ, J, or mJ below 0.1 J."""
    fitting = (unit for unit in _UNITS if joules >= (0.1 if unit.name == "J" else unit.joules))
    return next(fitting, _UNITS[-1] if joules > 0 else _UNITS[2])


def amount(joules: float) -> str:
    """An amount in the unit that fits it: `12.3 kJ`."""
    return unit_for(joules).text(joules)
