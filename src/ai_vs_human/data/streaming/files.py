"""Names of a set's files to whole files on this disk: fetched when needed, within a bound."""

import hashlib
import os
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from filelock import FileLock
from fsspec.utils import get_protocol  # type: ignore[import-untyped] # -- it ships no types

from ai_vs_human.cloud.remote_folder import RemoteFolder
from ai_vs_human.data.streaming.shard_set import SHARDS, ShardSet
from ai_vs_human.errors import DataError, StorageError

GIB: Final = 2**30
_CHUNKS: Final = "*/chunk-*.bin"
_TOUCH_SECONDS: Final = 10.0
_DOWNLOADS: Final = 4


class ShardFiles:
    """The files of one set, for any number of processes at once.

    A folder on this machine is read in place. Of another address, a file is fetched under a lock
    into a name of its own, compared with its SHA-256 and only then renamed: what a killed process
    leaves is never taken for a file. The chunks unused for longest make room for others.

    Args:
        address: a folder, or an address such as `gs://bucket/shards`.
        cache_dir: where fetched files are kept.
        cache_gib: what chunks of all sets may take there together, in GiB.

    Raises:
        DataError: if there is no whole set.
        StorageError: if the address cannot be read.
    """

    def __init__(self, address: str, cache_dir: Path, cache_gib: float) -> None:
        self._folder: tuple[int, RemoteFolder] | None = None
        self._ahead: ThreadPoolExecutor | None = None
        self.address: Final = address.rstrip("/")
        self.is_remote: Final = get_protocol(address) not in {"file", "local"}
        self.cache_bytes: Final = int(cache_gib * GIB)
        found = ShardSet.at(self._remote())
        if found is None:
            raise DataError(
                f"expected a whole set of shards, but got none in {address} (data.root)",
                hint="python scripts/shards.py data=… output=<folder or gs://…> writes one",
            )
        self.shard_set: Final = found
        self._kept: Final = cache_dir / "shards"
        key = hashlib.sha256(found.dump()).hexdigest()[:16]
        self.place: Final = self._kept / key
        self.place.mkdir(parents=True, exist_ok=True)

    def path(self, name: str) -> Path:
        """A whole file of the set.

        Raises:
            StorageError: if it cannot be fetched, or is not what the set lists.
        """
        if not self.is_remote:
            return self._in_place(name)
        path = self.place / name
        if not self._is_whole(path):
            with FileLock(f"{path}.lock"):
                if not self._is_whole(path):  # another process may have been quicker
                    self._fetch(path)
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > _TOUCH_SECONDS:
                os.utime(path)  # the least recently used go first
        return path

    def fetch_ahead(self, names: Iterable[str]) -> None:
        """Begin to fetch what is needed soon; whoever needs it will meet what goes wrong."""
        missing = [name for name in names if not self._is_whole(self.place / name)]
        if not self.is_remote or not missing:
            return
        if self._ahead is None:
            self._ahead = ThreadPoolExecutor(_DOWNLOADS, thread_name_prefix="shards")
        for name in missing:
            self._ahead.submit(self.path, name)

    def __getstate__(self) -> dict[str, Any]:
        """Without what belongs to a process: connections and threads."""
        return {**self.__dict__, "_folder": None, "_ahead": None}

    def _remote(self) -> RemoteFolder:
        """This process's own connections: those of the process it was forked from are not."""
        if self._folder is None or self._folder[0] != os.getpid():
            self._folder = (os.getpid(), RemoteFolder(self.address, "data.root"))
        return self._folder[1]

    def _in_place(self, name: str) -> Path:
        path = Path(self.address.removeprefix("file://")).expanduser() / name
        if not self._is_whole(path):
            raise self._refusal(name, "a file that is cut off or missing")
        return path

    def _is_whole(self, path: Path) -> bool:
        """A rename made it so; the size tells whether anybody has touched it since."""
        try:
            return path.stat().st_size == self.shard_set.files[path.name].size
        except OSError:
            return False

    def _fetch(self, path: Path) -> None:
        partial = path.with_name(f"{path.name}.partial")
        try:
            self._remote().get(path.name, partial)
            with partial.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                os.fsync(file.fileno())
            if digest != self.shard_set.files[path.name].sha256:
                raise self._refusal(path.name, "other bytes")
            self._make_room(partial.stat().st_size)
            partial.replace(path)
        except OSError as error:
            raise StorageError(
                f"expected {path.name} to be fetched, but got {error} ({self.address})",
                hint="the same command again goes on where it stopped: resume=latest",
            ) from error
        finally:
            partial.unlink(missing_ok=True)

    def _make_room(self, size: int) -> None:
        """Remove chunks unused for longest; whoever has one open keeps what he has open."""
        kept = []
        for path in self._kept.glob(_CHUNKS):
            with suppress(FileNotFoundError):  # another process makes room, too
                status = path.stat()
                kept.append((status.st_mtime, status.st_size, path))
        total = size + sum(one for _, one, _ in kept)
        for _, one, path in sorted(kept):
            if total <= self.cache_bytes:
                return
            path.unlink(missing_ok=True)
            total -= one

    def _refusal(self, name: str, got: str) -> StorageError:
        return StorageError(
            f"expected {name} as {SHARDS} lists it, but got {got} ({self.address})",
            hint="python scripts/shards.py data=… output=<another folder> writes the set again",
        )
