"""Runs of the registry to a table, one line each, and their counts."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from rich.console import Console, ConsoleOptions, JustifyMethod, RenderableType
from rich.table import Table
from rich.text import Text

from ai_vs_human.reporting.words import age, figure, joined, minute, number, plain, status_text
from ai_vs_human.runs.registry.entry import STANDINGS, Entry
from ai_vs_human.runs.result import Result

JOULES: Final = "energy/total_joules"

_LEAST_FIRST: Final = ("task", "started (UTC)", "joules", "seconds", "tags", "data", "age")
_FOLDING: Final = ("data", "tags", "note")
_NOTE_WIDTH: Final = 8
_RIGHT: Final = ("age", "seconds", "joules")
_KNOBS: Final = ("size", "difficulty", "protocol")


@dataclass(frozen=True)
class RunsTable:
    """A line for each run, in the order given.

    A column that would be empty is left out; so are, where the console is too narrow for the rest,
    the less important ones.

    Attributes:
        entries: the runs.
        metrics: the metrics that get a column.
        now: what ages are counted to.
    """

    entries: Sequence[Entry]
    metrics: Sequence[str]
    now: datetime

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        """The table in the width that there is."""
        columns = self._columns(with_intervals=True)
        dropped: list[str] = []
        without = self._columns(with_intervals=False)
        if self._width(columns) > options.max_width and without != columns:
            columns = without
            dropped.append("intervals")
        for name in _LEAST_FIRST:
            if self._width(columns) <= options.max_width:
                break
            if columns.pop(name, None) is not None:
                dropped.append(name)
        yield self._table(columns)
        if dropped:
            yield Text(f"too narrow to show: {', '.join(dropped)}")

    def _columns(self, *, with_intervals: bool) -> dict[str, list[Text | str]]:
        """The cells of every column that has any."""
        shown = figure if with_intervals else _value
        cells: dict[str, Callable[[Entry], Text | str]] = {
            "run": lambda entry: plain(entry.run_id),
            "task": lambda entry: entry.task,
            "status": lambda entry: status_text(entry.status),
            "started (UTC)": lambda entry: minute(entry.started),
            "age": lambda entry: age(entry.started, self.now),
            "data": _of_result(_data),
            "tags": _of_result(lambda result: plain(", ".join(result.tags))),
            "seconds": _of_result(_seconds),
            **{name: _of_result(partial(shown, metric=name)) for name in self.metrics},
            "joules": _of_result(_joules),
            "note": lambda entry: plain(note(entry)),
        }
        columns = {name: [cell(entry) for entry in self.entries] for name, cell in cells.items()}
        return {name: column for name, column in columns.items() if any(map(len, column))}

    def _table(self, columns: Mapping[str, Sequence[Text | str]]) -> Table:
        table = Table()
        for name in columns:
            justify: JustifyMethod = "right" if name in (*_RIGHT, *self.metrics) else "left"
            table.add_column(
                name,
                justify=justify,
                no_wrap=self._is_rigid(name),
                overflow="fold",
                min_width=self._least(name, columns[name]),
            )
        for row in zip(*columns.values(), strict=True):
            table.add_row(*row)
        return table

    def _is_rigid(self, name: str) -> bool:
        """Whether the cells of a column stay on one line."""
        return name not in _FOLDING

    def _width(self, columns: Mapping[str, Sequence[Text | str]]) -> int:
        """The least width in which every word is whole, lines and blanks between included."""
        return 1 + sum(3 + self._least(name, column) for name, column in columns.items())

    def _least(self, name: str, column: Sequence[Text | str]) -> int:
        """The width in which every word of a column is whole; notes may be broken anywhere."""
        texts = (name, *map(str, column))
        words = texts if self._is_rigid(name) else " ".join(texts).split()
        longest = max(map(len, words))
        return min(longest, _NOTE_WIDTH) if name == "note" else longest


def note(entry: Entry) -> str:
    """What is wrong with a run: why it failed, crashed or cannot be read; empty if nothing is."""
    error = None if entry.result is None else entry.result.error
    said = (error or "").splitlines()
    return joined(entry.problem, said[0] if said else None)


def counts(entries: Sequence[Entry]) -> Text:
    """How many runs there are of each status."""
    found = Counter[str](entry.status for entry in entries)
    listed = ", ".join(f"{found[status]:,} {status}" for status in STANDINGS if found[status])
    noun = "run" if len(entries) == 1 else "runs"
    return Text(f"{len(entries):,} {noun}{': ' if listed else ''}{listed}")


def _of_result(cell: Callable[[Result], Text | str]) -> Callable[[Entry], Text | str]:
    return lambda entry: "" if entry.result is None else cell(entry.result)


def _data(result: Result) -> Text:
    """The knobs of the embedded data set, or the name of the images' folder."""
    knobs = [result.data.get(knob) for knob in _KNOBS]
    root = str(result.data.get("root", "")).rstrip("/")
    return plain(joined(*knobs) or root.rpartition("/")[2])


def _value(result: Result, metric: str) -> str:
    value = result.metrics.get(metric)
    return "" if value is None else number(value)


def _seconds(result: Result) -> str:
    return f"{sum(result.seconds.values()):,.1f}" if result.seconds else ""


def _joules(result: Result) -> str:
    total = result.metrics.get(JOULES)
    return "" if total is None else f"{total:,.1f}"
