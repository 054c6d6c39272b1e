"""A run's folder to its copy at an address, and such a copy to a run's folder."""

import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Final

from ai_vs_human.cloud.remote_folder import RemoteFolder
from ai_vs_human.errors import StorageError
from ai_vs_human.runs.checkpoints import CHECKPOINTS, RESUME_POINT, RESUME_POINT_BEFORE
from ai_vs_human.runs.heartbeat import HEARTBEAT_NAME
from ai_vs_human.runs.mirror.local_files import Mark, files_of, mark_of, take_in
from ai_vs_human.runs.result import RESULT_NAME, read_result
from ai_vs_human.runs.stored import has_begun

log = logging.getLogger(__name__)

KEY: Final = "paths.mirror"
"""What names the address in a config."""

_NEWEST: Final = f"{CHECKPOINTS}/{RESUME_POINT}"
_BEFORE: Final = f"{CHECKPOINTS}/{RESUME_POINT_BEFORE}"
_OTHERS: Final = ("model/", "logs/")
"""What a Vertex AI job keeps beside the copy (AIP_MODEL_DIR, AIP_TENSORBOARD_LOG_DIR)."""


class RunCopy:
    """A run's folder here, and its copy at an address.

    Whenever this process is killed, the copy is a state that the run goes on from exactly, as the
    folder is: a resume point is there only after all that it refers to, the newest never replaces
    the only whole one, a result after what it tells of, and what is gone here goes there last.
    Files are known by inode, size and time; only changed ones are copied. Hidden files (locks,
    partial files) and links are not.

    Args:
        folder: of the run, on a disk that has hard links.
        address: of the copy.

    Raises:
        StorageError: if the address cannot be used.
    """

    def __init__(self, folder: Path, address: str) -> None:
        self.folder = folder
        self.address = address
        self.there = RemoteFolder(address, KEY)
        self._known: dict[str, Mark] = {}
        self._lock = Lock()

    def restore(self) -> None:
        """Fetch every file, the result last: a folder without one is fetched again.

        Raises:
            StorageError: if one cannot be fetched.
        """
        try:
            names = [name for name in self.there.names() if _is_of_a_run(name)]
            for name in sorted(names, key=lambda name: name == RESULT_NAME):
                take_in(self.there, name, self.folder)
                self._known[name] = mark_of(self.folder / name)
        except OSError as error:
            raise StorageError(
                f"expected a run's folder to fetch, but got: {error} ({self.address})",
                hint="the same command again fetches the rest",
            ) from error
        log.info("%d files of this run come from %s", len(names), self.address)

    def copy(self, *, while_running: bool = False) -> None:
        """Copy what has changed, and remove what is gone; nothing before the run has begun.

        Args:
            while_running: leave an ended run alone. Its last files are still being written, and
                its resume points may be gone before its result is copied.

        Raises:
            StorageError: if the copy is not complete; it names what is not there.
        """
        with self._lock, self._held() as held:
            if RESULT_NAME not in held or not has_begun(self.folder):
                return
            if while_running and read_result(held[RESULT_NAME].parent).status != "running":
                return
            here = files_of(self.folder) | held
            here.pop(HEARTBEAT_NAME, None)
            self._bring_all({name: here[name] for name in self._in_order(here)})
            self._remove(set(self._known) - here.keys() - {HEARTBEAT_NAME})

    def copy_heartbeat(self) -> None:
        """Copy the sign of life, or remove it with the one here.

        Raises:
            StorageError: if it cannot be copied or removed.
        """
        path = self.folder / HEARTBEAT_NAME
        if path.is_file():
            self._bring_all({HEARTBEAT_NAME: path})
        else:
            self._remove({HEARTBEAT_NAME} & self._known.keys())

    @contextmanager
    def _held(self) -> Iterator[dict[str, Path]]:
        """Hard links to checkpoints and result as they are at one instant, by name.

        Points are taken first, then what they refer to, and last the result: where it says that
        the run goes on, no point was gone because the run had ended.
        """
        held: dict[str, Path] = {}
        home = self.folder / ".mirror"
        shutil.rmtree(home, ignore_errors=True)  # of a killed process
        try:
            home.mkdir()
            for name in (_NEWEST, _BEFORE, *self._other_checkpoints(), RESULT_NAME):
                with suppress(FileNotFoundError):
                    os.link(self.folder / name, home / Path(name).name)
                    held[name] = home / Path(name).name
        except OSError as error:
            raise StorageError(
                f"expected a disk with room and hard links, but got: {error} ({self.folder})",
                hint="hydra.run.dir=<a folder on a disk of this machine>",
            ) from error
        try:
            yield held
        finally:
            shutil.rmtree(home, ignore_errors=True)

    def _other_checkpoints(self) -> Iterator[str]:
        """Those that are no points, listed when asked for."""
        for path in (self.folder / CHECKPOINTS).glob("[!.]*"):
            name = f"{CHECKPOINTS}/{path.name}"
            if path.is_file() and name not in {_NEWEST, _BEFORE}:
                yield name

    def _in_order(self, here: dict[str, Path]) -> list[str]:
        """Resume points last, and of those first the one that is not known to be whole there."""
        points = [_BEFORE, _NEWEST] if _NEWEST in self._known else [_NEWEST, _BEFORE]
        last = [name for name in (RESULT_NAME, *points) if name in here]
        return [*sorted(here.keys() - set(last)), *last]

    def _bring_all(self, files: dict[str, Path]) -> None:
        for name, path in files.items():
            try:
                self._bring(name, path)
            except OSError as error:
                missing = [n for n, p in files.items() if p.exists() and self._lacks(n, p)]
                raise StorageError(
                    f"expected a copy of the run's folder, but got one without"
                    f" {', '.join(missing)}: {error} ({self.address})",
                    hint="the same command again copies what is missing",
                ) from error

    def _lacks(self, name: str, path: Path) -> bool:
        return self._known.get(name) != mark_of(path)

    def _bring(self, name: str, path: Path) -> None:
        try:
            mark = mark_of(path)
            if self._known.get(name) == mark:
                return
            self._known.pop(name, None)  # half of it may be there if this fails
            if name == _BEFORE and self._known.get(_NEWEST) == mark:
                self.there.copy(_NEWEST, _BEFORE)
            else:
                self.there.put(path, name)
        except FileNotFoundError:
            if path.exists():
                raise
            return  # it has gone here meanwhile
        self._known[name] = mark

    def _remove(self, names: set[str]) -> None:
        for name in sorted(names):
            try:
                self.there.remove(name)
            except OSError as error:
                raise StorageError(
                    f"expected a copy of the run's folder, but got one with {name}, which cannot"
                    f" be removed: {error} ({self.address})"
                ) from error
            del self._known[name]


def _is_of_a_run(name: str) -> bool:
    """Whether a run's folder has such a file: none that is hidden, nor `..`."""
    hidden = any(part.startswith(".") for part in name.split("/"))
    return not hidden and name != HEARTBEAT_NAME and not name.startswith(_OTHERS)
