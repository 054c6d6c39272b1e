"""The jobs of a multirun to processes of their own, and back to what Hydra's sweepers expect.

Inside one process, Lightning's ranks would each run the whole sweep again and, where a sampler
draws, train with different values; CUDA, once started, sees the same GPUs for ever. So a job is
always `python train.py` with a folder of its own, and a launcher says where that runs.
"""

import logging
import sys
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any, Final

from hydra._internal.utils import get_args_parser
from hydra.core.hydra_config import HydraConfig
from hydra.core.utils import JobReturn, JobStatus, configure_log, setup_globals
from hydra.plugins.launcher import Launcher
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig, OmegaConf, open_dict

from ai_vs_human.errors import ConfigError, JobError
from ai_vs_human.jobs.gpus import ALL
from ai_vs_human.jobs.job import Job
from ai_vs_human.jobs.outcome import Outcome
from ai_vs_human.runs.masking import mask_words
from ai_vs_human.tasks.multirun import mask_multirun
from ai_vs_human.tasks.sweep.shared_counters import counted_by_each

log = logging.getLogger(__name__)

SHARED: Final = (
    "%d jobs at a time each count %s whole: their joules are too many, and not to be compared."
    " hydra.launcher.n_jobs=1 counts them right"
)

_OF_THE_MULTIRUN: Final = ("hydra.launcher", "hydra.sweeper", "hydra.sweep", "hydra.mode")
"""Words that say how the multirun is done, and nothing to a job."""
_ENVIRONMENT: Final = "hydra.job.env_set"


class JobLauncher(Launcher):
    """Runs each job by `run`, several at a time.

    Args:
        n_jobs: how many at a time.

    Attributes:
        on_one_machine: whether jobs that run at a time share a machine.
    """

    package: str | None = None
    """What must be installed, as it is imported."""
    extra: str | None = None
    """The project's extra that brings it."""

    def __init__(self, n_jobs: int = 1) -> None:
        self.n_jobs = n_jobs
        self.stopped = False
        self.on_one_machine = False
        self._composing = Lock()

    def setup(
        self,
        *,
        hydra_context: HydraContext,
        task_function: TaskFunction,  # noqa: ARG002 -- that is for launchers inside one process
        config: DictConfig,
    ) -> None:
        """Take what Hydra hands over.

        Raises:
            ConfigError: if the launcher's package is missing.
        """
        self.config, self._context = config, hydra_context
        if self.package is not None and find_spec(self.package) is None:
            member = config.hydra.runtime.choices["hydra/launcher"]
            raise ConfigError(
                f"expected the package {self.package}, but it is not installed"
                f" (hydra/launcher={member})",
                hint=f"uv sync --extra {self.extra}, or leave hydra/launcher= out",
            )

    @abstractmethod
    def run(self, job: Job) -> Outcome:
        """Do a job, and return when it has ended; several threads call this at a time."""

    def begin(self, jobs: int) -> None:
        """Get ready for so many jobs at a time."""

    def shared_counters(self, jobs: int) -> str | None:
        """What each of so many jobs at a time would count whole; None where nothing is."""
        return counted_by_each(self.config, jobs) if self.on_one_machine else None

    def _mind_counters(self, jobs: int) -> None:
        shared = self.shared_counters(jobs)
        if shared is not None:
            log.warning(SHARED, jobs, shared)

    def stop(self) -> None:
        """End the jobs that run, as Ctrl-C was pressed."""

    def lost(self, error: BaseException) -> Outcome:
        """How a job came out of which nothing but an error came back."""
        if self.stopped:
            return Outcome("interrupted", reason="the multirun was stopped")
        sentence = next(iter(str(error).splitlines()), "")
        return Outcome("failed", reason=f"{type(error).__name__}: {sentence}")

    def launch(
        self, job_overrides: Sequence[Sequence[str]], initial_job_idx: int
    ) -> Sequence[JobReturn]:
        """Do the jobs of a batch, and say how each came out."""
        setup_globals()
        configure_log(
            self.config.hydra.hydra_logging,
            self.config.hydra.verbose,
            execution_whitelist=self._context.execution_whitelist,
        )
        mask_multirun(Path(str(self.config.hydra.sweep.dir)))
        numbered = list(enumerate(job_overrides, initial_job_idx))
        self.begin(min(self.n_jobs, len(numbered)))
        self._mind_counters(min(self.n_jobs, len(numbered)))
        with ThreadPoolExecutor(min(self.n_jobs, len(numbered))) as pool:
            try:
                return list(pool.map(lambda one: self._returned(*one), numbered))
            except BaseException:
                self.stop()
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def _returned(self, number: int, words: Sequence[str]) -> JobReturn:
        outcome = self.done(number, words)
        returned = JobReturn(overrides=list(words), task_name=self.config.hydra.job.name)
        if outcome.status == "completed":
            returned.status, returned.return_value = JobStatus.COMPLETED, _only(outcome.values)
        else:
            returned.status = JobStatus.FAILED
            returned.return_value = JobError(
                f"expected job {number} to complete, but got: {outcome.status}, {outcome.reason}"
                f" ({_shown(words)})",
                hint="python scripts/runs.py ls",
            )
        return returned

    def done(
        self, number: int, words: Sequence[str], environment: Mapping[str, str] | None = None
    ) -> Outcome:
        """Do one job, and say on the console how it came out.

        Args:
            number: of the job.
            words: Hydra's.
            environment: variables for it, besides those of `hydra.job.env_set`.
        """
        job = self.job(number, words, environment)
        log.info("#%d: %s", number, _shown(words) or "as composed")
        outcome = self.run(job)
        if outcome.status == "completed":
            pairs = zip(job.objectives, outcome.values, strict=True)
            figures = ", ".join(f"{name} {value:.6g}" for name, value in pairs)
            log.info("#%d completed: %s (%s)", number, figures or "no objective", job.folder)
        else:
            log.warning("#%d %s: %s (%s)", number, outcome.status, outcome.reason, job.folder)
        return outcome

    def job(
        self, number: int, words: Sequence[str], environment: Mapping[str, str] | None = None
    ) -> Job:
        """What a job of the multirun is."""
        with self._composing:  # Hydra's loader minds one config at a time
            config = self._context.config_loader.load_sweep_config(self.config, list(words))
            with open_dict(config):
                config.hydra.sweep.dir = self.config.hydra.sweep.dir
                config.hydra.job.num, config.hydra.job.id = number, f"{number}"
            HydraConfig.instance().set_config(config)
            folder = Path(str(config.hydra.sweep.dir)) / str(config.hydra.sweep.subdir)
            gpus, processes = _devices(config)
            of_config = OmegaConf.to_container(config.hydra.job.env_set, resolve=True)
            kept = [*self.config.hydra.overrides.hydra, *words]
            wanted = config.get("optimized_metric")
        return Job(
            number=number,
            folder=str(folder),
            words=(*filter(_is_of_the_job, kept), f"hydra.job.num={number}"),
            options=_options(self.config.hydra.job.config_name),
            environment={str(k): str(v) for k, v in _mapping(of_config).items()}
            | dict(environment or {}),
            objectives=_names(wanted),
            gpus=gpus,
            processes=processes,
        )


