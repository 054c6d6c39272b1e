"""What inference cost by batch size to a figure."""

from collections.abc import Sequence
from typing import Final

from matplotlib.ticker import FixedLocator, NullLocator, StrMethodFormatter

from ai_vs_human.reporting.energy_units import unit_for
from ai_vs_human.reporting.figure import legend, new_figure, png, prepare
from ai_vs_human.reporting.inference_energy import InferenceRow
from ai_vs_human.reporting.palette import BLUE, ORANGE, VERMILION

_INCHES: Final = (6.4, 4.2)


def inference_figure(rows: Sequence[InferenceRow]) -> bytes:
    """Draw joules an image against the batch size, as a PNG image.

    Args:
        rows: at least one; estimates get a line, a colour and a name of their own.
    """
    unit = unit_for(max(row.joules_per_image for row in rows))
    only_estimates = all(row.estimate for row in rows)
    made = "ESTIMATE from declared watts, not measured" if only_estimates else "steady windows"
    figure = new_figure(*_INCHES, f"Energy of inference: {made}")
    axes = figure.add_subplot()
    prepare(axes, "batch size", f"energy an image, in {unit.name}")
    for estimate, colour in ((False, BLUE), (True, ORANGE)):
        line = sorted((r for r in rows if r.estimate is estimate), key=lambda r: r.batch_size)
        if not line:
            continue
        sizes, joules = _columns(line, unit.joules)
        label = f"{'estimate, ' if estimate else ''}{line[0].devices}"
        half = [row.spread * y / 2 for row, y in zip(line, joules, strict=True)]
        axes.errorbar(sizes, joules, half, color=colour, marker="o", capsize=3, label=label)
        if shaky := [row for row in line if not row.steady]:
            axes.scatter(
                *_columns(shaky, unit.joules), s=90, marker="x", color=VERMILION, zorder=3,
                label="not steady",
            )  # fmt: skip
    axes.set_xscale("log", base=2)
    axes.xaxis.set_major_locator(FixedLocator(sorted({float(row.batch_size) for row in rows})))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,g}"))
    axes.set_ylim(bottom=0)
    legend(axes)
    return png(figure)


def _columns(rows: Sequence[InferenceRow], scale: float) -> tuple[list[int], list[float]]:
    return [row.batch_size for row in rows], [row.joules_per_image / scale for row in rows]
