"""An iterator to the same one, whose next items are prepared in a thread while one is used."""

from collections.abc import Callable, Iterator
from queue import SimpleQueue
from threading import Event, Semaphore, Thread
from typing import TypeVar

Item = TypeVar("Item")


def ahead(
    items: Iterator[Item], depth: int, begin: Callable[[], object] = lambda: None
) -> Iterator[Item]:
    """The same items in the same order; what goes wrong in the thread is raised here.

    When the iterator is closed or forgotten, the thread ends with the item that it is at.

    Args:
        items: what to prepare; nobody else may ask it.
        depth: how many may be ready at most.
        begin: what the thread does first.
    """
    ready: SimpleQueue[Item | _End] = SimpleQueue()
    free, stopped = Semaphore(depth), Event()
    words = (items, ready, free, stopped, begin)
    thread = Thread(target=_prepare, args=words, name="next batches", daemon=True)
    thread.start()
    try:
        while not isinstance(item := ready.get(), _End):
            free.release()
            yield item
        if item.error is not None:
            raise item.error
    finally:
        stopped.set()
        free.release()
        thread.join()


class _End:
    """Nothing follows, for this reason if there is one."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error


def _prepare(
    items: Iterator[Item],
    ready: "SimpleQueue[Item | _End]",
    free: Semaphore,
    stopped: Event,
    begin: Callable[[], object],
) -> None:
    try:
        begin()
        while True:
            free.acquire()
            if stopped.is_set():
                break
            ready.put(next(items))
    except StopIteration:
        ready.put(_End())
    except BaseException as error:  # noqa: BLE001 -- whatever it is, it is raised where it is awaited
        ready.put(_End(error))
