"""An output folder at any fsspec URL to the listings, files and removals of the registry."""

import errno
import os
from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from typing import Any

import fsspec  # type: ignore[import-untyped] # -- it ships no types

from ai_vs_human.cloud.os_errors import as_os_errors
from ai_vs_human.errors import CheckpointError
from ai_vs_human.runs.registry.storage import RESULT_BYTES
from ai_vs_human.runs.result import RESULT_NAME


class RemoteStorage:
    """Runs in a bucket: one listing for each task, and all results in one volley."""

    def __init__(self, url: str, tasks: Sequence[str]) -> None:
        """List the folders of the tasks below the URL, and fetch every result.

        Raises:
            CheckpointError: if the URL cannot be used, or nothing is there.
        """
        self.root = url.rstrip("/")
        self._system, self._base = _connect(self.root)
        try:
            self._sizes = self._listing(tasks)
            self._results = self._fetch(
                path
                for path, size_bytes in self._sizes.items()
                if _is_result(path) and size_bytes <= RESULT_BYTES
            )
        except OSError as error:
            raise CheckpointError(
                f"expected a folder of runs, but got {url}, which cannot be listed: {error} (--dir)"
            ) from error
        self._names, self._folders = _tree(self._sizes)
        if not self._sizes:
            raise CheckpointError(
                f"expected a folder of runs, but got {url}, where there is none (--dir)",
                hint="--dir=<the paths.output_dir of your runs>",
            )

    def _listing(self, tasks: Sequence[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for task in tasks:
            with as_os_errors():
                listed = self._system.find(f"{self._base}/{task}", detail=True)
            found |= {self._shown(path): info["size"] or 0 for path, info in listed.items()}
        return found

    def _fetch(self, paths: Iterator[str]) -> dict[str, Any]:
        """Content, or what went wrong, by path."""
        stored = [self._stored(path) for path in paths]
        if not stored:
            return {}  # fsspec refuses to fetch nothing
        with as_os_errors():
            fetched = self._system.cat(stored, on_error="return")
        return {self._shown(path): content for path, content in fetched.items()}

    def _stored(self, path: str) -> str:
        return self._base + path.removeprefix(self.root)

    def _shown(self, path: str) -> str:
        return self.root + path.removeprefix(self._base)

    def folders(self, folder: str) -> dict[str, Hashable]:
        """The folders right below one; no bucket has links."""
        names = sorted(self._names[folder])
        paths = [f"{folder}/{name}" for name in names if not name.startswith(".")]
        return {path: path for path in paths if path in self._folders}

    def names(self, folder: str) -> set[str]:
        """What lies right below a folder."""
        return self._names[folder]

    def read(self, path: str) -> bytes:
        """A file's content, as it was when the storage was opened if it is a result."""
        if path not in self._sizes:
            raise FileNotFoundError(path)
        if _is_result(path) and path not in self._results:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), path)
        with as_os_errors():
            content = self._results.get(path)
            if isinstance(content, Exception):
                raise content
            read: bytes = self._system.cat_file(self._stored(path)) if content is None else content
        return read

    def sizes(self, folder: str) -> dict[str, int]:
        """Bytes by relative path."""
        start = f"{folder}/"
        return {
            path.removeprefix(start): size
            for path, size in self._sizes.items()
            if path.startswith(start)
        }

    def remove(self, folder: str) -> None:
        """Remove all that was listed below a folder."""
        with as_os_errors():
            self._system.rm([self._stored(f"{folder}/{name}") for name in self.sizes(folder)])


def _is_result(path: str) -> bool:
    return path.endswith(f"/{RESULT_NAME}")


def _connect(url: str) -> tuple[Any, str]:
    """The file system of a URL, and the path in it."""
    scheme = url.partition("://")[0]
    try:
        with as_os_errors():
            system, path = fsspec.core.url_to_fs(url)
    except OSError as error:
        missing = isinstance(error.__cause__, ImportError)
        raise CheckpointError(
            f"expected a URL that can be read, but got {url}: {error} (--dir)",
            hint="uv sync --extra data" if missing else f"is {scheme} one that fsspec knows?",
        ) from error
    return system, path.rstrip("/")


def _tree(paths: Sequence[str] | dict[str, int]) -> tuple[dict[str, set[str]], set[str]]:
    """What lies right below each folder, and which of that are folders."""
    names: dict[str, set[str]] = defaultdict(set)
    for path in paths:
        parent, _, name = path.rpartition("/")
        while name and name not in names[parent]:
            names[parent].add(name)
            parent, _, name = parent.rpartition("/")
    return names, set(names)
