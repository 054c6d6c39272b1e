"""The jobs of a multirun to Slurm, or to processes that stand in for it on this machine."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any

from ai_vs_human.jobs.job import Job
from ai_vs_human.jobs.outcome import Outcome, outcome_of
from hydra_plugins.ai_vs_human.job_launcher import JobLauncher
from hydra_plugins.ai_vs_human.process_launcher import process_for


class SubmititLauncher(JobLauncher):
    """Submits each job by submitit, and waits for it.

    Args:
        cluster: slurm, or local.
        n_jobs: how many are submitted at a time; the rest waits for them.
        folder: for submitit's scripts and logs; below the multirun's folder by default.
        parameters: of submitit's executor: timeout_min, cpus_per_task, gpus_per_node,
            slurm_partition, …
    """

    package = "submitit"
    extra = "submitit"

    def __init__(
        self,
        cluster: str,
        n_jobs: int = 64,
        folder: str | None = None,
        parameters: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(n_jobs)
        self._cluster = cluster
        self.on_one_machine = cluster == "local"
        self._folder = folder
        self._parameters = dict(parameters or {})
        self._submitting = Lock()
        self._submitted: list[Any] = []

    def begin(self, jobs: int) -> None:
        """Prepare what submits."""
        from submitit import AutoExecutor  # noqa: PLC0415 -- an extra

        folder = self._folder or Path(str(self.config.hydra.sweep.dir)) / ".submitit" / "%j"
        self._executor: Any = AutoExecutor(folder=folder, cluster=self._cluster)
        self._executor.update_parameters(**self._parameters)
        process = process_for(max(jobs, 2))
        # On one machine the jobs share the cores; a node's are not those of this login node.
        self._process = process if self._cluster == "local" else replace(process, threads=None)

    def run(self, job: Job) -> Outcome:
        """Submit the job and wait for its end."""
        from submitit.core.utils import (  # noqa: PLC0415 -- an extra
            FailedJobError,
            FailedSubmissionError,
            UncompletedJobError,
        )

        try:
            with self._submitting:
                if self.stopped:
                    return Outcome("interrupted", reason="stopped before it began")
                submitted = self._executor.submit(self._process.run, job)
                self._submitted.append(submitted)
            outcome: Outcome = submitted.result()
        except (FailedJobError, FailedSubmissionError) as error:
            return self.lost(error)
        except UncompletedJobError as error:  # by the cluster: memory, time, a machine that is gone
            if self.stopped:
                return self.lost(error)
            return outcome_of(Path(self._process.cwd) / job.folder, job.objectives)
        self._submitted.remove(submitted)  # submitit cannot end one when Python does
        return outcome

    def stop(self) -> None:
        """Cancel what is queued or runs."""
        with self._submitting:
            self.stopped = True
        for submitted in self._submitted:
            if not submitted.done():
                submitted.cancel()
