"""A job that was asked for to the same job at its end, with a word on each step between."""

import logging
import time
from threading import Event

from ai_vs_human.cloud.vertex.client import VertexClient
from ai_vs_human.cloud.vertex.remote_job import RemoteJob
from ai_vs_human.cloud.vertex.retry import Retry

log = logging.getLogger(__name__)


def wait_for_end(
    client: VertexClient, job: RemoteJob, run: str, *, stop: Event, poll_seconds: float
) -> RemoteJob:
    """Look at a job until it has ended.

    A network that is gone for a night does not end the waiting: the job goes on without us.

    Args:
        client: to ask.
        job: as it was seen last.
        run: the run's id, for the messages.
        stop: ends the waiting: the job is then given back as it is.
        poll_seconds: from one look to the next.

    Raises:
        ServiceFault: if the job cannot be seen any more.
        StoppedError: if it was stopped while the service did not answer.
    """
    retry = Retry(stop, first_seconds=max(poll_seconds, 1.0))
    start, seen = time.monotonic(), job
    log.info("%s: %s (%s)", run, job.state, job.console)
    while not seen.ended and not stop.wait(poll_seconds):
        now = retry(f"state of {run}", lambda: client.get(job.name))
        if now.state != seen.state:
            log.info("%s: %s after %s", run, now.state, _spelt(time.monotonic() - start))
        seen = now
    return seen


def _spelt(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
