"""An address such as `gs://bucket/images` to a folder of this machine with the same files.

A file counts as fetched when it lies at its place and a line of a log says which version of it that
is: the line is written last. So a copy that was killed goes on, and trusts nothing half-written.
"""

import hashlib
import logging
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path, PurePosixPath
from typing import Final

from ai_vs_human.cloud.remote_folder import RemoteFile, RemoteFolder
from ai_vs_human.data.fetch.alone import alone
from ai_vs_human.data.fetch.copy_log import CopyLog
from ai_vs_human.data.fetch.progress import shown
from ai_vs_human.data.fetch.room import check_room
from ai_vs_human.errors import DataError, StorageError
from ai_vs_human.image.decode import IMAGE_SUFFIXES

log = logging.getLogger(__name__)

_AT_ONCE: Final = 8
_WANTED: Final = IMAGE_SUFFIXES | {".csv"}


class RemoteCopy:
    """The images and CSV files below an address, in a folder of caches.

    Args:
        address: that fsspec knows, such as `gs://bucket/images`.
        cache_dir: where the copy goes, in `remote/`.
        key: of the config that names the address, for messages.
    """

    def __init__(self, address: str, cache_dir: Path, key: str = "data.root") -> None:
        self.address: Final = address.rstrip("/")
        self.home: Final = cache_dir / "remote" / place_name(self.address)
        self.files: Final = self.home / "files"
        self._key = key

    def folder(self) -> Path:
        """The copy, of which new and changed files are fetched, and vanished ones removed.

        Raises:
            StorageError: if the address cannot be reached, or a file not be fetched whole; those
                that were are not fetched again.
            DataError: if there are no images and no CSV files, or a name leads elsewhere.
        """
        with alone(self.home, self.address):
            there, wanted = CopyLog(self.home), self._listed()
            known = there.load(self.files)
            missing = {name: file for name, file in wanted.items() if known.get(name) != file}
            gone = [name for name in known if name not in wanted]
            if missing or gone or not there.is_whole:
                there.begin()
                for name in gone:
                    (self.files / name).unlink(missing_ok=True)
                self._fetch(missing, there)
                self._remove_strays(wanted)
                there.end(self.files, wanted)
        return self.files

    def _listed(self) -> dict[str, RemoteFile]:
        try:
            files = RemoteFolder(self.address, self._key).files()
        except OSError as error:
            whole = CopyLog(self.home).is_whole
            raise StorageError(
                f"expected an address that can be listed, but got {self.address}: {error}"
                f" ({self._key})",
                hint=f"without a network, take the copy of the last time: data.root={self.files}"
                if whole
                else f"look at the network and at your rights, or {self._key}=<a folder here>",
            ) from error
        wanted = {n: f for n, f in files.items() if PurePosixPath(n).suffix.lower() in _WANTED}
        for name in wanted:
            path = PurePosixPath(name)
            if path.is_absolute() or ".." in path.parts or str(path) != name:
                raise DataError(
                    f"expected names of files below the address, but got {name!r} ({self.address})",
                    hint="rename the object",
                )
        if not wanted:
            found = f"{len(files):,} other files" if files else "no files"
            raise DataError(
                f"expected images below {self.address}, but got {found} ({self._key})",
                hint=f"known endings: {', '.join(sorted(IMAGE_SUFFIXES))}",
            )
        return wanted

    def _fetch(self, missing: Mapping[str, RemoteFile], there: CopyLog) -> None:
        """Fetch files, several at a time."""
        if not missing:
            return
        size = sum(file.size for file in missing.values())
        check_room(self.home, size, self.address)
        log.info("fetching %s files of %s to %s", f"{len(missing):,}", self.address, self.files)
        folder = RemoteFolder(self.address, self._key)
        pool = ThreadPoolExecutor(_AT_ONCE)
        try:
            steps = [
                pool.submit(self._fetch_one, folder, name, file) for name, file in missing.items()
            ]
            for step in shown(as_completed(steps), "fetching images", len(steps)):
                name, file = step.result()
                there.add(self.files, name, file)
        except OSError as error:
            raise StorageError(
                f"expected each file to be fetched, but got: {error} ({self.address})",
                hint="start again: what was fetched is kept",
            ) from error
        finally:
            pool.shutdown(cancel_futures=True)

    def _fetch_one(
        self, folder: RemoteFolder, name: str, file: RemoteFile
    ) -> tuple[str, RemoteFile]:
        partial = self.home / f"{place_name(name)}.partial"
        try:
            folder.get(name, partial)
            size = partial.stat().st_size
            if size != file.size:
                raise OSError(f"{size:,} bytes of {name} instead of {file.size:,}")
            path = self.files / name
            path.parent.mkdir(parents=True, exist_ok=True)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
        return name, file

    def _remove_strays(self, wanted: Mapping[str, RemoteFile]) -> None:
        """Files that no line tells of, and folders without any."""
        for partial in self.home.glob("*.partial"):
            partial.unlink(missing_ok=True)
        for folder, path in _deepest_first(self.files):
            if path is None:
                if not any(folder.iterdir()) and folder != self.files:
                    folder.rmdir()
            elif path.relative_to(self.files).as_posix() not in wanted:
                path.unlink()


def place_name(address: str) -> str:
    """A file name for an address: its end, to be recognised by, and its hash."""
    end = "".join(c if c.isalnum() else "-" for c in address[-24:]).strip("-")
    return f"{end}-{hashlib.sha256(address.encode()).hexdigest()[:16]}"


def _deepest_first(root: Path) -> Iterator[tuple[Path, Path | None]]:
    """Each folder's files, then the folder itself with None."""
    for folder, _, names in os.walk(root, topdown=False):
        for name in names:
            yield Path(folder), Path(folder) / name
        yield Path(folder), None
