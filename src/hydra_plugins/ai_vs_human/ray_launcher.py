"""The jobs of a multirun to a Ray cluster, or to Ray on this machine."""

from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from threading import Lock
from typing import Any

from ai_vs_human.jobs.job import Job
from ai_vs_human.jobs.outcome import Outcome
from ai_vs_human.jobs.process import Process
from hydra_plugins.ai_vs_human.job_launcher import JobLauncher
from hydra_plugins.ai_vs_human.process_launcher import process_for


class RayLauncher(JobLauncher):
    """Runs each job as a Ray task, which starts a process.

    The run folders are written where the task runs: on a cluster, give paths that all of its
    machines share.

    Args:
        n_jobs: how many tasks are asked for at a time; Ray decides how many of them it runs.
        init: of `ray.init`: address, num_cpus, …
        remote: of `ray.remote`: num_cpus, num_gpus, resources, …
    """

    package = "ray"
    extra = "ray"

    def __init__(
        self,
        n_jobs: int = 64,
        init: Mapping[str, Any] | None = None,
        remote: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(n_jobs)
        self._init = dict(init or {})
        self.on_one_machine = self._init.get("address") is None
        self._remote = dict(remote or {})
        self._starting = Lock()

    def begin(self, jobs: int) -> None:
        """Join the cluster, or start one."""
        from hydra_plugins.ai_vs_human._ray_start import start_ray  # noqa: PLC0415 -- an extra

        with self._starting:
            self._environment = start_ray(self._init)
        threads = max(int(self._remote.get("num_cpus", 1)), 1)
        self._process = process_for(max(jobs, 2), threads)

    def run(self, job: Job) -> Outcome:
        """Ask Ray for the job, and wait for its end."""
        ray: Any = import_module("ray")  # an extra, and not typed throughout
        options = {"max_retries": 0, **self._remote}  # a job's folder is for one attempt
        if job.gpus > 0 and ray.cluster_resources().get("GPU"):
            options.setdefault(
                "num_gpus", job.gpus
            )  # Ray hides from a task what it did not ask for
        job = replace(job, environment={**job.environment, **self._environment})
        try:
            outcome: Outcome = ray.get(ray.remote(**options)(_do).remote(self._process, job))
        except ray.exceptions.RayError as error:
            return self.lost(error)
        return outcome

    def stop(self) -> None:
        """Leave the cluster: its tasks end, and their jobs see it."""
        import ray  # noqa: PLC0415 -- an extra

        self.stopped = True
        ray.shutdown()


def _do(process: Process, job: Job) -> Outcome:
    return process.run(job)
