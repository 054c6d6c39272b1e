"""A folder that several processes may want to fill to one that is at it, while the others wait."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from ai_vs_human.errors import StorageError

log = logging.getLogger(__name__)

_LOCK: Final = ".lock"


@contextmanager
def alone(folder: Path, what: str) -> Iterator[None]:
    """Make the folder, and be the only process that fills it; a killed one lets go of it.

    Args:
        folder: to be filled.
        what: is fetched, for the message of those that wait.

    Raises:
        StorageError: if the folder cannot be made or written to.
    """
    lock = FileLock(folder / _LOCK)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            log.info("another process fetches %s: waiting for it", what)
            lock.acquire()
    except OSError as error:
        raise StorageError(
            f"expected a folder to fetch {what} to, but got {folder}: {error} (paths.cache_dir)",
            hint="paths.cache_dir=<a folder that you may write to>",
        ) from error
    try:
        yield
    finally:
        lock.release()
