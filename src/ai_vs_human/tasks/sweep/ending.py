"""A study, however far it came, to the report in the sweep's folder."""

from pathlib import Path
from typing import Any

import yaml
from optuna.study import Study
from optuna.trial import TrialState

from ai_vs_human.runs.whole_file import write_whole

RESULTS_NAME = "optimization_results.yaml"
"""Hydra's Optuna sweeper writes a file of that name and form."""


def finish_sweep(study: Study, folder: Path) -> None:
    """Write and show what the trials so far came to; nothing where none completed."""
    if not study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,)):
        return
    write_whole(folder / RESULTS_NAME, yaml.safe_dump(_results(study), sort_keys=False))


def _results(study: Study) -> dict[str, Any]:
    if len(study.directions) == 1:
        best = study.best_trial
        return {"name": "optuna", "best_params": best.params, "best_value": best.value}
    front = [{"params": t.params, "values": t.values} for t in study.best_trials]
    return {"name": "optuna", "solutions": front}
