"""The jobs of a multirun to joblib's workers, which start a process for each."""

from typing import Any

from ai_vs_human.jobs.job import Job
from ai_vs_human.jobs.outcome import Outcome
from hydra_plugins.ai_vs_human.job_launcher import JobLauncher
from hydra_plugins.ai_vs_human.process_launcher import counted, process_for


class JoblibLauncher(JobLauncher):
    """As many jobs at a time as joblib has workers.

    Args:
        n_jobs: how many workers; -1 for one a core.
        threads: for each process of a job; None shares the cores among the jobs.
        timeout_minutes: how long a job may take; None for ever.
    """

    package = "joblib"
    extra = "joblib"

    def __init__(
        self, n_jobs: int = -1, threads: int | None = None, timeout_minutes: float | None = None
    ) -> None:
        super().__init__(counted(n_jobs))
        self._threads = threads
        self._timeout_minutes = timeout_minutes

    def begin(self, jobs: int) -> None:
        """Start the workers."""
        from joblib.externals.loky import get_reusable_executor  # noqa: PLC0415 -- an extra

        self._process = process_for(max(jobs, 2), self._threads, self._timeout_minutes)
        self._executor: Any = get_reusable_executor(max_workers=jobs)

    def run(self, job: Job) -> Outcome:
        """Hand the job to a worker."""
        outcome: Outcome = self._executor.submit(self._process.run, job).result()
        return outcome

    def stop(self) -> None:
        """End the workers; each job sees that its worker is gone, and ends in order."""
        self._executor.shutdown(wait=False, kill_workers=True)
