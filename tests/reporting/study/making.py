"""Studies as sweeps leave them, without the trainings."""

import math
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution
from optuna.exceptions import ExperimentalWarning
from optuna.trial import FrozenTrial, TrialState, create_trial

SWEEP = "20260101-000000-aaaaaa"
LR, AUGMENT = "model.optimizer.lr", "data/augment"
SPACE: Mapping[str, BaseDistribution] = {
    LR: FloatDistribution(1e-4, 1e-1, log=True),
    AUGMENT: CategoricalDistribution(["none", "flips"]),
}


def usual_params(number: int) -> dict[str, Any]:
    """Spread over the space, whatever the numbers."""
    return {LR: 10 ** -(1 + 3 * (number * 0.618 % 1)), AUGMENT: ["none", "flips"][number % 2]}


def trial(
    number: int,
    *values: float,
    params: Mapping[str, Any] | None = None,
    space: Mapping[str, BaseDistribution] = SPACE,
    state: TrialState = TrialState.COMPLETE,
    reports: Sequence[float] = (),
    **attributes: Any,
) -> FrozenTrial:
    """One trial; its parameters follow from its number where none are given."""
    chosen = usual_params(number) if params is None else dict(params)
    return create_trial(
        state=state,
        values=list(values) or None,
        params=chosen,
        distributions={key: space[key] for key in chosen},
        user_attrs={"run": f"{SWEEP}-{number}", **attributes},
        intermediate_values=dict(enumerate(reports)),
    )


def study(
    *trials: FrozenTrial,
    metrics: Sequence[str] = ("val/auroc",),
    directions: Sequence[str] = ("maximize",),
    name: str = SWEEP,
) -> optuna.Study:
    verbosity = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    made = optuna.create_study(study_name=name, directions=list(directions))
    optuna.logging.set_verbosity(verbosity)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExperimentalWarning)
        if metrics:
            made.set_metric_names(list(metrics))
    made.add_trials(trials)
    return made


def mixed(count: int) -> optuna.Study:
    """A study whose optimum lies at a learning rate of 0.01, with trials of every fate."""
    made = []
    for number in range(count):
        value = 0.95 - 0.05 * (math.log10(usual_params(number)[LR]) + 2) ** 2
        if number % 7 == 3:
            reports = [0.5, 0.6, math.nan]
            made.append(trial(number, state=TrialState.PRUNED, reports=reports))
        elif number % 11 == 5:
            made.append(trial(number, state=TrialState.FAIL, reason="expected finite logits"))
        else:
            made.append(trial(number, value, reports=[0.5, value]))
    return study(*made)


def paired(count: int) -> optuna.Study:
    """A study of two objectives with opposite directions."""
    values = [(0.5 + 0.4 * (n * 0.618 % 1), 1000 + 900 * (n * 0.414 % 1)) for n in range(count)]
    return study(
        *(trial(number, *pair) for number, pair in enumerate(values)),
        metrics=("val/auroc", "energy/total_joules"),
        directions=("maximize", "minimize"),
    )
