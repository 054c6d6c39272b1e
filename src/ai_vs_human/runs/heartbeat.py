"""A running process to a file of its signs of life, and such a file to whether it still lives."""

import json
import logging
import os
import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from ai_vs_human.errors import ConfigError
from ai_vs_human.runs.process import exists, start_of

HEARTBEAT_NAME: Final = "heartbeat.json"

_MISSED_BEATS: Final = 6
_SHORTEST_SILENCE_SECONDS: Final = 60.0
_JOIN_SECONDS: Final = 2.0
_ENDLESS_SECONDS: Final = 1e12

log = logging.getLogger(__name__)


class Heartbeat:
    """While the context lasts, heartbeat.json in a run's folder tells that its process lives.

    The file holds `host`, `pid`, `process_started` (what tells the process from a later one with
    its id; null where the system does not say), `time` (of the beat, unix seconds) and
    `interval_seconds`. Each beat replaces the file, all or nothing. A beat that cannot be written
    never ends the run: the first such fault is logged. Processes forked from this one neither
    write the file nor remove it.
    """

    def __init__(self, folder: Path, interval_seconds: float = 10.0) -> None:
        """Prepare to beat; nothing is written before the context is entered.

        Args:
            folder: the run's.
            interval_seconds: from one beat to the next.

        Raises:
            ConfigError: if the interval is not a positive time.
        """
        if not 0 < interval_seconds <= threading.TIMEOUT_MAX:
            raise ConfigError(
                f"expected a number of seconds above 0, but got {interval_seconds}"
                " (interval_seconds)",
                hint="interval_seconds=10",
            )
        self._folder = folder
        self._interval_seconds = interval_seconds
        self._told = False

    def __enter__(self) -> "Heartbeat":  # noqa: PYI034 -- the shape checker cannot read Self here
        self._pid = os.getpid()
        self._sign = {
            "host": socket.gethostname(),
            "pid": self._pid,
            "process_started": start_of(self._pid),
            "interval_seconds": self._interval_seconds,
        }
        self._beat()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._go_on, name="heartbeat", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if os.getpid() != self._pid:
            return  # a forked child on its way out: the run lives on
        self._stop.set()
        self._thread.join(_JOIN_SECONDS)  # a write that hangs does not hold up the end
        with suppress(OSError):
            (self._folder / HEARTBEAT_NAME).unlink(missing_ok=True)

    def _go_on(self) -> None:
        while not self._stop.wait(self._interval_seconds):
            self._beat()

    def _beat(self) -> None:
        partial = self._folder / f".{HEARTBEAT_NAME}.{self._pid}"
        try:
            partial.write_text(json.dumps(self._sign | {"time": time.time()}), encoding="utf-8")
            partial.replace(self._folder / HEARTBEAT_NAME)
        except OSError as error:
            if not self._told:
                log.warning("the run goes on, but cannot show that it lives: %s", error)
            self._told = True
            with suppress(OSError):
                partial.unlink(missing_ok=True)


def is_alive(beat: Mapping[str, Any], now: float) -> bool:
    """Whether the process of a beat still runs.

    Asked on the host of the beat, the system knows: a process with that id and that start. From
    elsewhere the beat's age decides: younger than six intervals, and than a minute if that is
    longer.

    Args:
        beat: what heartbeat.json says; what is not of its form counts as dead.
        now: unix seconds.
    """
    if not _is_whole(beat):
        return False
    silence_seconds = max(_MISSED_BEATS * beat["interval_seconds"], _SHORTEST_SILENCE_SECONDS)
    is_young: bool = now - beat["time"] < silence_seconds
    if beat["host"] != socket.gethostname():
        return is_young
    if beat["process_started"] is None:
        return is_young and exists(beat["pid"])
    return bool(beat["process_started"] == start_of(beat["pid"]))


def _is_whole(beat: Mapping[str, Any]) -> bool:
    pid, started = beat.get("pid"), beat.get("process_started", 0)
    return (
        isinstance(beat.get("host"), str)
        and type(pid) is int
        and pid > 0  # 0 and below mean groups of processes
        and isinstance(started, str | None)
        and _is_seconds(beat.get("time"))
        and _is_seconds(beat.get("interval_seconds"))
    )


def _is_seconds(value: object) -> bool:
    """A positive time; JSON's whole numbers may be larger than any float."""
    return isinstance(value, int | float) and 0 < value < _ENDLESS_SECONDS
