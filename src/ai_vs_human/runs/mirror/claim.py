"""A run's copy elsewhere to the right to go on with it, or to begin one there."""

import json
import socket
import time
from typing import Any, Final

from ai_vs_human.errors import ConfigError, StorageError
from ai_vs_human.runs.heartbeat import HEARTBEAT_NAME, is_alive
from ai_vs_human.runs.mirror.copying import KEY, RunCopy
from ai_vs_human.runs.result import RESULT_NAME, Result, parse_result
from ai_vs_human.runs.stored import has_begun

_LOOK_SECONDS: Final = 3.0


def claim(copy: RunCopy, *, resuming: bool) -> None:
    """Make sure that folder and copy are one run's and nobody else's, and make both equal.

    A folder that holds the run is the truth, and is copied; else the copy is fetched. A process
    on a machine that was taken away leaves a sign of life that looks young for a minute: it is
    watched until it is old, or beats again.

    Args:
        copy: of the run.
        resuming: whether a run that is there is to go on.

    Raises:
        ConfigError: if another process works there, or another run is there.
        StorageError: if the address cannot be read or written.
    """
    try:
        _require_silence(copy)
        there = _result(copy)
    except OSError as error:
        raise StorageError(
            f"expected an address that can be read, but got {copy.address}: {error} ({KEY})",
            hint=f"{KEY}=null keeps the run on this disk alone",
        ) from error
    is_here = has_begun(copy.folder)
    if there is not None:
        _require_the_same_run(there, copy, resuming=resuming or is_here)
    if is_here:
        copy.copy()
    elif there is not None:
        copy.restore()


def _require_silence(copy: RunCopy) -> None:
    first = _beat(copy)
    beat = first
    while is_alive(beat, time.time()):
        if beat != first or beat["host"] == socket.gethostname():  # where the system knows
            raise ConfigError(
                "expected an address to itself, but got one in which the process"
                f" {beat['pid']} on {beat['host']} works ({copy.address})",
                hint=f"wait for that run to end, or choose another {KEY}=",
            )
        time.sleep(_LOOK_SECONDS)
        beat = _beat(copy)


def _beat(copy: RunCopy) -> dict[str, Any]:
    try:
        beat = json.loads(copy.there.read(HEARTBEAT_NAME) or b"null")
    except ValueError:
        return {}
    return beat if isinstance(beat, dict) else {}


def _result(copy: RunCopy) -> Result | None:
    text = copy.there.read(RESULT_NAME)
    try:
        return None if text is None else parse_result(text.decode())
    except (ValueError, TypeError, RecursionError) as error:
        raise StorageError(
            f"expected a run's result, but got {error} ({copy.address}/{RESULT_NAME})",
            hint=f"another {KEY}=, or remove what is there",
        ) from error


def _require_the_same_run(there: Result, copy: RunCopy, *, resuming: bool) -> None:
    run_id = there.run_id
    if not resuming:
        raise ConfigError(
            f"expected an address without a run, but got that of run {run_id} ({copy.address})",
            hint=f"resume=auto goes on with it; another {KEY}= begins a new one",
        )
    if run_id != copy.folder.name:
        raise ConfigError(
            f"expected a copy of run {copy.folder.name}, but got that of run {run_id}"
            f" ({copy.address})",
            hint=f"hydra.run.dir=outputs/train/{run_id} goes on with it;"
            f" another {KEY}= begins a new one",
        )
