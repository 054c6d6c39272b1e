"""A function and its arguments to its results, worked out by several processes."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from typing import TypeVar

from ai_vs_human.errors import DataError

Argument = TypeVar("Argument")
Result = TypeVar("Result")


def spread(
    function: Callable[[Argument], Result], arguments: Sequence[Argument], workers: int
) -> Generator[Result, None, None]:
    """Call `function` with each argument; results come as they are ready, in any order.

    One worker is this process itself. Several are spawned: they import the function's module and
    nothing that this process has loaded besides. Closing the iterator ends them.

    Raises:
        DataError: if a worker ends before its work does.
    """
    if workers == 1:
        yield from map(function, arguments)
        return
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_settle)
    try:
        for done in as_completed([pool.submit(function, argument) for argument in arguments]):
            yield done.result()
    except BrokenProcessPool as error:
        raise DataError(
            f"expected {workers} processes to stay alive, but got: {error} (data.workers)",
            hint="data.workers=1; in a script of your own, guard it with if __name__ == '__main__'",
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _settle() -> None:
    """Leave Ctrl-C to the parent, and end with it however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        # A killed parent leaves its workers waiting for work for ever; nothing is theirs to save.
        os._exit(1)
