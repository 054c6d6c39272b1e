"""Runs, a quality and a cost to those runs of which no other is better in both."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, isfinite
from typing import Final

from ai_vs_human.runs.registry.entry import Entry
from ai_vs_human.runs.registry.ranking import Mode, usual_mode
from ai_vs_human.runs.registry.vouching import devices_of, gap_of
from ai_vs_human.runs.result import Result

_SUMS: Final = (
    "total_joules",
    "spent_joules",
    "forecast_joules",
    "to_target_joules",
    "co2e_grams",
)
"""Over all devices that a run measured: two sums compare where they are over the same."""


@dataclass(frozen=True)
class Weighed:
    """A run that can be compared.

    Attributes:
        entry: the run.
        quality: its figure on y.
        cost: its figure on x.
        on_front: whether no other run is at least as good in both and better in one.
    """

    entry: Entry
    quality: float
    cost: float
    on_front: bool


@dataclass(frozen=True)
class Pareto:
    """Several runs, weighed.

    Attributes:
        metric: the quality.
        against: the cost, such as `energy/total_joules`.
        modes: of quality and cost: whether high or low is good.
        weighed: runs with both figures, the cheapest (or the lesser cost's better side) first.
        apart: runs that cannot be compared, each with the reason.
    """

    metric: str
    against: str
    modes: tuple[Mode, Mode]
    weighed: list[Weighed]
    apart: list[tuple[Entry, str]]

    @property
    def front(self) -> list[Weighed]:
        """The runs on the front, the cheapest first."""
        return [run for run in self.weighed if run.on_front]

    @property
    def is_estimate(self) -> bool:
        """Whether the joules are computed from declared watts, and nobody measured them."""
        return self.against.startswith("energy_est/")


def on_front(points: Sequence[tuple[float, float]]) -> list[bool]:
    """Whether no other point is at least as low in both places, and lower in one.

    Equal points are on the front together, or none of them is.

    Args:
        points: finite figures, low is good.

    Example:
        >>> on_front([(1, 5), (2, 5), (3, 1)])
        [True, False, True]
    """
    least: dict[float, float] = {}
    for first, second in points:
        least[first] = min(second, least.get(first, inf))
    front, best = set(), inf
    for first in sorted(least):
        if least[first] < best:
            best = least[first]
            front.add((first, best))
    return [point in front for point in points]


def weigh(entries: Sequence[Entry], metric: str, against: str, mode: Mode | None = None) -> Pareto:
    """Compare runs by a quality and a cost; a run that nobody measured is never on the front.

    Args:
        entries: the runs.
        metric: a key of their metrics: the quality.
        against: a key of their metrics: the cost.
        mode: whether a high or a low quality is good; None for what is usual of the metric.
    """
    modes = (mode or usual_mode(metric), usual_mode(against))
    reasons = {entry.folder: _reason(entry, metric, against) for entry in entries}
    fitting = [entry for entry in entries if reasons[entry.folder] is None]
    reasons |= _strangers(fitting, against)
    fitting = [entry for entry in entries if reasons[entry.folder] is None]
    pairs = [_pair(entry, metric, against) for entry in fitting]
    signs = [1 if one == "min" else -1 for one in modes]
    flags = on_front([(signs[0] * quality, signs[1] * cost) for quality, cost in pairs])
    weighed = [
        Weighed(entry, *pair, on_front=flag)
        for entry, pair, flag in zip(fitting, pairs, flags, strict=True)
    ]
    weighed.sort(key=lambda run: (signs[1] * run.cost, signs[0] * run.quality))
    apart = [(entry, reason) for entry in entries if (reason := reasons[entry.folder])]
    return Pareto(metric, against, modes, weighed, apart)


def _pair(entry: Entry, metric: str, against: str) -> tuple[float, float]:
    """JSON knows whole numbers too."""
    figures: Mapping[str, float] = {} if entry.result is None else entry.result.metrics
    return float(figures[metric]), float(figures[against])


def _reason(entry: Entry, metric: str, against: str) -> str | None:
    """Why a run cannot be compared, by itself."""
    if entry.result is None or entry.status != "completed":
        return entry.problem or entry.status
    figures = entry.result.metrics
    for name in (metric, against):
        if name not in figures:
            said = gap_of(entry.result) if "energy" in name else None
            return f"no {name}{f': {said}' if said else ''}"
        if not isfinite(figures[name]):
            return f"{name} is {figures[name]}"
    return _doubt(entry.result, against)


def _doubt(result: Result, against: str) -> str | None:
    """Why a run's joules are fewer than were spent, as far as anybody can tell."""
    if not against.startswith("energy/"):
        return None
    if "joules" in against and result.metrics[against] <= 0:
        return f"{against} is {result.metrics[against]:g}: the counter did not move"
    return gap_of(result)


def _strangers(entries: Sequence[Entry], against: str) -> dict[str, str]:
    """Reasons of the runs whose sum is over other devices than that of most runs."""
    if against.rpartition("/")[2] not in _SUMS:
        return {}
    known = {e.folder: devices_of(e.result, against) for e in entries if e.result is not None}
    counted = Counter(devices for devices in known.values() if devices)
    if len(counted) < 2:  # noqa: PLR2004 -- two sets differ
        return {}
    usual = max(counted, key=lambda devices: (counted[devices], len(devices)))
    return {
        folder: f"joules of {'+'.join(devices)}, where most runs have those of {'+'.join(usual)}"
        for folder, devices in known.items()
        if devices and devices != usual
    }
