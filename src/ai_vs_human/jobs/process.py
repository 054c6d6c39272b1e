"""A job to a fresh process of this machine, and to how it came out."""

import os
import signal
import subprocess
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ai_vs_human.jobs.gpus import VISIBLE, reserved, visible_gpus
from ai_vs_human.jobs.job import Job
from ai_vs_human.jobs.outcome import CONSOLE_NAME, Outcome, outcome_of
from ai_vs_human.jobs.surroundings import surroundings

_GRACE_SECONDS: Final = 30.0
"""For a job's last words: a resume point is written between two steps."""


@dataclass(frozen=True)
class Process:
    """How the jobs of a multirun are started on a machine.

    Attributes:
        program: Python and the path of train.py.
        multirun: the process of the multirun, from `surroundings.of_multirun`.
        cwd: where the multirun was started.
        threads: for each of a job's processes; None leaves it to the libraries.
        alone: whether the job may use the console; else it writes to console.log in its folder.
        timeout_seconds: how long a job may take; None for ever.
    """

    program: tuple[str, ...]
    multirun: str
    cwd: str
    threads: int | None = None
    alone: bool = True
    timeout_seconds: float | None = None

    def run(
        self, job: Job, started: Callable[[subprocess.Popen[bytes]], None] = lambda _: None
    ) -> Outcome:
        """Do the job, and wait for its end.

        Several GPUs are handed out one a job; of a single one, all jobs take their share.

        Args:
            job: to do.
            started: is told of the process.

        Raises:
            ConfigError: if the machine has fewer GPUs than the job asks for.
        """
        folder = Path(self.cwd) / job.folder
        folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            extra = dict(job.environment)
            gpus = visible_gpus({**os.environ, **extra}) if job.gpus else ()
            if len(gpus) > 1:
                extra[VISIBLE] = ",".join(stack.enter_context(reserved(job.gpus, gpus)))
            console = (
                None if self.alone else stack.enter_context((folder / CONSOLE_NAME).open("ab"))
            )
            threads = None if self.threads is None else max(1, self.threads // job.processes)
            process = stack.enter_context(
                subprocess.Popen(
                    [*self.program, *job.arguments],
                    cwd=self.cwd,
                    env=surroundings(extra, multirun=self.multirun, threads=threads),
                    stdin=subprocess.DEVNULL,
                    stdout=console,
                    stderr=None if console is None else subprocess.STDOUT,
                    start_new_session=True,  # Ctrl-C is the multirun's: it ends its jobs in order
                )
            )
            started(process)
            try:
                code = process.wait(self.timeout_seconds)
            except subprocess.TimeoutExpired:
                end(process)
                return Outcome("failed", reason=f"not done after {self.timeout_seconds:g} seconds")
            except BaseException:
                end(process)
                raise
        return outcome_of(folder, job.objectives, code)


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask a job to stop, and after a while make it."""
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        process.wait(_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
