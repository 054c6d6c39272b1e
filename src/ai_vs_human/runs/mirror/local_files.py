"""A run's folder on a disk to its files, what tells that one has changed, and room for new ones."""

import os
from pathlib import Path

from ai_vs_human.cloud.remote_folder import RemoteFolder

Mark = tuple[int, int, int]
"""Inode, bytes and nanoseconds of a file: other ones are another content."""


def mark_of(path: Path) -> Mark:
    """What a file's content is known by.

    Raises:
        OSError: if there is no such file.
    """
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns


def files_of(folder: Path) -> dict[str, Path]:
    """Every regular file below a folder by its relative path, hidden ones and links left out."""
    found: dict[str, Path] = {}
    for parent, below, names in os.walk(folder):
        below[:] = [name for name in below if not name.startswith(".")]
        for name in names:
            path = Path(parent, name)
            if not name.startswith(".") and not path.is_symlink():
                found[path.relative_to(folder).as_posix()] = path
    return found


def take_in(source: RemoteFolder, name: str, folder: Path) -> None:
    """Fetch a file, all or nothing.

    A log at the top is being written by this process: what earlier ones wrote goes before it.

    Raises:
        OSError: if it cannot be fetched or written.
    """
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    source.get(name, partial)
    if path.exists() and path.parent == folder and path.suffix == ".log":
        _put_before(partial.read_bytes(), path)
        partial.unlink()
    else:
        partial.replace(path)


def _put_before(earlier: bytes, log: Path) -> None:
    with log.open("r+b") as file:  # in place: its writer appends to it
        since = file.read()
        if not since.startswith(earlier):
            file.seek(0)
            file.write(earlier + since)
