"""A cache's folder to whether somebody reads from it: each reader holds a lock in it."""

from pathlib import Path
from typing import Final
from uuid import uuid4

from filelock import FileLock, Timeout

_FOLDER: Final = "in_use"


def begin_use(folder: Path) -> FileLock:
    """Hold a lock in a cache's folder; it ends with the process at the latest.

    Raises:
        OSError: if the folder cannot be written to.
    """
    is_in_use(folder)  # clears away what earlier readers left
    home = folder / _FOLDER
    home.mkdir(exist_ok=True)
    lock = FileLock(home / uuid4().hex)
    lock.acquire()
    return lock


def is_in_use(folder: Path) -> bool:
    """Whether anybody holds such a lock; files of those that are gone are removed."""
    used = False
    for path in (folder / _FOLDER).glob("*"):
        try:
            with FileLock(path, timeout=0):
                path.unlink(missing_ok=True)
        except Timeout:
            used = True
    return used
