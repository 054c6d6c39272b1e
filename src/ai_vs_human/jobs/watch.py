"""The end of a multirun's process to the orderly end of the jobs that it started.

A multirun that is killed cannot tell its jobs. They would go on unseen, and beside the jobs that
the same command starts again.
"""

import os
import signal
import socket
import threading
import time
from typing import Final

from ai_vs_human.jobs.surroundings import PARENT
from ai_vs_human.runs.process import exists, start_of

_POLL_SECONDS: Final = 1.0


def end_with_multirun() -> None:
    """In a job of a multirun, send this process SIGTERM when the multirun is gone.

    That is, when the process that started this one is gone, or, on the same host, that of the
    multirun itself. Elsewhere, and in the ranks that the job starts, this does nothing.
    """
    words = os.environ.get(PARENT, "").split(":", 3)
    if len(words) == 4 and "LOCAL_RANK" not in os.environ:  # noqa: PLR2004 -- as it is written
        threading.Thread(target=_watch, args=words, name="multirun", daemon=True).start()


def _watch(parent: str, host: str, pid: str, start: str) -> None:
    here = host == socket.gethostname()
    while os.getppid() == int(parent) and (not here or _lives(int(pid), start)):
        time.sleep(_POLL_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)


def _lives(pid: int, start: str) -> bool:
    return start_of(pid) == start if start else exists(pid)
