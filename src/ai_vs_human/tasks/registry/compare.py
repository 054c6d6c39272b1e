"""Runs to where their configs differ, what that did to their metrics, and how sure that is."""

from argparse import Namespace
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from rich.console import RenderableType
from rich.text import Text

from ai_vs_human.errors import CheckpointError, DataError
from ai_vs_human.reporting.comparison_table import (
    comparison_table,
    paired_table,
    spread_text,
)
from ai_vs_human.reporting.words import figure
from ai_vs_human.runs.registry.comparison import SeedGroup, config_differences, over_seeds
from ai_vs_human.runs.registry.configs import read_config
from ai_vs_human.runs.registry.entry import Entry
from ai_vs_human.runs.registry.lookup import find_all, jobs_of
from ai_vs_human.runs.registry.scan import open_storage, scan
from ai_vs_human.runs.registry.scores import PairedScores, pair_scores
from ai_vs_human.runs.registry.storage import Storage
from ai_vs_human.runs.result import Result
from ai_vs_human.tasks.registry.answer import Answer
from ai_vs_human.tasks.registry.sweeps import compare_rows

_PAIR: Final = 2
_SIDE_BY_SIDE: Final = 8
"""More runs than these get a row each instead of a column."""
_THRESHOLD: Final = "test/threshold"

Configs = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class _Paired:
    """The paired bootstrap of two runs, or why there is none."""

    differences: dict[str, dict[str, float]] = field(default_factory=dict)
    images: int = 0
    reason: str | None = None


def compare(args: Namespace) -> Answer:
    """Compare runs, side by side or as groups that differ only by seed.

    Raises:
        AiVsHumanError: if a name means no run, or fewer than two runs can be compared.
    """
    found = scan(args.dir)
    jobs = {job.folder for name in args.run for job in jobs_of(name, found)}
    entries = [e for e in find_all(args.run, found) if e.result is not None or e.folder not in jobs]
    _require_results(entries)
    storage = open_storage(args.dir)
    configs = _configs(storage, entries, lenient=jobs)
    groups = over_seeds([e for e in entries if e.run_id in configs], configs)
    several = any(len(group.run_ids) > 1 for group in groups)
    by_seeds = args.seeds or (several and len(entries) > _PAIR)
    if by_seeds and 0 < len(groups) <= _SIDE_BY_SIDE:
        return _answer_by_seeds(groups, configs)
    if len(entries) > _SIDE_BY_SIDE:
        return compare_rows(entries, configs)
    paired = _paired(storage, entries) if len(entries) == _PAIR else None
    return _answer_by_run(entries, configs, paired)


def _require_results(entries: Sequence[Entry]) -> None:
    if len(entries) < _PAIR:
        raise CheckpointError(
            f"expected at least two runs, but got {len(entries)} (compare)",
            hint="python scripts/runs.py compare <run> <run>, or the id of a sweep",
        )
    if len({entry.run_id for entry in entries}) < len(entries):
        raise CheckpointError(
            f"expected runs with ids of their own, but got {[e.folder for e in entries]} (compare)",
            hint="rename the folder of a copy",
        )
    for entry in entries:
        if entry.result is None:
            raise CheckpointError(
                f"expected runs that can be read, but got {entry.run_id}: {entry.problem}",
                hint="leave it out",
            )


def _configs(
    storage: Storage, entries: Sequence[Entry], lenient: Collection[str]
) -> dict[str, dict[str, Any]]:
    """Of every run; none where they are of two tasks, whose keys are not the same.

    Args:
        storage: of the runs.
        entries: the runs.
        lenient: folders of runs that may lack a config: jobs that failed before they had one.
    """
    if len({entry.task for entry in entries}) > 1:
        return {}
    found = {}
    for entry in entries:
        with suppress(CheckpointError) if entry.folder in lenient else nullcontext():
            found[entry.run_id] = read_config(storage, entry.folder)
    return found


def _results(entries: Sequence[Entry]) -> dict[str, Result]:
    return {entry.run_id: entry.result for entry in entries if entry.result is not None}


