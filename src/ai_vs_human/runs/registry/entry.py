"""What stands in a run's folder to one line of the registry: which run, and how it stands."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal, get_args

from ai_vs_human.runs.heartbeat import HEARTBEAT_NAME, is_alive
from ai_vs_human.runs.registry.storage import RUN_ID, Storage
from ai_vs_human.runs.result import RESULT_NAME, Result, parse_result

Standing = Literal[
    "completed", "pruned", "failed", "interrupted", "running", "crashed", "unreadable"
]
STANDINGS: Final[tuple[str, ...]] = get_args(Standing)

_START_SECONDS: Final = 60.0
"""How long a run may take from its folder to its result, and from its result to its first beat."""


@dataclass(frozen=True)
class Entry:
    """One run.

    Attributes:
        folder: where it lies; begins with the output folder as the user wrote it.
        run_id: the folder's name.
        task: train or evaluate.
        status: a crashed run is one that says it is running, and shows no sign of life.
        result: None where it cannot be read.
        problem: why it counts as crashed or unreadable; what a running run still lacks.
    """

    folder: str
    run_id: str
    task: str
    status: Standing
    result: Result | None = None
    problem: str | None = None

    @classmethod
    def read(cls, storage: Storage, folder: str, task: str) -> "Entry":
        """Read a run's folder, whatever state it is in.

        Raises:
            FileNotFoundError: if it holds no result.json.
        """
        run_id = folder.rpartition("/")[2]
        try:
            result = _result(storage, folder)
            status, problem = _standing(storage, folder, result)
            if status == "crashed":  # or it ended between the two looks: its last word counts
                result = _result(storage, folder)
                status = "crashed" if result.status == "running" else result.status
        except FileNotFoundError:
            raise
        except (OSError, ValueError, TypeError, RecursionError) as error:
            lives = is_alive(_beat(storage, folder) or {}, time.time())
            return cls(
                folder, run_id, task, "running" if lives else "unreadable", None, _said(error)
            )
        return cls(folder, run_id, task, status, result, problem if status == "crashed" else None)

    @classmethod
    def without_result(cls, folder: str, task: str, problem: str | None = None) -> "Entry":
        """A folder that looks like a run's and holds no result.json."""
        run_id = folder.rpartition("/")[2]
        started = _moment_of_id(run_id)
        if problem is None and started is not None and _is_recent(started):
            return cls(folder, run_id, task, "running", problem=f"no {RESULT_NAME} yet")
        return cls(folder, run_id, task, "unreadable", problem=problem or f"no {RESULT_NAME}")

    @property
    def started(self) -> datetime | None:
        """When the run began, by its result, else by its id; None where neither says."""
        by_result = None if self.result is None else _moment(self.result.started)
        return by_result or _moment_of_id(self.run_id)

    @property
    def sweep(self) -> str | None:
        """The sweep that the run is a job of."""
        parent = self.folder.split("/")[-2:-1]
        return parent[0] if parent and self.run_id.startswith(f"{parent[0]}-") else None


def _result(storage: Storage, folder: str) -> Result:
    return parse_result(storage.read(f"{folder}/{RESULT_NAME}").decode())


def _standing(storage: Storage, folder: str, result: Result) -> tuple[Standing, str | None]:
    if result.status != "running":
        return result.status, None
    beat = _beat(storage, folder)
    if beat is None:
        started = _moment(result.started)
        is_new = started is not None and _is_recent(started)
        return ("running", None) if is_new else ("crashed", f"no {HEARTBEAT_NAME}")
    if is_alive(beat, time.time()):
        return "running", None
    return "crashed", f"its process {beat.get('pid')} on {beat.get('host')} is gone"


def _beat(storage: Storage, folder: str) -> Mapping[str, Any] | None:
    """The heartbeat; None where there is none, empty where it cannot be read."""
    try:
        beat = json.loads(storage.read(f"{folder}/{HEARTBEAT_NAME}"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError):
        return {}
    return beat if isinstance(beat, dict) else {}


def _is_recent(moment: datetime) -> bool:
    return time.time() - moment.timestamp() < _START_SECONDS


def _moment(text: str | None) -> datetime | None:
    """A time of ISO 8601, in UTC where it names no zone."""
    try:
        moment = datetime.fromisoformat(text or "")
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _moment_of_id(run_id: str) -> datetime | None:
    if not RUN_ID.fullmatch(run_id):
        return None
    try:
        return datetime.strptime(run_id[:15], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def _said(error: Exception) -> str:
    return f"{RESULT_NAME}: {getattr(error, 'strerror', None) or error}"
