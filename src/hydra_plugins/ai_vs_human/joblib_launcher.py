"""The jobs of a multirun to joblib's workers, which start a process for each."""

from concurrent.futures import CancelledError
from concurrent.futures.process import BrokenProcessPool
from threading import Lock
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
        self.on_one_machine = True
        self._asking = Lock()
        self._threads = threads
        self._timeout_minutes = timeout_minutes

    def begin(self, jobs: int) -> None:
        """Share the cores among the workers."""
        self._workers = jobs
        self._process = process_for(max(jobs, 2), self._threads, self._timeout_minutes)
        self._executor()  # now: threads that import joblib at once get half of it

    def run(self, job: Job) -> Outcome:
        """Hand the job to a worker."""
        try:
            outcome: Outcome = self._executor().submit(self._process.run, job).result()
        except (BrokenProcessPool, CancelledError, RuntimeError) as error:
            return self.lost(error)
        return outcome

    def stop(self) -> None:
        """End the workers; each job sees that its worker is gone, and ends in order."""
        self.stopped = True
        self._executor().shutdown(wait=False, kill_workers=True)

    def _executor(self) -> Any:
        """Joblib's workers: new ones, where a job has taken its worker with it."""
        from joblib.externals.loky import get_reusable_executor  # noqa: PLC0415 -- an extra

        with self._asking:
            return get_reusable_executor(max_workers=self._workers)
