"""An Optuna study to what its report shows: trials by their fate, the best, what was varied."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from typing import Any, Final

import numpy as np
from optuna import Study
from optuna.distributions import CategoricalDistribution
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, TrialState

from ai_vs_human.reporting.study.names import short_names
from ai_vs_human.runs.masking import mask_words

FATES: Final = ("completed", "pruned", "failed", "interrupted", "running", "waiting")
_STATES: Final = {
    TrialState.COMPLETE: "completed",
    TrialState.PRUNED: "pruned",
    TrialState.FAIL: "failed",
    TrialState.RUNNING: "running",
    TrialState.WAITING: "waiting",
}
_NO_REASON: Final = "no reason was recorded"


@dataclass(frozen=True)
class Parameter:
    """What a study varies.

    Attributes:
        key: the Hydra key that a trial sets, such as `model.optimizer.lr`.
        short: its end, as far as that names it.
        is_log: whether it is drawn on a logarithmic scale.
        choices: its values where it has no order; else empty.
    """

    key: str
    short: str
    is_log: bool = False
    choices: tuple[Any, ...] = ()


@dataclass(frozen=True)
class StudyFacts:
    """A study, read once.

    Attributes:
        study: itself, for what Optuna computes.
        metrics: the objectives' names.
        maximized: for each objective whether high is good.
        trials: all of them, by number.
        fixed: Hydra words that are the same for all trials, without secrets.
    """

    study: Study
    metrics: tuple[str, ...]
    maximized: tuple[bool, ...]
    trials: tuple[FrozenTrial, ...]
    fixed: tuple[str, ...] = ()

    @classmethod
    def read(cls, study: Study) -> "StudyFacts":
        """Read a study from its storage."""
        count = len(study.directions)
        unnamed = ["objective"] if count == 1 else [f"objective {i + 1}" for i in range(count)]
        return cls(
            study=study,
            metrics=tuple(study.metric_names or unnamed),
            maximized=tuple(one is StudyDirection.MAXIMIZE for one in study.directions),
            trials=tuple(study.get_trials(deepcopy=False)),
            fixed=tuple(mask_words(study.user_attrs.get("asked", {}).get("fixed", ()))),
        )

    def of(self, fate: str) -> list[FrozenTrial]:
        """The trials of one of FATES."""
        return [trial for trial in self.trials if fate_of(trial) == fate]

    @cached_property
    def completed(self) -> list[FrozenTrial]:
        """The trials with a finite figure for every objective."""
        return [trial for trial in self.of("completed") if all(map(isfinite, trial.values))]

    @cached_property
    def ranked(self) -> list[FrozenTrial]:
        """Completed trials, the best first; of several objectives only the Pareto front.

        The front is ordered by the first objective, so that its first member is the best there.
        """
        in_order = sorted(self.completed, key=lambda trial: (self.losses(trial), trial.number))
        if len(self.metrics) == 1 or not in_order:
            return in_order
        losses = np.array([self.losses(trial) for trial in in_order])
        return [
            trial
            for trial, own in zip(in_order, losses, strict=True)
            if not np.any((losses <= own).all(axis=1) & (losses < own).any(axis=1))
        ]

    @property
    def best(self) -> FrozenTrial | None:
        """The best trial, by the first objective where there are several."""
        return self.ranked[0] if self.ranked else None

    def losses(self, trial: FrozenTrial) -> tuple[float, ...]:
        """A completed trial's figures, with signs that make low good."""
        pairs = zip(trial.values, self.maximized, strict=True)
        return tuple(-value if maximized else value for value, maximized in pairs)

    @cached_property
    def parameters(self) -> list[Parameter]:
        """What was varied, in the order of the search space."""
        known = [pair for trial in self.trials for pair in trial.distributions.items()]
        short = short_names(list(dict.fromkeys(key for key, _ in known)))
        return [
            Parameter(
                key,
                short[key],
                is_log=any(getattr(one, "log", False) for name, one in known if name == key),
                choices=_choices([one for name, one in known if name == key]),
            )
            for key in short
        ]

    @cached_property
    def failures(self) -> dict[str, list[int]]:
        """Numbers of the failed trials by the reason that was recorded, the most frequent first."""
        found: dict[str, list[int]] = {}
        for trial in self.of("failed"):
            reason = str(trial.user_attrs.get("reason") or _NO_REASON).splitlines()[0]
            found.setdefault(reason, []).append(trial.number)
        return dict(sorted(found.items(), key=lambda item: -len(item[1])))

    def counts(self) -> dict[str, int]:
        """How many trials there are of each fate that any has."""
        found = {fate: len(self.of(fate)) for fate in FATES}
        return {fate: count for fate, count in found.items() if count}


def fate_of(trial: FrozenTrial) -> str:
    """What became of a trial; one whose process was killed is no failure of its parameters."""
    return "interrupted" if trial.user_attrs.get("interrupted") else _STATES[trial.state]


def run_of(trial: FrozenTrial) -> str:
    """The name of the trial's run folder; empty where it is not known."""
    return str(trial.user_attrs.get("run", ""))


def _choices(distributions: Sequence[object]) -> tuple[Any, ...]:
    """Of all the search spaces that a resumed study had."""
    found = [
        choice
        for one in distributions
        if isinstance(one, CategoricalDistribution)
        for choice in one.choices
    ]
    return tuple(dict.fromkeys(found))
