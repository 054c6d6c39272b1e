"""Joules or kilowatt hours to the one budget that they set, in joules."""

from typing import Final

from ai_vs_human.errors import ConfigError
from ai_vs_human.runs.number import is_number

JOULES_PER_KWH: Final = 3_600_000.0

_HINT: Final = "energy.joules=50000, or energy.kwh=0.5"


def budget_joules(joules: object, kwh: object) -> float:
    """What a run may spend, in joules.

    Args:
        joules: the budget; None where it is told in kWh.
        kwh: the same in kWh; None where it is told in joules.

    Raises:
        ConfigError: unless exactly one of them is a number above 0.
    """
    where = f"(energy.joules={_spelt(joules)}, energy.kwh={_spelt(kwh)})"
    if (joules is None) == (kwh is None):
        got = "none" if joules is None else "both"
        raise ConfigError(
            f"expected a budget in joules or in kWh, but got {got} {where}", hint=_HINT
        )
    value = kwh if joules is None else joules
    if not is_number(value) or value <= 0:
        raise ConfigError(f"expected a budget above 0, but got {_spelt(value)} {where}", hint=_HINT)
    return float(value) * (JOULES_PER_KWH if joules is None else 1.0)


def _spelt(value: object) -> str:
    return "null" if value is None else str(value)
