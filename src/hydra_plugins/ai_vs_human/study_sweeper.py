"""A sweep with Optuna that survives kills, failures and other machines: Hydra's side of it.

The words of its config are those of hydra-optuna-sweeper, whose search space syntax and samplers
it uses; `n_trials` is a total, and there are a pruner and a use for the best trial besides.
"""

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hydra.core.plugins import Plugins
from hydra.plugins.launcher import Launcher
from hydra.plugins.sweeper import Sweeper
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig, OmegaConf, open_dict, read_write

from ai_vs_human.jobs.outcome import Outcome
from hydra_plugins.ai_vs_human.job_launcher import JobLauncher

log = logging.getLogger(__name__)


class StudySweeper(Sweeper):
    """Asks Optuna for trials, and has the launcher do them.

    Args:
        sampler: a member of `hydra/sweeper/sampler`, as its config.
        pruner: `_target_` and arguments of one of Optuna's pruners; None prunes nothing.
        direction: minimize or maximize; a list for several objectives.
        storage: None for sqlite in the sweep's folder; `journal`; or a URL.
        study_name: None for a name that this command always gets.
        n_trials: how many trials there are to be in all.
        n_jobs: how many at a time; None for as many as the launcher does.
        max_failure_rate: share of `n_trials` that may fail.
        custom_search_space: a function of the config and a trial that asks for more values.
        params: what is varied, by key.
        best: what is done with the best trial at the end: evaluate, retrain or None.
    """

    config: DictConfig
    launcher: Launcher

    def __init__(
        self,
        *,
        sampler: DictConfig,
        pruner: DictConfig | None = None,
        direction: Any = "maximize",
        storage: str | None = None,
        study_name: str | None = None,
        n_trials: int = 20,
        n_jobs: int | None = None,
        max_failure_rate: float = 0.25,
        custom_search_space: str | None = None,
        params: DictConfig | None = None,
        best: str | None = None,
    ) -> None:
        self.sampler, self.pruner = _plain(sampler), _plain(pruner)
        self.direction = direction
        self.storage, self.study_name = storage, study_name
        self.n_trials, self.n_jobs = n_trials, n_jobs
        self.max_failure_rate = max_failure_rate
        self.custom_search_space = custom_search_space
        self.params = {str(key): str(value) for key, value in _plain(params).items()}
        self.best = best

    def setup(
        self, *, hydra_context: HydraContext, task_function: TaskFunction, config: DictConfig
    ) -> None:
        """Take what Hydra hands over; name the study, and with it the sweep's folder."""
        from hydra_plugins.ai_vs_human._sweep import named  # noqa: PLC0415 -- Optuna: a second

        self.config = config
        self._loader = hydra_context.config_loader
        self.asked, self.study_name = named(self, list(config.hydra.overrides.task))
        words = list(config.hydra.overrides.hydra)
        if not any(word.lstrip("+").startswith("hydra.sweep.dir=") for word in words):
            with read_write(config.hydra), open_dict(config.hydra):
                folder = Path(str(config.paths.output_dir)) / "train" / self.study_name
                config.hydra.sweep.dir = str(folder)
        self.launcher = Plugins.instance().instantiate_launcher(
            hydra_context=hydra_context, task_function=task_function, config=config
        )

    def sweep(self, arguments: list[str]) -> None:
        """Run the study up to its number of trials, and leave a report of it."""
        from hydra_plugins.ai_vs_human._sweep import sweep  # noqa: PLC0415 -- as above

        sweep(self, arguments)

    @property
    def folder(self) -> Path:
        """The sweep's."""
        return Path(str(self.config.hydra.sweep.dir))

    def is_group(self, key: str) -> bool:
        """Whether a key chooses a member of a config group."""
        return bool(self._loader.get_group_options(key))

    def stop(self) -> None:
        """Have the launcher end the trials that run."""
        if isinstance(self.launcher, JobLauncher):
            self.launcher.stop()

    def do(
        self, number: int, words: Sequence[str], environment: Mapping[str, str] | None = None
    ) -> Outcome:
        """Have the launcher do a trial.

        Args:
            number: of the trial.
            words: Hydra's.
            environment: what the trial needs besides; no launcher writes it to a log, as Hydra's
                own would with `hydra.job.env_set`.
        """
        if isinstance(self.launcher, JobLauncher):
            return self.launcher.done(number, words, environment)
        from hydra_plugins.ai_vs_human._sweep import outcome_of_return  # noqa: PLC0415 -- as above

        with _set(environment or {}):  # the job is in this process
            [returned] = self.launcher.launch([list(words)], initial_job_idx=number)
        return outcome_of_return(returned)


@contextmanager
def _set(environment: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(environment)
    try:
        yield
    finally:
        for name in environment:
            os.environ.pop(name)
        os.environ.update({name: before[name] for name in environment if name in before})


def _plain(node: DictConfig | Mapping[str, Any] | None) -> dict[str, Any]:
    if node is None:
        return {}
    plain = OmegaConf.to_container(node, resolve=True) if isinstance(node, DictConfig) else node
    return {str(key): value for key, value in dict(plain).items()}  # type: ignore[arg-type]
