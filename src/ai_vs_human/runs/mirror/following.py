"""A run's folder that changes to a copy that follows it, without a wait in the training."""

import logging
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Final

from ai_vs_human.errors import StorageError
from ai_vs_human.runs.checkpoints import CHECKPOINTS, RESUME_POINT
from ai_vs_human.runs.heartbeat import HEARTBEAT_NAME
from ai_vs_human.runs.mirror.copying import RunCopy
from ai_vs_human.runs.mirror.local_files import Mark, mark_of

_LOOK_SECONDS: Final = 0.5
_PAUSE_SECONDS: Final = 20.0
"""After a fault, before the next try."""

log = logging.getLogger(__name__)


class Following:
    """While the context lasts, each new resume point, record and heartbeat is copied.

    Two threads look for them, so that a large point does not hold up the sign of life; what came
    while a copy was under way is in the next one. A fault never ends the run: the first is
    logged, and the copy tried again. Leaving waits for what is under way.

    Args:
        copy: of the run's folder.
    """

    def __init__(self, copy: RunCopy) -> None:
        self._copy = copy
        self._stop = Event()
        self._copied: dict[Path, Mark] = {}
        self._told = False

    def __enter__(self) -> "Following":  # noqa: PYI034 -- the shape checker cannot read Self here
        steps = (self._copy.copy_heartbeat, self._copy_news)
        self._threads = [
            Thread(target=self._go_on, args=(step,), name="mirror", daemon=True) for step in steps
        ]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _go_on(self, step: Callable[[], None]) -> None:
        pause = _LOOK_SECONDS
        while not self._stop.wait(pause):
            try:
                step()
                pause = _LOOK_SECONDS
            except StorageError as error:
                pause = _PAUSE_SECONDS
                if not self._told:
                    log.warning("the run goes on, and tries again: %s", error.sentence)
                self._told = True

    def _copy_news(self) -> None:
        news = _signs(self._copy.folder)
        if news != self._copied:
            self._copy.copy(while_running=True)
            self._copied = news


def _signs(folder: Path) -> dict[Path, Mark]:
    """What tells that there is something to copy: the run's records and its newest point."""
    records = {*folder.glob("*.json"), *folder.glob("*.yaml")} - {folder / HEARTBEAT_NAME}
    paths = [*records, folder / CHECKPOINTS / RESUME_POINT]
    marks = {}
    for path in paths:
        try:
            marks[path] = mark_of(path)
        except FileNotFoundError:
            continue  # it is being replaced
    return marks
