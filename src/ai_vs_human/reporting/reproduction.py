"""What differs between a run and its repetition to tables for the console."""

from collections.abc import Mapping, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ai_vs_human.runs.provenance.differences import Difference
from ai_vs_human.runs.result import Result

_LONGEST = 48
"""Characters of a recorded value that a cell shows."""


def differences_table(run_id: str, differences: Sequence[Difference]) -> RenderableType:
    """The recorded state beside today's; what can change results first."""
    if not differences:
        return Text(f"nothing differs from what run {run_id} recorded")
    table = Table(title=f"since run {run_id}", title_justify="left")
    for column in ("what", "then", "now", "can change results"):
        table.add_column(column, overflow="fold")
    for one in sorted(differences, key=lambda one: (not one.matters, one.part, one.name)):
        name = one.name if one.part == one.name else f"{one.part}: {one.name}"
        cells = (name, _words(one.then), _words(one.now), "yes" if one.matters else "no")
        table.add_row(*(Text(cell) for cell in cells))
    return table


def metrics_table(
    first: Result,
    second: Result,
    metrics: Mapping[str, tuple[float | None, float | None]],
) -> RenderableType:
    """The metrics that differ, and the hashes of the weights."""
    table = Table(title="then and now", title_justify="left")
    for column in ("", first.run_id, second.run_id):
        table.add_column(column, justify="right" if column else "left")
    table.add_row("weights", *(_words(one.weights_sha256)[:12] for one in (first, second)))
    equal = sum(first.metrics.get(name) == value for name, value in second.metrics.items())
    table.add_row("equal metrics", str(equal), str(equal))
    for name, pair in metrics.items():
        table.add_row(name, *("" if value is None else f"{value!r}" for value in pair))
    return table


def _words(value: object) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
