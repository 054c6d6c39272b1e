"""A study's panels to one sheet of figures, as a PNG image."""

from collections.abc import Sequence
from functools import singledispatch
from math import ceil
from pathlib import Path
from typing import Any, Final, Literal

from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import MaxNLocator

from ai_vs_human.reporting.figure import legend, new_figure, png, prepare
from ai_vs_human.reporting.palette import BLUE, FAINT, INK
from ai_vs_human.reporting.study.importances import Absent, Importances
from ai_vs_human.reporting.study.look import BEST, BY_TIME, LOOKS, PALE
from ai_vs_human.reporting.study.names import shortened
from ai_vs_human.reporting.study.panels import Curves, Front, History, Panel, Point, Slice
from ai_vs_human.runs.whole_file import write_whole

_COLUMNS: Final = 3
_PANEL_INCHES: Final = (4.6, 3.3)
_HEAD_INCHES: Final = 0.6
_TITLE_LENGTH, _LABEL_LENGTH, _NAME_LENGTH, _TICK_LENGTH = 44, 40, 20, 14
_LEVEL_LENGTH: Final = 28
"""Characters of all names below an axis that find room side by side."""
_COLOURS: Final = LinearSegmentedColormap.from_list("by_time", BY_TIME)


def write_sheet(panels: Sequence[Panel], title: str, path: Path) -> None:
    """Draw at least one panel, in rows of three.

    Args:
        panels: what to draw.
        title: the headline, and lines below it.
        path: of the PNG image; replaced as a whole.
    """
    columns = min(_COLUMNS, len(panels))
    rows = ceil(len(panels) / columns)
    size = (_PANEL_INCHES[0] * columns, _PANEL_INCHES[1] * rows + _HEAD_INCHES)
    figure = new_figure(*size, title)
    for place, panel in enumerate(panels):
        axes = figure.add_subplot(rows, columns, place + 1)
        prepare(axes)
        _draw(panel, axes)
    write_whole(path, png(figure))


def _name(axes: Axes, title: str, x: str, y: str) -> None:
    axes.set_title(shortened(title, _TITLE_LENGTH), loc="left", fontsize=10, color=INK)
    axes.set_xlabel(shortened(x, _LABEL_LENGTH), fontsize=9, color=INK)
    axes.set_ylabel(shortened(y, _LABEL_LENGTH), fontsize=9, color=INK)


def _xy(points: Sequence[Point]) -> tuple[list[float], list[float]]:
    return [point.x for point in points], [point.y for point in points]


def _scatter(axes: Axes, points: Sequence[Point], fate: str, size: float = 24.0) -> None:
    """The points of one fate, if there are any."""
    if points:
        look = LOOKS[fate]
        axes.scatter(*_xy(points), s=size, c=look.colour, marker=look.marker, label=fate, zorder=3)


@singledispatch
def _draw(panel: Any, axes: Axes) -> None:
    raise TypeError(f"expected a panel to draw on {axes}, but got {panel}")


@_draw.register
def _(panel: History, axes: Axes) -> None:
    _name(axes, panel.title, "trial", panel.metric)
    if panel.best:
        axes.step(*_xy(panel.best), where="post", color=BEST, label="best so far")
    _scatter(axes, panel.completed, "completed", 18.0)
    _scatter(axes, panel.pruned, "pruned")
    _scatter(axes, panel.failed, "failed")
    numbers = [point.trial for point in (*panel.completed, *panel.pruned, *panel.failed)]
    axes.set_xlim(min(numbers) - 0.8, max(numbers) + 0.8)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    legend(axes)


@_draw.register
def _(panel: Front, axes: Axes) -> None:
    _name(axes, panel.title, *panel.labels)
    where: Literal["pre", "post"] = "pre" if panel.maximized[0] else "post"
    axes.step(*_xy(panel.front), where=where, color=BEST, linewidth=1)
    axes.scatter(*_xy(panel.others), s=18, color=PALE, label="beaten in both")
    axes.scatter(*_xy(panel.front), s=26, color=BEST, label="on the front", zorder=3)
    legend(axes)


@_draw.register
def _(panel: Importances, axes: Axes) -> None:
    _name(axes, panel.title, "", "")
    axes.set_xlabel(panel.evaluator, fontsize=7)
    shown = panel.shares[::-1]
    names = [shortened(parameter.short, _NAME_LENGTH) for parameter, _ in shown]
    bars = axes.barh(range(len(shown)), [share for _, share in shown], color=BLUE, height=0.6)
    axes.bar_label(bars, [f"{share:.0%}" for _, share in shown], padding=3, fontsize=8, color=INK)
    axes.set_yticks(range(len(shown)), names)
    axes.set_xlim(0, 1.15 * max(share for _, share in shown))
    axes.set_xticks([])
    axes.grid(visible=False)


@_draw.register
def _(panel: Absent, axes: Axes) -> None:
    _name(axes, panel.title, "", "")
    axes.set_axis_off()
    said = f"not drawn: {panel.reason}"
    axes.text(0, 0.9, said, transform=axes.transAxes, va="top", fontsize=8, color=FAINT, wrap=True)


@_draw.register
def _(panel: Curves, axes: Axes) -> None:
    _name(axes, panel.title, "step", panel.metric)
    for curve in panel.curves:
        look = LOOKS[curve.fate]
        axes.plot(*_xy(curve.points), color=look.colour, linewidth=0.9, alpha=0.5)
        if curve.trial == panel.best:
            label = f"best: trial {curve.trial}"
            axes.plot(*_xy(curve.points), color=BEST, linewidth=2, label=label, zorder=4)
    for fate in LOOKS:
        _scatter(axes, [one.points[-1] for one in panel.curves if one.fate == fate], fate, 18.0)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    legend(axes)


@_draw.register
def _(panel: Slice, axes: Axes) -> None:
    _name(axes, panel.title, panel.parameter.key, panel.metric)
    order = [point.trial for point in panel.points]
    axes.scatter(*_xy(panel.points), s=20, c=order, cmap=_COLOURS)
    best = [point for point in panel.points if point.trial in panel.best]
    axes.scatter(*_xy(best), s=60, facecolors="none", edgecolors=BEST, linewidths=1.6)
    if panel.is_log:
        axes.set_xscale("log")
    if panel.ticks:
        names = [shortened(tick, _TICK_LENGTH) for tick in panel.ticks]
        axes.set_xticks(range(len(names)), names)
        axes.set_xlim(-0.6, len(names) - 0.4)
        if sum(map(len, names)) > _LEVEL_LENGTH:
            for label in axes.get_xticklabels():
                label.set(rotation=20, ha="right", rotation_mode="anchor")