def _shown(words: Sequence[str]) -> str:
    """What a person wants to see of a job's words."""
    told = [word for word in words if not word.lstrip("+").startswith("hydra.")]
    return " ".join(mask_words(told))


def _is_of_the_job(word: str) -> bool:
    key = word.lstrip("+~").partition("=")[0].replace("/", ".")
    return not f"{key}.".startswith(tuple(f"{one}." for one in (*_OF_THE_MULTIRUN, _ENVIRONMENT)))


def _options(config_name: str) -> tuple[str, ...]:
    """Where the job finds its config: as this process was told."""
    said = get_args_parser().parse_intermixed_args(sys.argv[1:])
    folders = {"--config-path": said.config_path, "--config-dir": said.config_dir}
    named = [f"{option}={folder}" for option, folder in folders.items() if folder]
    return (f"--config-name={config_name}", *named)


def _devices(config: DictConfig) -> tuple[int, int]:
    """How many GPUs a job asks for, and how many processes it will start."""
    trainer = _mapping(config.get("trainer"))
    devices = trainer.get("devices", 1)
    count = {"auto": 1, "-1": ALL}.get(str(devices), devices)
    if not isinstance(count, int):
        return 0, max(1, len(devices)) if isinstance(devices, Sequence) else 1  # named one by one
    on_gpu = trainer.get("accelerator", "auto") in {"auto", "gpu", "cuda"}
    return (count if on_gpu else 0), max(1, count)


def _names(optimized_metric: Any) -> tuple[str, ...]:
    if optimized_metric is None:
        return ()
    return (optimized_metric,) if isinstance(optimized_metric, str) else tuple(optimized_metric)


def _only(values: tuple[float, ...]) -> float | tuple[float, ...] | None:
    return values if len(values) > 1 else next(iter(values), None)


def _mapping(node: Any) -> Mapping[Any, Any]:
    return node if isinstance(node, Mapping | DictConfig) else {}
