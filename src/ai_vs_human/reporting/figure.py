"""Axes in the house style, and a figure to the bytes of a PNG image: what all our plots share."""

import io
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ai_vs_human.reporting.palette import FAINT, INK, PAPER, RULE

_DPI: Final = 120


def new_figure(width_inches: float, height_inches: float, title: str) -> Figure:
    """An empty figure with a headline; no window, and no state of pyplot's."""
    size = (width_inches, height_inches)
    figure = Figure(figsize=size, dpi=_DPI, layout="constrained", facecolor=PAPER)
    figure.suptitle(title, x=0.01, ha="left", color=INK, fontsize=11)
    FigureCanvasAgg(figure)
    return figure


def prepare(axes: Axes, x: str = "", y: str = "") -> None:
    """Thin lines, faint ticks, and what stands at the axes, if anything."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(FAINT)
    axes.tick_params(which="both", colors=FAINT, labelsize=8)
    axes.grid(color=RULE, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_xlabel(x, fontsize=9, color=INK)
    axes.set_ylabel(y, fontsize=9, color=INK)


def legend(axes: Axes) -> None:
    """A legend where anything has a name."""
    if axes.get_legend_handles_labels()[0]:
        axes.legend(fontsize=7, labelcolor=INK, framealpha=0.8, edgecolor="none")


def png(figure: Figure) -> bytes:
    """The figure as a PNG image."""
    image = io.BytesIO()
    figure.savefig(image, format="png")
    return image.getvalue()


def pixels(figure: Figure) -> NDArray[np.uint8]:
    """The figure as RGB in [0, 255], height x width x 3, as loggers take images."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    rgba: NDArray[np.uint8] = np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
    return rgba[..., :3].copy()
