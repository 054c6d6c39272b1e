"""The custom jobs of a multirun to files in its folder, so that a killed launcher finds them.

<multirun>/vertex/multirun.json   what the multirun is, and whether it has ended
<multirun>/vertex/name            its name in the cloud, where its folder's may be taken there
<multirun>/vertex/<run>.json      the custom job of a run
<multirun>/vertex/<run>.yaml      its specification
"""

import json
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import Any, Final

import yaml
from filelock import FileLock, Timeout

from ai_vs_human.runs.registry.storage import RUN_ID
from ai_vs_human.runs.versioned import parse_object
from ai_vs_human.runs.whole_file import write_whole

FOLDER: Final = "vertex"
SCHEMA_VERSION: Final = 1
_MULTIRUN: Final = "multirun.json"
_LOCK: Final = ".lock"
_NAME: Final = "name"
_NAME_LOCK: Final = ".name.lock"


class Record:
    """What is known of a multirun's custom jobs."""

    def __init__(self, sweep: Path) -> None:
        """Take the multirun's folder, which need not exist yet."""
        self._sweep = sweep.name
        self.folder = sweep / FOLDER
        self._lock = FileLock(self.folder / _LOCK, timeout=0)

    def cloud_name(self) -> str:
        """The multirun's name in the cloud, which no other has there.

        A study is called the same wherever and whenever its command is given. A trial must not
        find the run folder of an earlier study's trial in the bucket, and go on with that.
        """
        if RUN_ID.fullmatch(self._sweep):
            return self._sweep
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / _NAME
        with FileLock(self.folder / _NAME_LOCK):
            if not path.is_file():
                write_whole(path, f"{self._sweep}-{token_hex(4)}\n")
            return path.read_text(encoding="utf-8").strip()

    def begin(self, first: int, key: str) -> None:
        """Say what a batch of the multirun is, before its first job is asked for.

        Args:
            first: number of that job.
            key: of the batch, without the multirun's own name in it.
        """
        self._take()
        known = (self._read(_MULTIRUN) or {}).get("batches", {})
        self._write(_MULTIRUN, {"batches": {**known, f"{first}": key}, "ended": False})

    def end(self) -> None:
        """Say that there is nothing left to wait for: the same command is a new multirun."""
        known = self._read(_MULTIRUN)
        if known is not None:
            self._write(_MULTIRUN, {**known, "ended": True})
        self._lock.release()

    def submitted(self, run: str, key: str, name: str) -> None:
        """Keep the name of a run's custom job."""
        self._write(f"{run}.json", {"key": key, "name": name})

    def name_of(self, run: str, key: str) -> str | None:
        """The custom job that a run was given, if it is still what it would be given."""
        known = self._read(f"{run}.json")
        return known.get("name") if known is not None and known.get("key") == key else None

    def write_spec(self, run: str, job: dict[str, Any], head: str) -> Path:
        """Write down a specification.

        Args:
            run: its id.
            job: from `spec.custom_job`; its jobSpec is written.
            head: lines of a comment above it.
        """
        path = self.spec_path(run)
        self.folder.mkdir(parents=True, exist_ok=True)
        comment = "".join(f"# {line}\n" for line in head.splitlines())
        write_whole(path, comment + yaml.safe_dump(job["jobSpec"], sort_keys=False, width=1000))
        return path

    def spec_path(self, run: str) -> Path:
        """Where a run's specification is written."""
        return self.folder / f"{run}.yaml"

    def take_if_unfinished(self, key: str) -> bool:
        """Become the launcher of this very multirun, if it was left without one."""
        known = self._read(_MULTIRUN)
        if known is None or known.get("ended") or known.get("batches", {}).get("0") != key:
            return False
        with suppress(Timeout):  # its launcher lives
            self._take()
            return True
        return False

    def _take(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self._lock.is_locked:
            self._lock.acquire()

    def _write(self, name: str, values: dict[str, Any]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps({**values, "schema_version": SCHEMA_VERSION}, indent=2)
        write_whole(self.folder / name, text + "\n")

    def _read(self, name: str) -> dict[str, Any] | None:
        """What a file holds; None where there is none that can be read."""
        try:
            return parse_object((self.folder / name).read_text(encoding="utf-8"), SCHEMA_VERSION)
        except (OSError, ValueError, TypeError):
            return None


def unfinished(sweeps: Path, key: str) -> Path | None:
    """The newest multirun with this key whose launcher was killed, if there is one.

    Args:
        sweeps: the folder that holds the folders of multiruns.
        key: of its first batch, without a multirun's name in it.
    """
    files = sorted(sweeps.glob(f"*/{FOLDER}/{_MULTIRUN}"), reverse=True)
    folders = (path.parent.parent for path in files)
    return next((one for one in folders if Record(one).take_if_unfinished(key)), None)
