"""The folder of a run that was refused before it began to no folder."""

import logging
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from ai_vs_human.runs.agreement import is_first_process
from ai_vs_human.runs.folder import LOCK_NAME


def remove_untouched(folder: Path, log_name: str) -> None:
    """Remove what Hydra made for a run, if nothing but its empty log is in it.

    Args:
        folder: the run's.
        log_name: of Hydra's log, in the folder.
    """
    if not is_first_process():
        return
    # What cannot be removed stays, and `scripts/runs.py ls` lists it; so does another run's.
    with suppress(OSError, Timeout), FileLock(folder / LOCK_NAME, timeout=0):
        if _is_untouched(folder, log_name):
            _close(folder / log_name)
            for path in folder.iterdir():
                path.unlink()
            folder.rmdir()


def _is_untouched(folder: Path, log_name: str) -> bool:
    files = {path.name: path for path in folder.iterdir()}
    log = files.pop(log_name, None)
    return set(files) <= {LOCK_NAME} and (log is None or log.stat().st_size == 0)


def _close(log: Path) -> None:
    """Windows keeps an open file."""
    root = logging.getLogger()
    for handler in root.handlers[:]:
        if isinstance(handler, logging.FileHandler) and Path(handler.baseFilename) == log.resolve():
            root.removeHandler(handler)
            handler.close()
