"""The jobs of a multirun to custom jobs of Vertex AI."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from shutil import rmtree
from typing import Any, Final

from hydra.core.utils import JobReturn, JobStatus
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig, OmegaConf, read_write

from ai_vs_human.cloud.vertex.checked import settings_from
from ai_vs_human.cloud.vertex.client import PACKAGE, VertexClient
from ai_vs_human.errors import CloudError, ConfigError
from ai_vs_human.jobs.job import Job
from ai_vs_human.jobs.outcome import Outcome
from ai_vs_human.jobs.vertex.dry_run import write_down
from ai_vs_human.jobs.vertex.record import Record, unfinished
from ai_vs_human.sweeps.trial import TRIAL
from hydra_plugins.ai_vs_human.job_launcher import JobLauncher

_PACKAGES: Final = {"google.cloud.aiplatform_v1": PACKAGE, "gcsfs": "gcsfs"}
_ON_THIS_MACHINE: Final = ("sqlite:", "journal:")
_HYDRAS_NAME: Final = "multirun.yaml"

log = logging.getLogger(__name__)


class VertexLauncher(JobLauncher):
    """Submits each job, waits for it, and reads its results back.

    Args:
        n_jobs: how many are submitted at a time.
        settings: attributes of `VertexSettings`.
    """

    takes_up = True
    """A trial whose sweep was killed is waited for, not done again."""

    def __init__(self, n_jobs: int = 16, **settings: Any) -> None:
        super().__init__(n_jobs)
        self._in_batch = False
        self._given = {key: _plain(value) for key, value in settings.items()}

    @property
    def dry_run(self) -> bool:
        """Whether jobs are only shown."""
        return self._settings.dry_run

    def setup(
        self, *, hydra_context: HydraContext, task_function: TaskFunction, config: DictConfig
    ) -> None:
        """Take what Hydra hands over.

        Raises:
            ConfigError: if a setting is wrong, or a package is missing that anything but a dry
                run needs.
        """
        from ai_vs_human.jobs.vertex.runner import VertexRunner  # noqa: PLC0415 -- imports fsspec

        super().setup(hydra_context=hydra_context, task_function=task_function, config=config)
        # Not in the constructor: Hydra would wrap the message in one of its own.
        self._settings = settings = settings_from(self._given)
        for module, package in _PACKAGES.items() if not self._settings.dry_run else ():
            if not _is_there(module):
                raise ConfigError(
                    f"expected the package {package}, but it is not installed"
                    " (hydra/launcher=vertex)",
                    hint="uv sync --extra vertex, or hydra.launcher.dry_run=true",
                )
        connect = partial(VertexClient, settings.project, settings.region, settings.endpoint)
        self._runner = VertexRunner(settings, connect)

    def launch(
        self, job_overrides: Sequence[Sequence[str]], initial_job_idx: int
    ) -> Sequence[JobReturn]:
        """Do the jobs of a batch; those of a multirun that was killed are taken over."""
        if self._settings.dry_run:
            return [self._returned(*one) for one in enumerate(job_overrides, initial_job_idx)]
        key = self._settings.key_with([list(words) for words in job_overrides])
        if initial_job_idx == 0:
            self._take_over(key)
        record = Record(Path(str(self.config.hydra.sweep.dir)))
        record.begin(initial_job_idx, key)
        self._in_batch = True
        returned = super().launch(job_overrides, initial_job_idx)
        if self._settings.wait:
            record.end()
        return returned

    def job(
        self, number: int, words: Sequence[str], environment: Mapping[str, str] | None = None
    ) -> Job:
        """What a job of the multirun is, and what it can reach from the cloud."""
        job = super().job(number, words, environment)
        trial = json.loads(job.environment.get(TRIAL, "{}"))
        if not str(trial.get("storage", "")).startswith(_ON_THIS_MACHINE):
            return job
        # Its figure is read from its result; only pruning needs the study itself.
        reached = {key: value for key, value in job.environment.items() if key != TRIAL}
        return replace(job, environment=reached)

    def run(self, job: Job) -> Outcome:
        """Submit a job, wait for it and read its results; or only what the settings allow."""
        if self._settings.dry_run:
            write_down(self._settings, job)
            return Outcome("interrupted", reason="dry run")
        if not self._settings.wait and not self._in_batch:
            raise ConfigError(
                "expected to wait for jobs whose figures decide about the next, but got"
                " wait=false (hydra.launcher.wait)",
                hint="hydra.launcher.wait=true, or a multirun without hparams_search=",
            )
        return self._runner.run(job)

    def stop(self) -> None:
        """Cancel the jobs in the cloud."""
        self._runner.stop()

    def _take_over(self, key: str) -> None:
        """Go on in the folder of the same multirun, if its launcher was killed."""
        mine = Path(str(self.config.hydra.sweep.dir))
        found = unfinished(mine.parent, key)
        if found is None or found == mine:
            return
        log.info("going on with %s, whose launcher was stopped", found)
        if [path.name for path in mine.glob("*")] == [_HYDRAS_NAME]:
            rmtree(mine)
        with read_write(self.config.hydra):
            self.config.hydra.sweep.dir = str(found)

    def _returned(self, number: int, words: Sequence[str]) -> JobReturn:
        """A job's end; that of its submission where nobody waits for more."""
        if self._settings.wait and not self._settings.dry_run:
            return super()._returned(number, words)
        outcome = self.run(self.job(number, words))
        if outcome.status == "failed":
            raise CloudError(f"expected job {number} to be submitted, but got: {outcome.reason}")
        log.info("#%d: %s", number, outcome.reason)
        return JobReturn(overrides=list(words), status=JobStatus.COMPLETED)


def _plain(value: Any) -> Any:
    return OmegaConf.to_container(value, resolve=True) if OmegaConf.is_config(value) else value


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # not even the package above it
        return False
