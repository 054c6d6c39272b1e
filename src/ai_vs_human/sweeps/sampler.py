"""A sampler whose chance is addressed by the trial's number, not by what was drawn before.

A sampler with a seed begins its stream again in each process: after a kill it would propose what
it has proposed already, and so would the second of two machines.
"""

import hashlib
from collections.abc import Callable
from typing import Any

from optuna.distributions import BaseDistribution
from optuna.samplers import BaseSampler, GridSampler
from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState
from typing_extensions import override


def seed_of(seed: int, number: int) -> int:
    """32 bits for one trial of a study that has this seed."""
    digest = hashlib.sha256(f"{seed}:{number}".encode()).digest()
    return int.from_bytes(digest[:4], "big")


class AddressedSampler(BaseSampler):
    """Makes a sampler anew for each trial.

    Args:
        make: a seed to a sampler whose only state is its random numbers; the rest of what it
            knows, it reads from the study.
        seed: of the study.
    """

    def __init__(self, make: Callable[[int], BaseSampler], seed: int) -> None:
        self._make = make
        self._seed = seed
        self._sampler = make(seed)

    @override
    def before_trial(self, study: Study, trial: FrozenTrial) -> None:
        self._sampler = self._make(seed_of(self._seed, trial.number))
        self._sampler.before_trial(study, trial)

    @override
    def infer_relative_search_space(
        self, study: Study, trial: FrozenTrial
    ) -> dict[str, BaseDistribution]:
        return self._sampler.infer_relative_search_space(study, trial)

    @override
    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        return self._sampler.sample_relative(study, trial, search_space)

    @override
    def sample_independent(
        self,
        study: Study,
        trial: FrozenTrial,
        param_name: str,
        param_distribution: BaseDistribution,
    ) -> Any:
        return self._sampler.sample_independent(study, trial, param_name, param_distribution)

    @override
    def after_trial(
        self,
        study: Study,
        trial: FrozenTrial,
        state: TrialState,
        values: Any,
    ) -> None:
        self._sampler.after_trial(study, trial, state, values)


class Grid(GridSampler):
    """Optuna's grid, which leaves it to the sweep to count trials and to end."""

    @override
    def after_trial(self, study: Study, trial: FrozenTrial, state: TrialState, values: Any) -> None:
        """Do not stop the study: that is for trials that it calls itself."""
