"""The colours of our figures."""

from typing import Final

PAPER: Final = "#ffffff"
INK: Final = "#222222"
FAINT: Final = "#6b6b6b"
RULE: Final = "#d8d8d8"

# Okabe and Ito's palette, which the colour-blind tell apart too.
BLUE: Final = "#0072b2"
GREEN: Final = "#009e73"
ORANGE: Final = "#e69f00"
VERMILION: Final = "#d55e00"
