"""Runs and a metric to the same runs in order, the best first."""

from collections.abc import Sequence
from typing import Final, Literal

from ai_vs_human.runs.registry.entry import Entry

Mode = Literal["max", "min"]

_LOWER_IS_BETTER: Final = ("loss", "eer", "ece", "brier")
_COSTS: Final = ("joules", "watts", "grams", "seconds", "_ms", "bytes", "wait_share")


def usual_mode(metric: str) -> Mode:
    """`min` for losses, errors and costs, else `max`."""
    name = metric.rpartition("/")[2]
    is_cost = any(word in name for word in _COSTS) and "_per_second" not in name
    return "min" if name in _LOWER_IS_BETTER or is_cost else "max"


def ranked(entries: Sequence[Entry], metric: str, mode: Mode | None = None) -> list[Entry]:
    """The completed runs that have a metric, the best first; of equal ones, the older first.

    Args:
        entries: runs, the newest last.
        metric: a key of their metrics, such as `val/auroc`.
        mode: whether high or low is good; None for what is usual of the metric.
    """
    sign = -1 if (mode or usual_mode(metric)) == "max" else 1
    figures = [
        (sign * entry.result.metrics[metric], entry)
        for entry in entries
        if entry.status == "completed"
        and entry.result is not None
        and metric in entry.result.metrics
    ]
    return [entry for _, entry in sorted(figures, key=lambda figure: figure[0])]
