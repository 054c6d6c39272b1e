"""An output folder on a disk to the listings, files and removals that the registry asks for."""

import errno
import os
import shutil
import stat
from collections.abc import Hashable
from pathlib import Path
from typing import Final

from ai_vs_human.errors import CheckpointError
from ai_vs_human.runs.registry.storage import RESULT_BYTES, RUN_ID
from ai_vs_human.runs.result import RESULT_NAME

_RUN_DEPTH: Final = 2
"""`<task>/<run>`: nothing above that is ever removed."""


class LocalStorage:
    """Runs on a disk."""

    def __init__(self, root: str) -> None:
        """Take over a folder.

        Raises:
            CheckpointError: if it is none.
        """
        self.root = root.rstrip("/") or "/"
        if not os.path.isdir(root):  # noqa: PTH112 -- Path.is_dir raises for a loop of links in 3.11
            raise CheckpointError(
                f"expected a folder of runs, but got {root!r}, which is none (--dir)",
                hint="python train.py, or --dir=<the output folder of your runs>",
            )

    def folders(self, folder: str) -> dict[str, Hashable]:
        """The folders right below one; links come last, so that each folder keeps its own name."""
        with os.scandir(folder) as listed:
            entries = [entry for entry in listed if not entry.name.startswith(".")]
        entries.sort(key=lambda entry: (entry.is_symlink(), entry.name))
        keys = {f"{folder}/{entry.name}": _identity(entry) for entry in entries}
        return {path: key for path, key in keys.items() if key is not None}

    def names(self, folder: str) -> set[str]:
        """What lies right below a folder."""
        if os.path.islink(folder) and not os.path.exists(folder):  # noqa: PTH110, PTH114 -- Path's raise for loops in 3.11
            raise OSError(errno.EIO, "a link that leads nowhere", folder)
        return set(os.listdir(folder))  # noqa: PTH208 -- a Path for each name costs time

    def read(self, path: str) -> bytes:
        """A regular file's content; a named pipe or a device would never end."""
        with open(path, "rb", opener=_without_waiting) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise OSError(errno.EINVAL, "Not a regular file", path)
            if status.st_size > RESULT_BYTES and path.endswith(f"/{RESULT_NAME}"):
                raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), path)
            return file.read()

    def sizes(self, folder: str) -> dict[str, int]:
        """Bytes by relative path; links are not followed, what vanishes meanwhile is left out."""
        found = {}
        for parent, _, names in os.walk(folder):
            for name in names:
                path = Path(parent, name)
                try:
                    found[path.relative_to(folder).as_posix()] = path.lstat().st_size
                except FileNotFoundError:
                    continue
        return found

    def remove(self, folder: str) -> None:
        """Remove a folder of a run; one that a link leads to stays."""
        parts = folder.removeprefix(f"{self.root}/").split("/")
        expected = "/".join([os.path.realpath(self.root), *parts])
        real = os.path.realpath(folder)
        if Path(real) != Path(expected) or len(parts) < _RUN_DEPTH:
            raise CheckpointError(
                f"expected a run's folder inside {self.root}, but got {folder}, which is {real}",
                hint="remove what links lead to by hand",
            )
        shutil.rmtree(folder)


def _identity(entry: os.DirEntry[str]) -> Hashable | None:
    """Device and inode of a folder; None for what is none."""
    try:
        if _is_folder(entry):
            status = Path(entry.path).stat()
        elif entry.is_symlink() and RUN_ID.fullmatch(entry.name):
            status = Path(entry.path).lstat()  # leads nowhere: perhaps the run's disk is away
        else:
            return None
    except OSError:  # it just vanished
        return None
    return status.st_dev, status.st_ino


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a loop of links
        return False


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
