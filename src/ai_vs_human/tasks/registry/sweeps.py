"""A sweep's runs to what is known of it as a whole (show), and to a row for each (compare)."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Final

from rich.console import RenderableType

from ai_vs_human.errors import CheckpointError
from ai_vs_human.reporting.rows_table import RowsTable
from ai_vs_human.reporting.runs_table import counts
from ai_vs_human.reporting.sweep_sheet import sweep_sheet
from ai_vs_human.reporting.words import plain
from ai_vs_human.runs.registry.configs import read_config
from ai_vs_human.runs.registry.entry import Entry
from ai_vs_human.runs.registry.storage import Storage
from ai_vs_human.runs.registry.sweep import Sweep
from ai_vs_human.tasks.registry.answer import Answer, described

_FILES: Final = ("study.html", "study.png", "experiment", "study.db", "wandb_sweep.yaml")
"""What a sweep leaves in its folder for people to look at, or to go on with."""


def show_sweep(storage: Storage, jobs: Sequence[Entry]) -> Answer:
    """Sum up a sweep by its runs' own files."""
    configs = _known_configs(storage, jobs)
    sweep = Sweep.of(str(jobs[0].sweep), jobs, configs)
    found = storage.names(sweep.folder)
    files = [name for name in _FILES if name in found]
    document = {
        "sweep": sweep.name,
        "folder": sweep.folder,
        "counts": _counts(jobs),
        "metric": sweep.metric,
        "mode": sweep.mode,
        "best": described(sweep.best[0]) if sweep.best else None,
        "spread": None if sweep.spread is None else asdict(sweep.spread),
        "varied": sweep.varied,
        "reasons": sweep.reasons(),
        "runs": [run.run_id for run in jobs],
        "files": files,
    }
    return Answer(document, sweep_sheet(sweep, files, datetime.now(UTC)))


def compare_rows(entries: Sequence[Entry], configs: Mapping[str, Mapping[str, Any]]) -> Answer:
    """A row for each of many runs, the best first, those without the metric last."""
    sweep = Sweep.of("", entries, configs)
    best = {entry.folder for entry in sweep.best}
    rows = [*sweep.best, *(entry for entry in entries if entry.folder not in best)]
    document = {
        "runs": [entry.run_id for entry in rows],
        "config": sweep.varied,
        "metrics": _metrics(rows),
        "paired": None,
    }
    return Answer(document, _rows(rows, sweep))


def _rows(rows: Sequence[Entry], sweep: Sweep) -> Iterator[RenderableType]:
    yield RowsTable(rows, (sweep.metric,), sweep.varied)
    yield counts(rows)
    way = "highest" if sweep.mode == "max" else "lowest"
    yield plain(f"by {sweep.metric}, the {way} first; every metric of every run with --json")


def _metrics(entries: Sequence[Entry]) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for entry in entries:
        for name, value in entry.result.metrics.items() if entry.result is not None else ():
            found.setdefault(name, {})[entry.run_id] = value
    return found


def _counts(entries: Sequence[Entry]) -> dict[str, int]:
    found: dict[str, int] = {}
    for entry in entries:
        found[entry.status] = found.get(entry.status, 0) + 1
    return found


def _known_configs(storage: Storage, entries: Sequence[Entry]) -> dict[str, dict[str, Any]]:
    """Of the runs that have one; a run that failed early has none."""
    found = {}
    for entry in entries:
        with suppress(CheckpointError):
            found[entry.run_id] = read_config(storage, entry.folder)
    return found
