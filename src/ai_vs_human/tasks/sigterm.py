"""SIGTERM to an orderly end."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from ai_vs_human.errors import PreemptedError
from ai_vs_human.runs.agreement import is_first_process


@contextmanager
def obeying_sigterm() -> Iterator[None]:
    """End what runs inside as preempted when SIGTERM comes.

    While steps are trained, the callback `resume_point` takes the signal instead and lets the
    running step end first.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # signals are the main thread's
        return

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise PreemptedError(0 if is_first_process() else 1)

    earlier = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, earlier)
