"""A job of a multirun to a custom job that is submitted once, waited for and read back."""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Lock
from typing import Any, Final

from ai_vs_human.cloud.vertex.client import VertexClient
from ai_vs_human.cloud.vertex.fault import ServiceFault
from ai_vs_human.cloud.vertex.remote_job import RemoteJob
from ai_vs_human.cloud.vertex.retry import Retry, StoppedError
from ai_vs_human.cloud.vertex.settings import VertexSettings
from ai_vs_human.cloud.vertex.spec import KEY_LABEL, address, custom_job
from ai_vs_human.cloud.vertex.waiting import wait_for_end
from ai_vs_human.errors import CloudError, StorageError
from ai_vs_human.jobs.job import Job
from ai_vs_human.jobs.outcome import Outcome, judged, outcome_of
from ai_vs_human.jobs.vertex.container import container_of
from ai_vs_human.jobs.vertex.fetch import fetch_run, read_remote_result
from ai_vs_human.jobs.vertex.record import Record
from ai_vs_human.runs.result import RESULT_NAME

NOT_FOUND: Final = 404

log = logging.getLogger(__name__)


class VertexRunner:
    """Does jobs on Vertex AI, each in the thread that asks for it."""

    def __init__(self, settings: VertexSettings, connect: Callable[[], VertexClient]) -> None:
        """Prepare.

        Args:
            settings: of the jobs.
            connect: to Vertex AI; called once, when the first job is asked for.
        """
        self._settings = settings
        self._connect = connect
        self._connected: VertexClient | None = None
        self._guard = Lock()
        self._running: dict[str, RemoteJob | None] = {}
        self._stop = Event()
        self._leave = Event()
        self._idle = Event()
        self._idle.set()

    def run(self, job: Job) -> Outcome:
        """Do a job, and return when it has ended, or when it was submitted (`wait: false`).

        A custom job that an earlier process submitted for the same job is taken over.

        Raises:
            ConfigError: if the job cannot be specified.
            CloudError: if Vertex AI refuses it for good.
        """
        # In a thread of its own, so that Ctrl-C never falls between a request and its answer.
        with ThreadPoolExecutor(1) as own:
            doing = own.submit(self._run, job)
            try:
                return doing.result()
            except KeyboardInterrupt:
                self.stop()
                raise

    def _run(self, job: Job) -> Outcome:
        record = Record(Path(job.folder).parent)
        container = container_of(job, self._settings, record.cloud_name())
        spec = custom_job(self._settings, container)
        url = address(self._settings, container.sweep, container.name)
        try:
            with self._noted(job.name):
                remote = self._submitted(job.name, spec, record)
                if not self._settings.wait:
                    return Outcome("interrupted", reason=f"not waited for: {remote.console}")
                return self._outcome(job, self._ended(job.name, remote), url)
        except StoppedError:
            return Outcome("interrupted", reason="stopped before it was submitted")
        except ServiceFault as fault:
            if fault.temporary:
                return Outcome("failed", reason=f"Vertex AI did not take the job: {fault}")
            if fault.code == NOT_FOUND:
                return Outcome("failed", reason=f"Vertex AI has no such job: {fault}")
            raise _refused(fault, job, self._settings) from fault
        except StorageError as error:
            return Outcome("failed", reason=str(error))

    def stop(self) -> None:
        """Cancel what runs, and wait until it has ended; Ctrl-C meanwhile leaves at once."""
        self._stop.set()
        try:
            while not self._idle.wait(0.1):
                pass  # a wait without an end would not see Ctrl-C everywhere
        except KeyboardInterrupt:
            self._leave.set()
            log.warning("left before these had ended:\n%s", self._left())
            raise

    def _left(self) -> str:
        with self._guard:
            return "\n".join(
                f"  {run}: {'being submitted' if job is None else job.console}"
                for run, job in self._running.items()
            )

    def _submitted(self, run: str, spec: dict[str, Any], record: Record) -> RemoteJob:
        """The custom job of a job: the one that is there already, or a new one."""
        key = spec["labels"][KEY_LABEL]
        client = self._client()

        def find_or_create() -> RemoteJob:
            # Each attempt looks first: an earlier one may have been heard and not answered.
            found = _known(client, record.name_of(run, key)) or client.find(key)
            if found is not None:
                log.info("%s was submitted before", run)
                return found
            if self._stop.is_set():
                raise StoppedError(run)
            return client.create(spec)

        retry = Retry(self._stop, self._settings.patience_seconds)
        remote = retry(f"submission of {run}", find_or_create)
        record.submitted(run, key, remote.name)
        with self._guard:
            self._running[run] = remote
        return remote

    def _ended(self, run: str, remote: RemoteJob) -> RemoteJob:
        client, poll = self._client(), self._settings.poll_seconds
        try:
            seen = wait_for_end(client, remote, run, stop=self._stop, poll_seconds=poll)
        except StoppedError:
            seen = remote
        if seen.ended:
            return seen
        log.info("%s: cancelling", run)
        retry = Retry(self._leave)
        try:
            retry(f"cancellation of {run}", lambda: client.cancel(seen.name))
            return wait_for_end(client, seen, run, stop=self._leave, poll_seconds=min(poll, 2.0))
        except StoppedError:
            return seen

    def _outcome(self, job: Job, remote: RemoteJob, url: str) -> Outcome:
        """How the run came out, by its own words where it left any."""
        if not remote.ended or remote.state == "CANCELLED":
            return Outcome("interrupted", reason=f"{remote.state.lower()} ({remote.console})")
        said = self._read(job, url)
        if remote.succeeded:
            lacking = f"the job succeeded, but its run left no {RESULT_NAME} ({remote.console})"
            return said or Outcome("failed", reason=lacking)
        own = said.reason if said is not None and said.status == "failed" else None
        reason = "; ".join(filter(None, (own, remote.error))) or remote.state.lower()
        return Outcome("failed", reason=f"{reason} ({remote.console})")

    def _read(self, job: Job, url: str) -> Outcome | None:
        if self._settings.fetch == "none":
            result = read_remote_result(url)
            return None if result is None else judged(result, job.objectives)
        folder = Path(job.folder)
        fetch_run(url, folder, everything=self._settings.fetch == "all")
        return outcome_of(folder, job.objectives) if (folder / RESULT_NAME).exists() else None

    def _client(self) -> VertexClient:
        with self._guard:
            self._connected = self._connected or self._connect()
            return self._connected

    @contextmanager
    def _noted(self, run: str) -> Iterator[None]:
        """While the context lasts, `stop` waits for the run."""
        with self._guard:
            self._running[run] = None
            self._idle.clear()
        try:
            yield
        finally:
            with self._guard:
                del self._running[run]
                if not self._running:
                    self._idle.set()


def _known(client: VertexClient, name: str | None) -> RemoteJob | None:
    """The job of this name, unless it is gone, or was cancelled and so may be asked for again."""
    if name is None:
        return None
    try:
        job = client.get(name)
    except ServiceFault as fault:
        if fault.code == NOT_FOUND:
            return None
        raise
    return None if job.state.startswith("CANCEL") else job


def _refused(fault: ServiceFault, job: Job, settings: VertexSettings) -> CloudError:
    return CloudError(
        f"expected Vertex AI to take the job, but got: {fault} ({job.name},"
        f" project {settings.project}, region {settings.region})",
        hint="hydra.launcher.dry_run=true writes down what was asked for",
    )
