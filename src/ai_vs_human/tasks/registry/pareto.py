"""Runs to the front of those that no other beats in quality and in joules (pareto)."""

from argparse import Namespace
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from rich.console import RenderableType
from rich.text import Text

from ai_vs_human.errors import CheckpointError, ConfigError
from ai_vs_human.reporting.pareto_table import CSV_COLUMNS, csv_rows, pareto_parts
from ai_vs_human.reporting.words import plain
from ai_vs_human.runs.registry.entry import Entry
from ai_vs_human.runs.registry.lookup import find_all, jobs_of
from ai_vs_human.runs.registry.pareto import Pareto, weigh
from ai_vs_human.runs.registry.scan import scan
from ai_vs_human.runs.table import write_rows
from ai_vs_human.runs.whole_file import write_whole
from ai_vs_human.tasks.registry.answer import Answer

CSV_NAME: Final = "pareto.csv"
FIGURE_NAME: Final = "pareto.png"
_QUALITIES: Final = ("val/auroc", "test/auroc")
"""What is weighed unless asked; choosing by test images flatters, so validation comes first."""


def pareto(args: Namespace) -> Answer:
    """Weigh runs, and write pareto.csv and pareto.png.

    Raises:
        AiVsHumanError: if a name means no run, no run has a metric, or the folder takes no file.
    """
    found = scan(args.dir)
    entries = find_all(args.run, found) if args.run else _of_task(found, args.task)
    metric = args.metric or _usual_metric(entries)
    for option, name in (("--metric", metric), ("--against", args.against)):
        _require(option, name, entries)
    weighed = weigh(entries, metric, args.against, args.mode)
    folder = Path(args.out or _home(args, found))
    files = _write(folder, weighed)
    return Answer(_document(weighed, files), _parts(weighed, files))


def _of_task(found: Sequence[Entry], task: str) -> list[Entry]:
    return [entry for entry in found if entry.task == task]


def _usual_metric(entries: Sequence[Entry]) -> str:
    known = _known(entries)
    return next((name for name in _QUALITIES if name in known), _QUALITIES[0])


def _known(entries: Sequence[Entry]) -> set[str]:
    return {name for entry in entries if entry.result for name in entry.result.metrics}


def _require(option: str, name: str, entries: Sequence[Entry]) -> None:
    """A misspelt metric is refused; joules that no run has are a matter of counters."""
    known = _known(entries)
    if not entries:
        raise CheckpointError("expected runs, but got none", hint="python scripts/runs.py ls")
    if name in known or name == "energy/total_joules" or not known:
        return
    near = get_close_matches(name, sorted(known), n=1)
    raise ConfigError(
        f"expected a metric of these runs, but got {name!r} ({option})",
        hint=f"{option} {near[0]}" if near else f"known: {', '.join(sorted(known))}",
    )


def _home(args: Namespace, found: Sequence[Entry]) -> str:
    """The one sweep's folder, or the output folder; for a bucket, the working folder."""
    if "://" in args.dir:
        return "."
    jobs = jobs_of(args.run[0], found) if len(args.run) == 1 else []
    return jobs[0].folder.rpartition("/")[0] if jobs else args.dir


def _write(folder: Path, weighed: Pareto) -> list[Path]:
    """The table always, the figure where there is anything to draw."""
    table, drawing = folder / CSV_NAME, folder / FIGURE_NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_rows(table, CSV_COLUMNS, csv_rows(weighed))
        if not weighed.weighed:
            drawing.unlink(missing_ok=True)  # of an earlier look at other runs
            return [table]
        from ai_vs_human.reporting.pareto_figure import pareto_figure  # noqa: PLC0415 -- matplotlib

        write_whole(drawing, pareto_figure(weighed))
    except OSError as error:
        raise CheckpointError(
            f"expected a folder to write to, but got {error} (--out)", hint="--out <folder>"
        ) from error
    return [table, drawing]


def _parts(weighed: Pareto, files: Sequence[Path]) -> Iterator[RenderableType]:
    if not weighed.weighed:
        yield Text(f"no run has both {weighed.metric} and {weighed.against}")
    yield from pareto_parts(weighed)
    for path in files:
        yield plain(f"written     {path}")


def _document(weighed: Pareto, files: Sequence[Path]) -> dict[str, Any]:
    return {
        "metric": weighed.metric,
        "against": weighed.against,
        "modes": list(weighed.modes),
        "estimate": weighed.is_estimate,
        "front": [run.entry.run_id for run in weighed.front],
        "runs": [
            {
                "run_id": run.entry.run_id,
                "folder": run.entry.folder,
                weighed.metric: run.quality,
                weighed.against: run.cost,
                "on_front": run.on_front,
            }
            for run in weighed.weighed
        ],
        "apart": {entry.folder: reason for entry, reason in weighed.apart},
        "files": [str(path) for path in files],
    }
