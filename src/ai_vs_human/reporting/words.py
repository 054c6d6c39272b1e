"""Values of a run to the words that a table on a console shows."""

import os
from datetime import UTC, datetime
from typing import Final

from rich.text import Text

from ai_vs_human.runs.result import Result

_STYLES: Final = {
    "completed": "green",
    "pruned": "blue",
    "running": "cyan",
    "interrupted": "yellow",
    "failed": "red",
    "crashed": "red",
    "unreadable": "magenta",
}

_KIB: Final = 1024
_AGES: Final = (("d", 86400), ("h", 3600), ("min", 60))


def plain(value: object) -> Text:
    """Text as it is, but for what would move a cursor, colour a console or is no Unicode."""
    text = os.fsencode(str(value)).decode("utf-8", "backslashreplace")
    return Text("".join(c if c.isprintable() else repr(c)[1:-1] for c in text), overflow="fold")


def status_text(status: str) -> Text:
    """A run's status in its colour."""
    return Text(status, style=_STYLES[status])


def figure(result: Result, metric: str) -> str:
    """A metric to four places, with its 95 % interval where there is one; empty if absent."""
    value = result.metrics.get(metric)
    if value is None:
        return ""
    shown = number(float(value))
    if metric not in result.intervals:
        return shown
    low, high = result.intervals[metric]
    return f"{shown} [{number(float(low))}, {number(float(high))}]"


def number(value: float) -> str:
    """A figure: four places where it is small, one where it is large."""
    large = 1000
    return f"{value:,.1f}" if abs(value) >= large else f"{value:.4f}"


def age(moment: datetime | None, now: datetime) -> str:
    """How long ago something was, in its largest unit; empty if unknown."""
    if moment is None:
        return ""
    seconds = max(0, int((now - moment).total_seconds()))  # clocks of machines differ
    for unit, length_seconds in _AGES:
        if seconds >= length_seconds:
            return f"{seconds // length_seconds} {unit}"
    return f"{seconds} s"


def minute(moment: datetime | None) -> str:
    """Day and minute in UTC; empty if unknown."""
    return "" if moment is None else f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}"


def size(size_bytes: int) -> str:
    """A number of bytes in the unit that suits it."""
    amount = float(size_bytes)
    if amount < _KIB:
        return f"{size_bytes} B"
    for unit in ("KiB", "MiB", "GiB"):
        amount /= _KIB
        if amount < _KIB:
            return f"{amount:.1f} {unit}"
    return f"{amount / _KIB:.1f} TiB"


def joined(*words: object) -> str:
    """The words that there are, with blanks between."""
    return " ".join(str(word) for word in words if word not in (None, ""))
