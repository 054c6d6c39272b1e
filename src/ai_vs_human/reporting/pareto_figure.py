"""Weighed runs to a figure of quality against cost, with the front that none of them beats."""

from collections.abc import Sequence
from typing import Final, Literal

from matplotlib.axes import Axes
from matplotlib.ticker import StrMethodFormatter

from ai_vs_human.reporting.energy_units import EnergyUnit, unit_for
from ai_vs_human.reporting.figure import legend, new_figure, png, prepare
from ai_vs_human.reporting.palette import FAINT, GREEN, INK
from ai_vs_human.runs.registry.pareto import Pareto, Weighed

_INCHES: Final = (7.6, 5.0)
_PALE: Final = "#b8d9ee"
_DECADE: Final = 10.0
_NUMBERED: Final = 30
"""Points of a front that carry their number in the table; more would hide each other."""


def pareto_figure(pareto: Pareto) -> bytes:
    """Draw the runs, as a PNG image; the numbers are those of the table and of pareto.csv.

    Args:
        pareto: at least one weighed run.
    """
    costs = [run.cost for run in pareto.weighed]
    unit = unit_for(max(costs)) if "joules" in pareto.against else None
    figure = new_figure(*_INCHES, _title(pareto))
    axes = figure.add_subplot()
    prepare(axes, cost_label(pareto, unit), _label(pareto.metric, pareto.modes[0]))
    _draw(axes, pareto, 1.0 if unit is None else unit.joules)
    if min(costs) > 0 and max(costs) >= _DECADE * min(costs):
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,g}"))
    axes.margins(0.08)
    legend(axes)
    return png(figure)


def cost_label(pareto: Pareto, unit: EnergyUnit | None) -> str:
    """What stands at the axis of cost: an estimate says that it is one."""
    name = pareto.against if unit is None else f"{pareto.against}, in {unit.name}"
    made = ": an ESTIMATE from declared watts" if pareto.is_estimate else ""
    return f"{_label(name, pareto.modes[1])}{made}"


def _title(pareto: Pareto) -> str:
    counted = f"{len(pareto.front)} of {len(pareto.weighed)} runs on the Pareto front"
    rest = f", {len(pareto.apart)} not comparable" if pareto.apart else ""
    return f"{counted}{rest}"


def _label(name: str, mode: str) -> str:
    return f"{name} ({'high' if mode == 'max' else 'low'} is good)"


def _draw(axes: Axes, pareto: Pareto, scale: float) -> None:
    front = pareto.front
    others = [run for run in pareto.weighed if not run.on_front]
    # Between two of its points, the best that can be had is the cheaper one's quality.
    where: Literal["post", "pre"] = "post" if pareto.modes[1] == "min" else "pre"
    line = sorted(_xy(front, scale))
    axes.step(*_columns(line), where=where, color=GREEN, linewidth=1)
    axes.scatter(
        *_columns(_xy(others, scale)),
        s=22,
        color=_PALE,
        edgecolors=FAINT,
        linewidths=0.4,
        label="beaten",
    )
    axes.scatter(*_columns(line), s=34, color=GREEN, zorder=3, label="on the front")
    for number, point in enumerate(_xy(front, scale)[:_NUMBERED], start=1):
        axes.annotate(str(number), point, (4, 5), textcoords="offset points", fontsize=8, color=INK)


def _xy(runs: Sequence[Weighed], scale: float) -> list[tuple[float, float]]:
    return [(run.cost / scale, run.quality) for run in runs]


def _columns(points: Sequence[tuple[float, float]]) -> tuple[list[float], list[float]]:
    return [x for x, _ in points], [y for _, y in points]
