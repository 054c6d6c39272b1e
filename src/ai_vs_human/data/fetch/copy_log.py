"""Which version of each file was fetched to a log of lines, and back."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ai_vs_human.cloud.remote_folder import RemoteFile

_WHOLE: Final = "whole"
_LOG: Final = "fetched.jsonl"


class CopyLog:
    """What a folder of copies holds; a line that was cut off, or is of another file, says nothing.

    Args:
        home: the folder that the log lies in.
    """

    def __init__(self, home: Path) -> None:
        self._path = home / _LOG
        self._mark = home / _WHOLE

    @property
    def is_whole(self) -> bool:
        """Whether the last fetch came to its end."""
        return self._mark.exists()

    def load(self, files: Path) -> dict[str, RemoteFile]:
        """The files that lie as they were fetched, by name.

        Args:
            files: the folder of the copies.
        """
        if not self._path.exists():
            return {}
        found = {}
        for line in self._path.read_text(encoding="utf-8").splitlines():
            try:
                name, size, version, mtime_ns = json.loads(line)
                status = (files / name).stat()
            except (ValueError, TypeError, OSError):
                continue
            if (status.st_size, status.st_mtime_ns) == (size, mtime_ns):
                found[name] = RemoteFile(size, version)
            else:
                found.pop(name, None)
        return found

    def begin(self) -> None:
        """Say that the copy is not whole, and let the next line begin as one."""
        self._mark.unlink(missing_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write("\n")

    def add(self, files: Path, name: str, file: RemoteFile) -> None:
        """Say that a file was fetched."""
        with self._path.open("a", encoding="utf-8") as log:
            log.write(_line(files, name, file))

    def end(self, files: Path, all_files: Mapping[str, RemoteFile]) -> None:
        """Say that the copy is whole, with a line for each file."""
        partial = self._path.with_name(f"{_LOG}.partial")
        partial.write_text(
            "".join(_line(files, name, file) for name, file in all_files.items()), encoding="utf-8"
        )
        partial.replace(self._path)
        self._mark.touch()


def _line(files: Path, name: str, file: RemoteFile) -> str:
    mtime_ns = (files / name).stat().st_mtime_ns
    return json.dumps([name, file.size, file.version, mtime_ns]) + "\n"
