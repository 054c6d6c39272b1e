"""A folder of caches and a bound to room for one more: the least recently used go first."""

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from ai_vs_human.data.cache.uses import is_in_use
from ai_vs_human.data.cache.write import DESCRIPTION

log = logging.getLogger(__name__)

GIB: Final = 2**30
PARTIAL: Final = ".partial"


class Room:
    """How much a folder of caches may hold.

    Args:
        folder: of the caches.
        gib: what all of them may take together, in GiB.
        margin_gib: what must stay free on the disk, in GiB.
    """

    def __init__(self, folder: Path, gib: float, margin_gib: float = 1.0) -> None:
        self._folder = folder
        self._gib = gib
        self._margin = margin_gib * GIB

    def make(self, needed: int, key: str) -> str | None:
        """Remove old caches, if that makes room for another one.

        Args:
            needed: its size, in bytes.
            key: the name of its folder, whose lock the caller holds.

        Returns:
            None when there is room, else a sentence that says what is missing.
        """
        size = f"{needed / GIB:,.2f} GiB"
        if needed > self._gib * GIB:
            return f"it needs {size}, and data.cache_gib allows {self._gib:g}"
        others = [one for one in self._oldest_first() if one.name.removesuffix(PARTIAL) != key]
        sizes = {one: _size(one) for one in others}
        if needed + self._margin > shutil.disk_usage(self._folder).free + sum(sizes.values()):
            return self._fault(size, needed, 0)  # and nothing is removed in vain
        for one in others:
            if self._fault(size, needed, sum(sizes.values())) is None:
                break
            if _remove_unused(one):
                log.info("removed the pixels in %s, unused for longest (data.cache_gib)", one)
                del sizes[one]
        return self._fault(size, needed, sum(sizes.values()))

    def _fault(self, size: str, needed: int, taken: int) -> str | None:
        if needed + taken > self._gib * GIB:
            return (
                f"it needs {size}, others that are in use take {taken / GIB:,.2f} GiB,"
                f" and data.cache_gib allows {self._gib:g} together"
            )
        free = shutil.disk_usage(self._folder).free
        if needed + self._margin > free:
            return (
                f"it needs {size}, and of the {free / GIB:,.2f} GiB that are free in"
                f" {self._folder}, {self._margin / GIB:g} stay free"
            )
        return None

    def _oldest_first(self) -> Iterator[Path]:
        """Folders of caches and what killed builds left, which counts as oldest."""
        folders = [path for path in self._folder.iterdir() if path.is_dir()]
        yield from sorted(folders, key=lambda path: (_last_use(path), path.name))


def lock_of(folder: Path) -> FileLock:
    """The lock of whoever builds, opens or removes a cache."""
    return FileLock(folder.with_name(f"{folder.name.removesuffix(PARTIAL)}.lock"))


def _remove_unused(folder: Path) -> bool:
    """Whether the folder is gone; another's that is being built or opened stays."""
    try:
        with lock_of(folder).acquire(timeout=0):
            if is_in_use(folder):
                return False
            shutil.rmtree(folder)
    except Timeout:
        return False
    return True


def _last_use(folder: Path) -> float:
    try:
        return (folder / DESCRIPTION).stat().st_mtime
    except OSError:
        return 0.0


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
