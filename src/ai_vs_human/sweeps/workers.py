"""The processes that work on a study: which of them live, whatever machine they are on."""

import os
import secrets
import socket
import threading
import time
from types import TracebackType
from typing import Final

from optuna.study import Study

from ai_vs_human.runs.process import exists, start_of

_PREFIX: Final = "worker:"
_BEAT_SECONDS: Final = 30.0
_SILENCE_SECONDS: Final = 300.0
"""Clocks of machines differ, and a database may be slow; on one host the system is asked."""


class Worker:
    """While the context lasts, the study says that this process works on it.

    Attributes:
        name: of the process, as trials keep it: `<host>:<pid>:<start>:<chance>`.
    """

    def __init__(self, study: Study) -> None:
        pid = os.getpid()
        start = (start_of(pid) or "").replace(":", "+")
        self.name = f"{socket.gethostname()}:{pid}:{start}:{secrets.token_hex(2)}"
        self._study = study
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._go_on, name="worker", daemon=True)

    def __enter__(self) -> "Worker":  # noqa: PYI034 -- the shape checker cannot read Self here
        self._beat(time.time())
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()
        self._beat(0.0)

    def _go_on(self) -> None:
        while not self._stop.wait(_BEAT_SECONDS):
            self._beat(time.time())

    def _beat(self, moment: float) -> None:
        self._study.set_user_attr(f"{_PREFIX}{self.name}", moment)


def lives(name: str | None, study: Study, now: float) -> bool:
    """Whether a worker is still there.

    Asked on its host, the system knows; from elsewhere its last beat decides, which may be five
    minutes old.

    Args:
        name: of the worker; None for a trial that nobody claims.
        study: that it works on.
        now: unix seconds.
    """
    if name is None:
        return False
    host, pid, start, _ = name.rsplit(":", 3)
    beat = study.user_attrs.get(f"{_PREFIX}{name}", 0.0)
    if beat == 0:  # it said goodbye
        return False
    if host != socket.gethostname():
        return bool(now - beat < _SILENCE_SECONDS)
    if start:
        return start_of(int(pid)) == start.replace("+", ":")
    return exists(int(pid))
