"""Many runs to a table with a row for each, and a column for each key that differs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from rich.console import Console, ConsoleOptions, RenderableType
from rich.table import Table

from ai_vs_human.reporting.words import figure, plain, status_text
from ai_vs_human.runs.registry.entry import Entry

_LONGEST: Final = 20
"""Characters of a cell that stand in one line."""


@dataclass(frozen=True)
class RowsTable:
    """A row for each run, in the order given.

    Keys that the console is too narrow for are left out, the last ones first, and named.

    Attributes:
        entries: the runs.
        metrics: the metrics that get a column.
        varied: values by run, by key.
    """

    entries: Sequence[Entry]
    metrics: Sequence[str]
    varied: Mapping[str, Mapping[str, Any]]

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        """The table in the width that there is."""
        columns: dict[str, list[str]] = {
            "run": [entry.run_id for entry in self.entries],
            "status": [entry.status for entry in self.entries],
        }
        for name in self.metrics:
            columns[name] = [
                "" if entry.result is None else figure(entry.result, name) for entry in self.entries
            ]
        kept = len(columns)
        for key, values in self.varied.items():
            columns[key] = [_cell(values.get(entry.run_id, "")) for entry in self.entries]
        dropped: list[str] = []
        while _width(columns) > options.max_width and len(columns) > kept:
            dropped.insert(0, columns.popitem()[0])
        yield _table(columns)
        if dropped:
            yield plain(f"too narrow to show: {', '.join(dropped)}")


def _cell(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _width(columns: Mapping[str, Sequence[str]]) -> int:
    """What the table takes, lines and blanks between included; long cells may be folded."""
    rigid = ("run", "status")
    widths = {name: max(map(len, (name, *cells))) for name, cells in columns.items()}
    return 1 + sum(3 + (w if name in rigid else min(w, _LONGEST)) for name, w in widths.items())


def _table(columns: Mapping[str, Sequence[str]]) -> Table:
    table = Table()
    for name in columns:
        table.add_column(plain(name), overflow="fold", no_wrap=name == "status")
    statuses = columns["status"]
    for status, row in zip(statuses, zip(*columns.values(), strict=True), strict=True):
        shown = zip(columns, row, strict=True)
        table.add_row(*(status_text(status) if n == "status" else plain(cell) for n, cell in shown))
    return table
