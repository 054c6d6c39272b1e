"""What is known of the files below a root to one JSON file, and back.

A file that cannot be read, or was written by another decoder, counts as empty: it only saves time.
"""

import hashlib
import json
import logging
import os
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Final

import PIL

from ai_vs_human.data.index.facts import ImageFacts
from ai_vs_human.image.decode import DecodeLimits

log = logging.getLogger(__name__)

_VERSION: Final = 1


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
    """

    def __init__(self, folder: Path, root: Path, limits: DecodeLimits) -> None:
        place = str(root.resolve())
        name = hashlib.sha256(place.encode(errors="surrogateescape")).hexdigest()[:16]
        self.path = folder / f"index-{name}.json"
        self._stamp = json.loads(
            json.dumps([_VERSION, PIL.__version__, place, astuple(limits)])  # as it is read back
        )

    def load(self) -> dict[str, Entry]:
        """Entries by relative path."""
        try:
            stored = json.loads(self.path.read_text(encoding="utf-8"))
            if stored["stamp"] != self._stamp:
                return {}
            return {path: _entry(*values) for path, values in stored["entries"].items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            log.warning("%s is damaged (%s): files are checked again", self.path, error)
            return {}

    def save(self, entries: Mapping[str, Entry]) -> None:
        """Replace the file, all or nothing; a folder that cannot be written to costs time only."""
        values = {path: _values(entry) for path, entry in entries.items()}
        partial = self.path.with_name(f"{self.path.name}.{os.getpid()}.partial")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            partial.write_text(
                json.dumps({"stamp": self._stamp, "entries": values}), encoding="utf-8"
            )
            partial.replace(self.path)
        except OSError as error:
            log.warning("%s cannot be written (%s): the next run checks again", self.path, error)


def _values(entry: Entry) -> list[int | str]:
    found = (entry.found,) if isinstance(entry.found, str) else astuple(entry.found)
    return [entry.size, entry.mtime_ns, *found]


def _entry(size: int, mtime_ns: int, first: str, *more: int | str) -> Entry:
    if not (isinstance(size, int) and isinstance(mtime_ns, int) and isinstance(first, str)):
        raise TypeError("an entry of other types")
    if not more:
        return Entry(size, mtime_ns, first)
    width, height, name = more
    if not (isinstance(width, int) and isinstance(height, int) and isinstance(name, str)):
        raise TypeError("an entry of other types")
    return Entry(size, mtime_ns, ImageFacts(first, width, height, name))
