"""What is known of the files below a root to a SQLite database, and back.

It only saves time: one that is damaged, locked or written by another decoder counts as empty.
Several processes may use it at once, and one that is killed leaves what it has added.
"""

import hashlib
import logging
import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from sys import intern
from typing import Any, Final, cast

import PIL

from ai_vs_human.data.index.facts import ImageFacts
from ai_vs_human.image.decode import DecodeLimits

log = logging.getLogger(__name__)

_VERSION: Final = 3
_PATIENCE_SECONDS: Final = 30.0

_FACTS: Final = {field.name: cast("type", field.type) for field in fields(ImageFacts)}
_STORED: Final = tuple(int if kind is bool else kind for kind in _FACTS.values())
_COLUMNS: Final = ("path", "stamp", "file_size", "file_mtime_ns", "reason", *_FACTS)
_CREATE: Final = (
    f"CREATE TABLE IF NOT EXISTS files ({', '.join(_COLUMNS)}, PRIMARY KEY (path)) WITHOUT ROWID"
)
_PLACES: Final = ", ".join("?" * len(_COLUMNS))
_INSERT: Final = f"INSERT OR REPLACE INTO files VALUES ({_PLACES})"  # noqa: S608 -- question marks
_READ_BACK: Final = ", ".join(name for name in _COLUMNS if name != "stamp")
_SELECT: Final = f"SELECT {_READ_BACK} FROM files WHERE stamp = ?"  # noqa: S608 -- our own names


@dataclass(frozen=True, slots=True)
class Entry:
    """What was found in a file of this size and time.

    Attributes:
        size: in bytes.
        mtime_ns: time of its last change, in nanoseconds.
        found: the image, or why there is none.
    """

    size: int
    mtime_ns: int
    found: ImageFacts | str


class IndexCache:
    """The entries of one root in a folder of caches.

    Args:
        folder: where caches are kept; made when first written to.
        root: the folder that the files lie in.
        limits: what the decoder was allowed; others may decide otherwise.
        patience_seconds: how long to wait for another process that writes.
    """

    def __init__(
        self,
        folder: Path,
        root: Path,
        limits: DecodeLimits,
        *,
        patience_seconds: float = _PATIENCE_SECONDS,
    ) -> None:
        place = str(root.resolve())
        self.path: Final = folder / f"index-{_digest(place)}.sqlite"
        # Of each row: runs with other limits share the file, and not what they found.
        self._stamp: Final = _digest(repr((_VERSION, PIL.__version__, place, astuple(limits))))
        self._patience: Final = patience_seconds
        self._writable = True

    def load(self) -> dict[str, Entry]:
        """Entries by relative path."""
        if not self.path.exists():
            return {}
        try:
            with closing(self._connect()) as database:
                rows = database.execute(_SELECT, (self._stamp,))
                return {path: _entry(*values) for path, *values in rows}
        except (sqlite3.Error, TypeError) as error:
            log.warning("%s cannot be read (%s): files are checked again", self.path, error)
            if _is_damage(error):
                self._discard()
            return {}

    def add(self, entries: Mapping[str, Entry]) -> None:
        """Write entries, all or none; where that cannot be, the next run takes longer."""
        if not entries or not self._writable:
            return
        rows = [(path, self._stamp, *_values(entry)) for path, entry in entries.items()]
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(self._connect()) as database, database:
                database.executemany(_INSERT, rows)
        except (OSError, sqlite3.Error) as error:
            self._writable = False
            log.warning("%s cannot be written (%s): the next run checks again", self.path, error)
            if _is_damage(error):
                self._discard()

    def _connect(self) -> sqlite3.Connection:
        database = sqlite3.connect(self.path, timeout=self._patience)
        try:
            database.execute(_CREATE)
        except sqlite3.Error:
            database.close()
            raise
        return database

    def _discard(self) -> None:
        # The journal first: SQLite would apply it to the database that comes next.
        for path in (self.path.with_name(f"{self.path.name}-journal"), self.path):
            with suppress(OSError):
                path.unlink(missing_ok=True)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()[:16]


def _is_damage(error: Exception) -> bool:
    """Whether waiting would not help: the others are locks, full disks and missing rights."""
    if isinstance(error, sqlite3.OperationalError):
        return error.sqlite_errorcode == sqlite3.SQLITE_ERROR  # columns of somebody else's
    return not isinstance(error, OSError)


def _values(entry: Entry) -> tuple[int | str | bytes | None, ...]:
    if isinstance(entry.found, str):
        return (entry.size, entry.mtime_ns, entry.found, *(None for _ in _FACTS))
    return (entry.size, entry.mtime_ns, None, *astuple(entry.found))


def _entry(size: int, mtime_ns: int, reason: str | None, *facts: Any) -> Entry:
    if reason is not None:
        return Entry(size, mtime_ns, reason)
    if tuple(map(type, facts)) != _STORED:
        raise TypeError("a row of other types")
    *first, name, mode, alpha, icc, exif, quality, tables, subsampling = facts
    words = intern(name), intern(mode)  # those that many files share are kept once
    flags = bool(alpha), bool(icc), bool(exif)
    values = (*first, *words, *flags, quality, intern(tables), intern(subsampling))
    return Entry(size, mtime_ns, ImageFacts(*values))
