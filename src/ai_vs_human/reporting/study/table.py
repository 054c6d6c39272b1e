"""A study to what the console says of it at the end: counts, the best trials, why others failed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rich.console import Console, ConsoleOptions, RenderableType
from rich.table import Table

from ai_vs_human.reporting.study.facts import StudyFacts
from ai_vs_human.reporting.study.rows import table_rows
from ai_vs_human.reporting.study.words import failures, headline, ranking
from ai_vs_human.reporting.words import plain

_LONGEST: Final = 24
"""Characters of a parameter that stand in one line."""


@dataclass(frozen=True)
class StudyTable:
    """The table of the best trials.

    Where the console is too narrow for all parameters, the last ones are left out, by name.

    Attributes:
        facts: of the study.
    """

    facts: StudyFacts

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        """The table in the width that there is."""
        yield plain(headline(self.facts))
        rows = table_rows(self.facts)
        if rows:
            yield from _fitted(
                *_without_sweep(rows), options.max_width, 2 + len(self.facts.metrics)
            )
        yield plain(ranking(self.facts))
        for line in failures(self.facts):
            yield plain(line)


def _without_sweep(rows: Sequence[Mapping[str, str]]) -> tuple[list[dict[str, str]], str]:
    """Runs by what tells them apart, and what all their names begin with: the sweep's."""
    sweeps = {row["run"].rpartition("-")[0] for row in rows}
    sweep = sweeps.pop() if len(sweeps) == 1 else ""
    if not sweep:
        return [dict(row) for row in rows], ""
    return [{**row, "run": f"…{row['run'].removeprefix(sweep)}"} for row in rows], sweep


def _fitted(
    rows: Sequence[Mapping[str, str]], sweep: str, width: int, kept: int
) -> Iterator[RenderableType]:
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    if not any(columns["run"]):
        del columns["run"]
        kept -= 1
    dropped: list[str] = []
    while _width(columns) > width and len(columns) > kept:
        dropped.insert(0, columns.popitem()[0])
    table = Table()
    for name in columns:
        table.add_column(plain(name), justify="left" if name == "run" else "right", overflow="fold")
    for row in zip(*columns.values(), strict=True):
        table.add_row(*(plain(cell) for cell in row))
    yield table
    if sweep:
        yield plain(f"…           {sweep}")
    if dropped:
        yield plain(f"too narrow to show: {', '.join(dropped)}")


def _width(columns: Mapping[str, Sequence[str]]) -> int:
    """What the table takes, lines and blanks between included; longest values may be folded."""
    longest = (max(map(len, (name, *cells))) for name, cells in columns.items())
    return 1 + sum(3 + min(length, _LONGEST) for length in longest)
