"""Runs of the registry to a table, one line each, and their counts."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Final

from rich.table import Table
from rich.text import Text

from ai_vs_human.reporting.words import age, figure, joined, minute, plain, status_text
from ai_vs_human.runs.entry import STANDINGS, Entry
from ai_vs_human.runs.result import Result

JOULES: Final = "energy/total_joules"

_KNOBS: Final = ("size", "difficulty", "protocol")


def runs_table(entries: Sequence[Entry], metrics: Sequence[str], now: datetime) -> Table:
    """A line for each run, in the order given; a column that would be empty is left out."""
    table = Table()
    cells: dict[str, Callable[[Entry], Text | str]] = {
        "run": lambda entry: plain(entry.run_id),
        "task": lambda entry: entry.task,
        "status": lambda entry: status_text(entry.status),
        "started (UTC)": lambda entry: minute(entry.started),
        "age": lambda entry: age(entry.started, now),
        "data": _of_result(_data),
        "tags": _of_result(lambda result: plain(", ".join(result.tags))),
        "seconds": _of_result(_seconds),
        **{name: _of_result(partial(figure, metric=name)) for name in metrics},
        "joules": _of_result(_joules),
        "note": lambda entry: plain(note(entry)),
    }
    right = {"age", "seconds", "joules", *metrics}
    shown = {name: [cell(entry) for entry in entries] for name, cell in cells.items()}
    kept = {name: column for name, column in shown.items() if any(map(len, column))}
    for name in kept:
        table.add_column(
            name,
            justify="right" if name in right else "left",
            no_wrap=name not in ("data", "tags", "note", *metrics),
        )
    for row in zip(*kept.values(), strict=True):
        table.add_row(*row)
    return table


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


def _seconds(result: Result) -> str:
    return f"{sum(result.seconds.values()):,.1f}" if result.seconds else ""


def _joules(result: Result) -> str:
    total = result.metrics.get(JOULES)
    return "" if total is None else f"{total:,.1f}"
