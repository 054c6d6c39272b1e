"""A run that its energy budget ended, and a command line, to whether there is more to spend."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from ai_vs_human.runs.energy_budget import budget_joules
from ai_vs_human.runs.result import Result

log = logging.getLogger(__name__)


def has_more_to_spend(
    known: Result, energy: Mapping[str, Any] | None, overrides: Sequence[str]
) -> bool:
    """Whether a command line lets a run go on whose budget is spent.

    Args:
        known: the run's result; its budget ended it.
        energy: what the command line composes to.
        overrides: of the command line.

    Raises:
        ConfigError: if the command line sets no possible budget.
    """
    spent = _spent_joules(known)
    if not any(word.lstrip("+~").startswith("energy") for word in overrides):
        log.info("%s; energy=budget energy.joules=<above %.0f> goes on", known.ended_early, spent)
        return False
    limits = [(energy or {}).get(name) for name in ("joules", "kwh")]
    if limits == [None, None] and not str((energy or {}).get("_target_")).endswith("EnergyBudget"):
        return True  # energy=zeus, or none: no budget any more
    budget = budget_joules(*limits)
    if budget <= spent:
        log.info("%.0f J were spent, and the energy budget is %.0f J", spent, budget)
    return budget > spent


def _spent_joules(known: Result) -> float:
    budget = (known.energy or {}).get("budget")
    spent = budget.get("spent_joules") if isinstance(budget, Mapping) else None
    return float(spent) if isinstance(spent, int | float) else 0.0
