"""What is known of the files below a root to one JSON file, and back.

A file that cannot be read, or was written by another decoder, counts as empty: it only saves time.
"""

import hashlib
import json
import logging
import os
from collections.abc import Mapping
from dataclasses import asdict, astuple, dataclass, fields
from pathlib import Path
from typing import Any, Final, cast

import PIL

from ai_vs_human.data.index.facts import ImageFacts
from ai_vs_human.image.decode import DecodeLimits

log = logging.getLogger(__name__)

_VERSION: Final = 2


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
    if isinstance(entry.found, str):
        return [entry.size, entry.mtime_ns, entry.found]
    values = asdict(entry.found) | {"thumbnail": entry.found.thumbnail.hex()}
    return [entry.size, entry.mtime_ns, *values.values()]


def _entry(size: int, mtime_ns: int, first: str, *more: Any) -> Entry:
    if not (isinstance(size, int) and isinstance(mtime_ns, int) and isinstance(first, str)):
        raise TypeError("an entry of other types")
    if not more:
        return Entry(size, mtime_ns, first)
    values = dict(zip((f.name for f in fields(ImageFacts)), (first, *more), strict=True))
    facts = ImageFacts(**values | {"thumbnail": bytes.fromhex(values["thumbnail"])})
    if any(not isinstance(getattr(facts, f.name), cast("type", f.type)) for f in fields(facts)):
        raise TypeError("an entry of other types")
    return Entry(size, mtime_ns, facts)
