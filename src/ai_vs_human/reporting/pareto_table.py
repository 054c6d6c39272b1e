"""Weighed runs to what a console shows of them, and to the rows of pareto.csv."""

from collections.abc import Iterator
from typing import Final

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ai_vs_human.reporting.words import figure, number, plain
from ai_vs_human.runs.registry.pareto import Pareto, Weighed
from ai_vs_human.runs.registry.vouching import devices_of

CSV_COLUMNS: Final = ("run_id", "folder", "status", "front", "quality", "cost", "devices", "reason")
_LONGEST_TABLE: Final = 40


def pareto_parts(pareto: Pareto) -> Iterator[RenderableType]:
    """The parts to print: the runs, the cheapest first, then those apart and why."""
    if pareto.weighed:
        yield _table(pareto)
        yield Text(_caption(pareto))
    if pareto.apart:
        yield Text(f"not comparable: {len(pareto.apart):,}")
        for entry, reason in pareto.apart:
            yield plain(f"  {entry.run_id}  {reason}")
    if pareto.metric.startswith("test/"):
        yield Text("chosen by the test images, the figures flatter: --metric val/auroc")


def csv_rows(pareto: Pareto) -> Iterator[tuple[object, ...]]:
    """A row a run: `front` is its number on the front, empty where it is beaten or apart."""
    numbers = _numbers(pareto)
    for run in pareto.weighed:
        entry = run.entry
        place = numbers.get(entry.folder)
        shared = (entry.run_id, entry.folder, entry.status, place, run.quality, run.cost)
        yield *shared, _devices(pareto, run), None
    for entry, reason in pareto.apart:
        yield entry.run_id, entry.folder, entry.status, None, None, None, None, reason


def _table(pareto: Pareto) -> Table:
    numbers = _numbers(pareto)
    table = Table()
    for name in ("front", "run", pareto.metric, pareto.against, "devices"):
        table.add_column(plain(name), justify="left" if name in ("run", "devices") else "right")
    shown = pareto.weighed
    if len(shown) > _LONGEST_TABLE:
        shown = [run for run in shown if run.on_front]
    for run in shown:
        place = numbers.get(run.entry.folder)
        table.add_row(
            "" if place is None else str(place),
            plain(run.entry.run_id),
            "" if run.entry.result is None else figure(run.entry.result, pareto.metric),
            number(run.cost),
            _devices(pareto, run),
            style="bold" if run.on_front else "",
        )
    return table


def _caption(pareto: Pareto) -> str:
    quality, cost = ("highest" if mode == "max" else "lowest" for mode in pareto.modes)
    made = ", an estimate from declared watts" if pareto.is_estimate else ""
    several = len(pareto.weighed)
    left_out = several - len(pareto.front) if several > _LONGEST_TABLE else 0
    rest = f"; {left_out:,} beaten runs are in pareto.csv" if left_out else ""
    return (
        f"the front: {quality} {pareto.metric} at the {cost} {pareto.against}{made}, "
        f"{len(pareto.front):,} of {several:,} runs{rest}"
    )


def _numbers(pareto: Pareto) -> dict[str, int]:
    return {run.entry.folder: place for place, run in enumerate(pareto.front, start=1)}


def _devices(pareto: Pareto, run: Weighed) -> str:
    result = run.entry.result
    return "" if result is None else "+".join(devices_of(result, pareto.against))
