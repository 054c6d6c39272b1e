"""The epochs of a run to a figure: what its validation metric cost in joules, epoch by epoch."""

from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ai_vs_human.reporting.energy_epochs import EnergyEpochs
from ai_vs_human.reporting.energy_units import amount, unit_for
from ai_vs_human.reporting.figure import legend, new_figure, prepare
from ai_vs_human.reporting.palette import BLUE, FAINT, GREEN, INK, ORANGE, VERMILION
from ai_vs_human.runs.registry.ranking import usual_mode

_INCHES: Final = (10.4, 4.2)


def energy_curve(run: EnergyEpochs) -> Figure:
    """Draw a run that is a curve."""
    figure = new_figure(*_INCHES, _title(run))
    left, right = figure.subplots(1, 2, width_ratios=(3, 2))
    _draw_quality(left, run)
    _draw_stages(right, run)
    return figure


def _title(run: EnergyEpochs) -> str:
    kind = "ESTIMATE from declared watts, not measured: " if run.is_estimate else ""
    total = amount(run.epochs[-1].cumulative_joules)
    spent = f"{kind}{total} of {'+'.join(run.devices) or 'all devices'}"
    if run.best is None:
        return spent
    return (
        f"{spent}; best {run.metric} {run.best.quality:.4f}"
        f" after {amount(run.best.cumulative_joules)} (epoch {run.best.epoch})"
    )


def _draw_quality(axes: Axes, run: EnergyEpochs) -> None:
    """Cumulative joules on x, so that the slope is what another joule buys."""
    unit = unit_for(run.epochs[-1].cumulative_joules)
    good = "high" if usual_mode(run.metric) == "max" else "low"
    prepare(axes, f"{_kind(run)} so far, in {unit.name}", f"{run.metric} ({good} is good)")
    judged = [one for one in run.epochs if one.quality is not None]
    x = [one.cumulative_joules / unit.joules for one in judged]
    axes.plot(x, [one.quality or 0.0 for one in judged], color=BLUE, marker="o", markersize=4)
    if run.best is not None and run.best.quality is not None:
        best, label = run.best.cumulative_joules / unit.joules, f"best: epoch {run.best.epoch}"
        axes.scatter([best], [run.best.quality], s=70, color=GREEN, zorder=3, label=label)
    if run.target is not None:
        axes.axhline(run.target, color=ORANGE, linestyle="--", label=f"target {run.target:g}")
    if run.budget_joules is not None:
        label = f"budget {amount(run.budget_joules)}"
        axes.axvline(run.budget_joules / unit.joules, color=VERMILION, linestyle=":", label=label)
    axes.margins(0.08)
    legend(axes)


def _draw_stages(axes: Axes, run: EnergyEpochs) -> None:
    """What each epoch cost, by stage, one upon the other."""
    stages = {
        "train": (BLUE, [one.train_joules for one in run.epochs]),
        "val": (ORANGE, [one.val_joules for one in run.epochs]),
        "other: setup, checkpoints, …": (FAINT, [one.other_joules or 0.0 for one in run.epochs]),
    }
    heights = [sum(amounts) for amounts in zip(*(s for _, s in stages.values()), strict=True)]
    unit = unit_for(max(heights))
    prepare(axes, "epoch", f"{_kind(run)} of an epoch, in {unit.name}")
    floor = [0.0] * len(run.epochs)
    for name, (colour, joules) in stages.items():
        amounts = [one / unit.joules for one in joules]
        places = [one.epoch for one in run.epochs]
        axes.bar(places, amounts, 0.8, bottom=floor, color=colour, label=name)
        floor = [low + high for low, high in zip(floor, amounts, strict=True)]
    axes.set_ylim(0, 1.25 * max(floor) or 1.0)
    axes.grid(visible=False, axis="x")
    axes.tick_params(axis="x", colors=INK)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    legend(axes)


def _kind(run: EnergyEpochs) -> str:
    return "estimated energy" if run.is_estimate else "energy"
