"""Words about runs to the list of them, the best of them, or one of them (ls, best, show)."""

import json
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any, Final

from rich.console import RenderableType
from rich.text import Text

from ai_vs_human.errors import CheckpointError, ConfigError
from ai_vs_human.reporting.run_sheet import run_sheet
from ai_vs_human.reporting.runs_table import RunsTable, counts
from ai_vs_human.runs.registry.entry import Entry
from ai_vs_human.runs.registry.lookup import find, jobs_of
from ai_vs_human.runs.registry.ranking import ranked, usual_mode
from ai_vs_human.runs.registry.scan import open_storage, scan
from ai_vs_human.runs.registry.selection import Selection
from ai_vs_human.runs.registry.storage import Storage
from ai_vs_human.tasks.registry.answer import Answer, described
from ai_vs_human.tasks.registry.sweeps import show_sweep

_SHOWN: Final = ("test/auroc", "val/auroc")


def selection_of(args: Namespace) -> Selection:
    """Which runs the command line means."""
    return Selection(
        statuses=tuple(args.status),
        task=args.task,
        tags=tuple(args.tag),
        since=args.since,
        until=args.until,
        sweep=args.sweep,
    )


def ls(args: Namespace) -> Answer:
    """List runs, the newest or the best last.

    Raises:
        AiVsHumanError: if a word of the command line fits nothing.
    """
    entries = _fitting(selection_of(args), args.dir)
    for metric in args.metric:
        _require_metric(metric, entries)
    metrics = args.metric or _SHOWN
    if args.sort == "metric":
        best = ranked(entries, metrics[0])
        entries = [entry for entry in entries if entry not in best] + best[::-1]
    shown = entries[-args.limit :] if args.limit else entries
    document = {
        "dir": args.dir,
        "runs": [described(entry) for entry in shown] if args.json else [],
        "counts": Counter(entry.status for entry in entries),
    }
    return Answer(document, _list(entries, shown, metrics))


def _fitting(selection: Selection, output_dir: str) -> list[Entry]:
    """The runs of a selection, whose sweep may be named as people name one."""
    entries = scan(output_dir)
    jobs = jobs_of(selection.sweep or "", entries)
    chosen = replace(selection, sweep=jobs[0].sweep) if jobs else selection
    return [entry for entry in entries if chosen.fits(entry)]


def _list(
    entries: Sequence[Entry], shown: Sequence[Entry], metrics: Sequence[str]
) -> Iterator[RenderableType]:
    if shown:
        yield RunsTable(shown, metrics, datetime.now(UTC))
    yield counts(entries)
    if len(shown) < len(entries):
        yield Text(f"the last {len(shown):,} are shown (--limit)")


def best(args: Namespace) -> Answer:
    """Rank completed runs by a metric.

    Raises:
        AiVsHumanError: if no run has the metric, or a word fits nothing.
    """
    selection = Selection(task=args.task, tags=tuple(args.tag), sweep=args.sweep)
    entries = _fitting(selection, args.dir)
    mode = args.mode or usual_mode(args.metric)
    found = ranked(entries, args.metric, mode)
    if not found:
        _require_metric(args.metric, entries)
        raise CheckpointError(
            f"expected completed runs with {args.metric}, but got none ({args.dir})",
            hint="python scripts/runs.py ls",
        )
    document = {
        "dir": args.dir,
        "metric": args.metric,
        "mode": mode,
        "runs": [described(entry) for entry in found[: args.n]],
    }
    return Answer(document, _ranking(found, args.n, args.metric, mode))


def _ranking(found: Sequence[Entry], n: int, metric: str, mode: str) -> Iterator[RenderableType]:
    metrics = dict.fromkeys((metric, *_SHOWN))
    yield RunsTable(found[:n], list(metrics), datetime.now(UTC))
    word = "highest" if mode == "max" else "lowest"
    yield Text(f"by {metric}, the {word} first, of {len(found):,} completed runs that have it")
    if metric.startswith("test/"):
        yield Text("chosen by the test images, the first figure flatters: --metric val/auroc")


def _require_metric(metric: str, entries: Sequence[Entry]) -> None:
    known = {name for entry in entries if entry.result for name in entry.result.metrics}
    if known and metric not in known:
        near = get_close_matches(metric, sorted(known), n=1)
        raise ConfigError(
            f"expected a metric of these runs, but got {metric!r} (--metric)",
            hint=f"--metric {near[0]}" if near else f"known: {', '.join(sorted(known))}",
        )


def show(args: Namespace) -> Answer:
    """All that is known of one run, or of a sweep as a whole.

    Raises:
        AiVsHumanError: if no run is meant, or more than one.
    """
    entries = scan(args.dir)
    storage = open_storage(args.dir)
    if jobs := jobs_of(args.run, entries):
        return show_sweep(storage, jobs)
    entry = find(args.run, entries, usable=False)
    provenance = _provenance(storage, entry.folder)
    sizes_bytes = storage.sizes(entry.folder)
    document = described(entry) | {"provenance": provenance, "files_bytes": sizes_bytes}
    return Answer(document, run_sheet(entry, provenance, sizes_bytes))


def _provenance(storage: Storage, folder: str) -> dict[str, Any]:
    """What provenance.json says; empty where it is missing or damaged."""
    try:
        values = json.loads(storage.read(f"{folder}/provenance.json"))
    except (OSError, ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}