def _names(metrics: Sequence[Mapping[str, object]]) -> list[str]:
    """The metrics that any has, in the order in which they come."""
    return list(dict.fromkeys(name for each in metrics for name in each))


def _answer_by_run(entries: Sequence[Entry], configs: Configs, paired: _Paired | None) -> Answer:
    results = _results(entries)
    differences = dict(config_differences(configs))
    names = _names([result.metrics for result in results.values()])
    having = {n: {r: v for r, v in results.items() if n in v.metrics} for n in names}
    document = {
        "runs": list(results),
        "config": differences,
        "metrics": {n: {r: v.metrics[n] for r, v in found.items()} for n, found in having.items()},
        "paired": None if paired is None else asdict(paired),
    }
    columns = {entry.run_id: f"{entry.run_id}\n{entry.status}" for entry in entries}
    metrics = {n: {r: figure(v, n) for r, v in found.items()} for n, found in having.items()}
    table = comparison_table(columns, _shown(differences), metrics)
    return Answer(document, _side_by_side(table, list(results), paired))


def _shown(differences: Mapping[str, Mapping[str, object]]) -> dict[str, dict[str, str]]:
    return {k: {run: str(v) for run, v in values.items()} for k, values in differences.items()}


def _side_by_side(
    table: RenderableType, runs: Sequence[str], paired: _Paired | None
) -> Iterator[RenderableType]:
    yield table
    if paired is not None and paired.reason is not None:
        yield Text(f"not paired: {paired.reason}")
    elif paired is not None:
        yield from paired_table(paired.differences, runs, paired.images)


def _answer_by_seeds(groups: Sequence[SeedGroup], configs: Configs) -> Answer:
    first = {group.run_ids[0]: group for group in groups}
    differences = {
        key: values
        for key, values in config_differences({run: configs[run] for run in first})
        if key not in ("seed", "data.seed")
    }
    names = _names([group.metrics for group in groups])
    document = {
        "runs": [run for group in groups for run in group.run_ids],
        "config": differences,
        "groups": [asdict(group) for group in groups],
    }
    columns = {run: _heading(group) for run, group in first.items()}
    metrics = {
        name: {r: spread_text(g.metrics[name]) for r, g in first.items() if name in g.metrics}
        for name in names
    }
    table = comparison_table(columns, _shown(differences), metrics)
    caption = Text("mean ± sample standard deviation over seeds (number of runs)")
    return Answer(document, (table, caption))


def _heading(group: SeedGroup) -> str:
    seeds = ", ".join(str(seed) for seed in group.seeds)
    others = f"\nand {len(group.run_ids) - 1} more" if len(group.run_ids) > 1 else ""
    return f"{group.run_ids[0]}{others}\nseeds {seeds}"


def _paired(storage: Storage, entries: Sequence[Entry]) -> _Paired:
    """The paired bootstrap of two runs, where they scored the same images."""
    try:
        scores = pair_scores(storage, entries[0].folder, entries[1].folder)
    except DataError as error:
        return _Paired(reason=error.sentence)
    thresholds = [result.metrics.get(_THRESHOLD) for result in _results(entries).values()]
    if None in thresholds:
        return _Paired(reason=f"expected {_THRESHOLD} of both runs, but got {thresholds}")
    differences = _bootstrap(scores, *(one for one in thresholds if one is not None))
    reason = None if differences else "a class has fewer than two images or groups of them"
    return _Paired(differences, len(scores.labels), reason)


def _bootstrap(
    scores: PairedScores, first_threshold: float, second_threshold: float
) -> dict[str, dict[str, float]]:
    import numpy as np  # noqa: PLC0415 -- only two runs with scores need it

    from ai_vs_human.metrics.bootstrap import paired  # noqa: PLC0415 -- as above

    found = paired(
        np.array(scores.first),
        np.array(scores.second),
        np.array(scores.labels),
        first_threshold,
        second_threshold,
        groups=scores.groups,
    )
    return {name: asdict(difference) for name, difference in found.items()}
