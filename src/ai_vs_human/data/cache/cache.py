"""Images to their decoded pixels in a file: opened where they are, made once where there is room.

A cache is a folder that gets its name when it is complete. Who builds one holds its lock, and
others wait: the lock ends with its process, and what a killed build leaves is removed.
"""

import logging
import shutil
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from ai_vs_human.data.cache.pixels import CachedPixels
from ai_vs_human.data.cache.plan import Plan
from ai_vs_human.data.cache.published import Published
from ai_vs_human.data.cache.room import GIB, PARTIAL, Room, lock_of
from ai_vs_human.data.cache.uses import begin_use
from ai_vs_human.data.cache.write import DESCRIPTION, begin_cache, write_cache
from ai_vs_human.data.manifest import Manifest

log = logging.getLogger(__name__)

_KEY_CHARACTERS: Final = 16


class DecodedCache:
    """The open cache of a plan; nobody removes it until it is closed or its process ends."""

    def __init__(self, published: Published, use: FileLock) -> None:
        self._published = published
        self._use = use

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return self._published.folder

    def of(self, manifest: Manifest) -> CachedPixels:
        """The images of a manifest, by row; its records must be among the plan's."""
        return self._published.of(manifest)

    def close(self) -> None:
        """Let others remove it."""
        self._use.release()


class Caches:
    """The caches in one folder.

    Args:
        folder: of the caches; made when first needed.
        gib: what all of them may take together, in GiB; 0 for no caches.
        margin_gib: what must stay free on the disk, in GiB.
    """

    def __init__(self, folder: Path, gib: float, margin_gib: float = 1.0) -> None:
        self._folder = folder
        self._gib = gib
        self._margin_gib = margin_gib

    def open(self, plan: Plan, *, build: bool = True) -> DecodedCache | None:
        """The cache of a plan, or None, with a message, where there can be none.

        Args:
            plan: what it holds.
            build: make it where it is missing; False returns None then.

        Raises:
            DataError: if an image cannot be read any more, or has changed since it was listed.
        """
        folder = self._folder / plan.key[:_KEY_CHARACTERS]
        if self._gib == 0 or not (build or folder.exists()):
            return None
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with _held(lock_of(folder)):
                published = _find(folder, plan) or (build and self._build(folder, plan))
                return _used(published) if published else None
        except OSError as error:
            log.warning(
                "decoded images cannot be kept (%s): they are decoded again in each epoch\n"
                "hint: data.cache_gib=0, or paths.cache_dir=<a folder that you may write to>",
                error,
            )
            return None

    def _build(self, folder: Path, plan: Plan) -> Published | None:
        partial = folder.with_name(folder.name + PARTIAL)
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(partial, ignore_errors=True)
        if not self._begin(partial, plan):
            return None
        images, size = len(plan.records), plan.bytes / GIB
        log.info("decoding %s images once, into %.2f GiB below %s", f"{images:,}", size, folder)
        try:
            write_cache(plan, partial)
            partial.rename(folder)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
        return Published(folder, plan)

    def _begin(self, partial: Path, plan: Plan) -> bool:
        room = Room(self._folder, self._gib, self._margin_gib)
        with FileLock(self._folder / "room.lock"):  # else two would take the same room
            fault = room.make(plan.bytes, partial.name.removesuffix(PARTIAL))
            if fault is None:
                begin_cache(plan, partial)
                return True
        log.warning(
            "no cache of decoded images: %s; they are decoded again in each epoch\n"
            "hint: data.cache_gib=%d allows it, data.cache_gib=0 does without;"
            " paths.cache_dir=<folder> is another disk",
            fault,
            -(-plan.bytes // GIB),
        )
        return False


def _held(lock: FileLock) -> AbstractContextManager[object]:
    """The lock for a while, as soon as nobody else has it."""
    try:
        return lock.acquire(timeout=0)
    except Timeout:
        log.info("another process decodes these images: waiting for it (%s)", lock.lock_file)
        return lock.acquire()


def _find(folder: Path, plan: Plan) -> Published | None:
    try:
        return Published(folder, plan)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        log.warning("%s is damaged (%s): its images are decoded again", folder, error)
        return None


def _used(published: Published) -> DecodedCache:
    (published.folder / DESCRIPTION).touch()  # the least recently used go first
    return DecodedCache(published, begin_use(published.folder))
