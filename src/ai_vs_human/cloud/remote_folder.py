"""An address such as `gs://bucket/runs/7` to a folder whose files come and go by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import fsspec  # type: ignore[import-untyped] # -- it ships no types
from fsspec.implementations.local import LocalFileSystem  # type: ignore[import-untyped] # -- as above

from ai_vs_human.cloud.os_errors import as_os_errors
from ai_vs_human.errors import StorageError

_VERSIONS: Final = ("generation", "etag", "ETag", "mtime", "LastModified", "updated", "created")
"""What file systems call that which is another when a file's content is, the surest first."""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """What an address tells of one file.

    Attributes:
        size: in bytes.
        version: another for another content; empty where nobody tells.
    """

    size: int
    version: str


class RemoteFolder:
    """A folder at any address that fsspec knows.

    A file's name is its path relative to the folder, with `/`. A bucket shows a file only when it
    is whole, and so does a folder on a disk here; of other places nobody knows.

    Args:
        address: a URL, or a path.
        key: of the config that names the address, for messages.

    Raises:
        StorageError: if no file system can be made for the address.
    """

    def __init__(self, address: str, key: str) -> None:
        self.address = address.rstrip("/")
        try:
            with as_os_errors():
                self._system, base = fsspec.core.url_to_fs(self.address)
        except OSError as error:
            missing = isinstance(error.__cause__, ImportError)
            raise StorageError(
                f"expected an address that can be reached, but got {address}: {error} ({key})",
                hint="uv sync --extra vertex" if missing else f"{key}=gs://<bucket>/<folder>",
            ) from error
        self._base = str(base).rstrip("/")
        self._is_local = isinstance(self._system, LocalFileSystem)

    def names(self) -> list[str]:
        """Every file below the folder; none where there is no such folder.

        Raises:
            OSError: if it cannot be listed.
        """
        return sorted(self.files())

    def files(self) -> dict[str, RemoteFile]:
        """Every file below the folder, by name; none where there is no such folder.

        Raises:
            OSError: if it cannot be listed.
        """
        with as_os_errors():
            self._system.invalidate_cache()
            try:
                found = self._system.find(self._base, detail=True)
            except FileNotFoundError:
                return {}
        names = {path.removeprefix(f"{self._base}/"): info for path, info in found.items()}
        return {name: _told(info) for name, info in sorted(names.items())}

    def read(self, name: str) -> bytes | None:
        """A file's content; None where there is no such file.

        Raises:
            OSError: if it cannot be read.
        """
        try:
            with as_os_errors():
                content: bytes = self._system.cat_file(self._at(name))
        except FileNotFoundError:
            return None
        return content

    def get(self, name: str, path: Path) -> None:
        """Fetch a file.

        Raises:
            OSError: if it cannot be fetched; half of it may be at the path.
        """
        with as_os_errors():
            self._system.get_file(self._at(name), str(path))

    def put(self, path: Path, name: str) -> None:
        """Store a file.

        Raises:
            OSError: if it cannot be read or stored.
        """
        stored = self._at(name)
        with as_os_errors():
            if not self._is_local:
                self._system.put_file(str(path), stored)
                return
            whole = Path(stored)
            whole.parent.mkdir(parents=True, exist_ok=True)
            partial = whole.with_name(f".{whole.name}.partial")
            self._system.put_file(str(path), str(partial))
            partial.replace(whole)

    def copy(self, old: str, new: str) -> None:
        """Give a file a second name, without a way through this machine.

        Raises:
            OSError: if it cannot be copied.
        """
        with as_os_errors():
            self._system.cp_file(self._at(old), self._at(new))

    def remove(self, name: str) -> None:
        """Remove a file, if it is there.

        Raises:
            OSError: if it cannot be removed.
        """
        try:
            with as_os_errors():
                self._system.rm_file(self._at(name))
        except FileNotFoundError:
            return

    def _at(self, name: str) -> str:
        return f"{self._base}/{name}"


def _told(info: Mapping[str, Any]) -> RemoteFile:
    version = next((str(info[key]) for key in _VERSIONS if info.get(key)), "")
    return RemoteFile(int(info["size"] or 0), version)
