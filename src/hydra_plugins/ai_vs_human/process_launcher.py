"""The jobs of a multirun to fresh processes of this machine, `n_jobs` at a time."""

import subprocess
from pathlib import Path
from threading import Lock

from ai_vs_human.errors import ConfigError
from ai_vs_human.jobs.job import Job, this_program
from ai_vs_human.jobs.outcome import Outcome
from ai_vs_human.jobs.process import Process, end
from ai_vs_human.jobs.surroundings import cores, of_multirun, threads_a_job
from hydra_plugins.ai_vs_human.job_launcher import JobLauncher


class ProcessLauncher(JobLauncher):
    """Starts each job as a process, on a GPU of its own where the machine has several.

    Args:
        n_jobs: how many at a time; -1 for one a core.
        threads: for each process of a job; None shares the cores among jobs that run beside
            each other.
        timeout_minutes: how long a job may take; None for ever.
    """

    def __init__(
        self, n_jobs: int = 1, threads: int | None = None, timeout_minutes: float | None = None
    ) -> None:
        super().__init__(counted(n_jobs))
        self.on_one_machine = True
        self._threads = threads
        self._timeout_minutes = timeout_minutes
        self._running: set[subprocess.Popen[bytes]] = set()
        self._guard = Lock()

    def begin(self, jobs: int) -> None:
        """Share the cores among so many jobs at a time."""
        self._process = process_for(jobs, self._threads, self._timeout_minutes)

    def run(self, job: Job) -> Outcome:
        """Do a job in a process of its own."""
        if self.stopped:
            return Outcome("interrupted", reason="stopped before it began")
        mine: list[subprocess.Popen[bytes]] = []

        def note(process: subprocess.Popen[bytes]) -> None:
            mine.append(process)
            with self._guard:
                self._running.add(process)
            if self.stopped:  # while this job waited for a GPU
                process.terminate()

        try:
            return self._process.run(job, note)
        finally:
            with self._guard:
                self._running.difference_update(mine)

    def stop(self) -> None:
        """Let every job write its resume point and end."""
        self.stopped = True
        with self._guard:
            running = list(self._running)
        for process in running:
            process.terminate()
        for process in running:
            end(process)


def process_for(
    jobs: int, threads: int | None = None, timeout_minutes: float | None = None
) -> Process:
    """How jobs are started here, so many at a time."""
    return Process(
        program=this_program(),
        multirun=of_multirun(),
        cwd=str(Path.cwd()),
        threads=threads_a_job(jobs) if threads is None else threads,
        alone=jobs == 1,
        timeout_seconds=None if timeout_minutes is None else 60 * timeout_minutes,
    )


def counted(n_jobs: int) -> int:
    """A number of jobs at a time; -1 stands for one a core.

    Raises:
        ConfigError: if it is neither positive nor -1.
    """
    if n_jobs == -1:
        return cores()
    if n_jobs < 1:
        raise ConfigError(
            f"expected a number of jobs from 1 up, or -1, but got {n_jobs} (hydra.launcher.n_jobs)",
            hint="hydra.launcher.n_jobs=2",
        )
    return n_jobs
