"""A study, however far it came, to the report in the sweep's folder and on the console."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import yaml
from optuna.study import Study
from optuna.trial import FrozenTrial
from rich.console import Console

from ai_vs_human.reporting.study.facts import StudyFacts
from ai_vs_human.reporting.study.report import write_report
from ai_vs_human.reporting.study.table import StudyTable
from ai_vs_human.reporting.study.words import about_best
from ai_vs_human.runs.whole_file import write_whole
from ai_vs_human.sweeps.attributes import WORDS
from ai_vs_human.tasks.sweep.best_config import write_best

RESULTS_NAME: Final = "optimization_results.yaml"
"""Hydra's Optuna sweeper writes a file of that name and form."""


def finish_sweep(study: Study, folder: Path, is_group: Callable[[str], bool]) -> None:
    """Write and show what the trials so far came to: table, figures, the best as an experiment.

    Args:
        study: with its trials.
        folder: of the sweep.
        is_group: whether a key chooses a member of a config group.
    """
    facts = StudyFacts.read(study)
    if not facts.trials:
        return
    files = write_report(facts, folder)
    if facts.best is not None:
        write_whole(folder / RESULTS_NAME, yaml.safe_dump(_results(facts), sort_keys=False))
        files.append(_write_best(facts, facts.best, folder, is_group))
    console = Console()
    console.print(StudyTable(facts))
    console.print(*(f"{path}" for path in files), sep="\n", soft_wrap=True, highlight=False)


def _write_best(
    facts: StudyFacts, best: FrozenTrial, folder: Path, is_group: Callable[[str], bool]
) -> Path:
    return write_best(best.user_attrs.get(WORDS, ()), about_best(facts), folder, is_group)


def _results(facts: StudyFacts) -> dict[str, Any]:
    if len(facts.metrics) == 1 and facts.best is not None:
        best = facts.best
        return {"name": "optuna", "best_params": best.params, "best_value": best.values[0]}
    front = [{"params": trial.params, "values": trial.values} for trial in facts.ranked]
    return {"name": "optuna", "solutions": front}
