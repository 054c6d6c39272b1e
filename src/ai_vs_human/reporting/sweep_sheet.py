"""A sweep of the registry to what it varied, how its runs ended, and which are the best."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ai_vs_human.reporting.comparison_table import spread_text
from ai_vs_human.reporting.runs_table import JOULES, RunsTable, counts
from ai_vs_human.reporting.words import number, plain
from ai_vs_human.runs.registry.entry import Entry
from ai_vs_human.runs.registry.sweep import Sweep

_SHOWN_RUNS, _SHOWN_KEYS, _SHOWN_REASONS, _SHOWN_VALUES = 5, 20, 5, 6
_LONGEST: Final = 24
"""Characters of one value."""


def sweep_sheet(sweep: Sweep, files: Sequence[str], now: datetime) -> Iterator[RenderableType]:
    """The parts to print, in order.

    Args:
        sweep: as its runs tell it.
        files: of the sweep's folder, besides the runs.
        now: what ages are counted to.
    """
    yield _facts(sweep)
    if sweep.varied:
        yield _varied(sweep.varied)
    if sweep.best:
        yield RunsTable(sweep.best[:_SHOWN_RUNS], (sweep.metric,), now)
        yield Text(_ranking(sweep))
    yield from _reasons(sweep.reasons())
    yield plain(f"folder      {sweep.folder}")
    for name in files:
        yield plain(f"            {name}")
    yield plain(f"compare     python scripts/runs.py compare {sweep.name}")
    if any(run.result is not None and JOULES in run.result.metrics for run in sweep.runs):
        yield plain(f"joules      python scripts/runs.py pareto {sweep.name}")
    if "experiment" in files:
        yield plain(f"best again  python train.py --config-dir={sweep.folder} experiment=best")


def _facts(sweep: Sweep) -> Table:
    results = [run.result for run in sweep.runs if run.result is not None]
    seconds = sum(sum(result.seconds.values()) for result in results)
    joules = sum(result.metrics.get(JOULES, 0.0) for result in results)
    facts: dict[str, RenderableType] = {"runs": counts(sweep.runs)}
    if sweep.spread is not None:
        ends = sorted((_figure(sweep.best[0], sweep.metric), _figure(sweep.best[-1], sweep.metric)))
        facts[sweep.metric] = f"{spread_text(sweep.spread)}, from {ends[0]} to {ends[1]}"
        facts["best"] = plain(f"{sweep.best[0].run_id}: {_figure(sweep.best[0], sweep.metric)}")
    if seconds:
        facts["time"] = f"{seconds:,.1f} s of all runs together"
    if joules:
        facts["energy"] = f"{joules:,.1f} J of the runs that measured it"
    table = Table(title=plain(f"sweep {sweep.name}"), title_justify="left", show_header=False)
    for name, value in facts.items():
        table.add_row(plain(name), value)
    return table


def _figure(run: Entry, metric: str) -> str:
    return "" if run.result is None else number(run.result.metrics[metric])


def _ranking(sweep: Sweep) -> str:
    way = "highest" if sweep.mode == "max" else "lowest"
    count = len(sweep.best)
    runs = "completed run" if count == 1 else "completed runs"
    return f"by {sweep.metric}, the {way} first, of {count:,} {runs} that have it"


def _varied(varied: Mapping[str, Mapping[str, Any]]) -> Table:
    rest = len(varied) - _SHOWN_KEYS
    more = f"and {rest} keys more" if rest > 0 else None
    table = Table(title="what was varied", title_justify="left", caption=more)
    table.add_column("key", overflow="fold")
    table.add_column("values", overflow="fold")
    for key, values in list(varied.items())[:_SHOWN_KEYS]:
        table.add_row(plain(key), plain(_range(list(values.values()))))
    return table


def _range(values: Sequence[Any]) -> str:
    """The ends of many numbers; else each value, in the order of the runs."""
    distinct = list(dict.fromkeys(map(_short, values)))
    numbers = [value for value in values if type(value) in (int, float)]
    if len(numbers) == len(values) and len(distinct) > _SHOWN_VALUES:
        return f"{min(numbers):g} to {max(numbers):g} ({len(distinct)} values)"
    shown = ", ".join(distinct[:_SHOWN_VALUES])
    rest = len(distinct) - _SHOWN_VALUES
    return f"{shown} and {rest} more" if rest > 0 else shown


def _short(value: object) -> str:
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _reasons(reasons: Mapping[str, Sequence[str]]) -> Iterator[Text]:
    for reason, runs in list(reasons.items())[:_SHOWN_REASONS]:
        who = runs[0] if len(runs) == 1 else f"{len(runs):,} runs"
        yield plain(f"{who}: {reason}")
    if (rest := len(reasons) - _SHOWN_REASONS) > 0:
        yield plain(f"and {rest} reasons more")
