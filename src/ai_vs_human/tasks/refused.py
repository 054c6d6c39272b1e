"""The folder of a run that was refused before it began to no folder, or to a failed run."""

import logging
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from ai_vs_human.errors import AiVsHumanError
from ai_vs_human.runs.agreement import is_first_process
from ai_vs_human.runs.folder import LOCK_NAME
from ai_vs_human.runs.result import RESULT_NAME, Result


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


def record_refusal(folder: Path, task: str, error: Exception) -> None:
    """Keep why a job of a multirun was refused, where whoever looks for its result finds it.

    Args:
        folder: the run's; what a run that began has written there stays.
        task: that was asked for.
        error: why not.
    """
    if not is_first_process() or (folder / RESULT_NAME).exists():
        return
    moment = datetime.now(UTC).isoformat(timespec="seconds")
    sentence = error.sentence if isinstance(error, AiVsHumanError) else str(error).splitlines()[0]
    result = Result(folder.name, task, "failed", sentence, started=moment, ended=moment)
    with suppress(OSError):  # the message on the console says the same
        result.write(folder)


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
