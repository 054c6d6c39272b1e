"""A trial's fate to its colour and sign, the same on paper and on the page."""

from dataclasses import dataclass
from typing import Final

from ai_vs_human.reporting.palette import BLUE, FAINT, GREEN, ORANGE, VERMILION


@dataclass(frozen=True)
class Look:
    """How the points of one kind are drawn.

    Attributes:
        colour: as hexadecimal RGB.
        marker: matplotlib's word for the sign.
        symbol: plotly's.
    """

    colour: str
    marker: str
    symbol: str


LOOKS: Final = {
    "completed": Look(BLUE, "o", "circle"),
    "pruned": Look(ORANGE, "v", "triangle-down"),
    "failed": Look(VERMILION, "x", "x-thin-open"),
    "interrupted": Look(FAINT, "x", "x-thin-open"),
    "running": Look(GREEN, ">", "triangle-right"),
}
BEST: Final = GREEN
PALE: Final = "#b8d9ee"
BY_TIME: Final = (PALE, BLUE, "#003a5c")
"""From the first trial to the last."""
