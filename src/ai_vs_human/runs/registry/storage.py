"""What the registry asks of the place where runs are kept: a local folder or a bucket."""

import re
from collections.abc import Hashable
from typing import Final, Protocol, runtime_checkable

RUN_ID: Final = re.compile(r"\d{8}-\d{6}-[0-9a-f]{6,8}(-\d+)?")
"""Ids that runs give themselves; a sweep's jobs add their number."""


RESULT_BYTES: Final = 10_000_000
"""A larger file is no result of ours, whatever its name."""


@runtime_checkable
class Storage(Protocol):
    """An output folder. Every path begins with `root`, as the user wrote it, and uses `/`."""

    root: str

    def folders(self, folder: str) -> dict[str, Hashable]:
        """The folders right below one, hidden ones left out, and what tells them apart.

        Two paths that links lead from to one folder have the same value.

        Raises:
            OSError: if it cannot be listed.
        """

    def names(self, folder: str) -> set[str]:
        """What lies right below a folder.

        Raises:
            OSError: if it cannot be listed.
        """

    def read(self, path: str) -> bytes:
        """A file's content.

        Raises:
            OSError: if it cannot be read, or is a result above RESULT_BYTES; FileNotFoundError if
                there is none.
        """

    def sizes(self, folder: str) -> dict[str, int]:
        """Bytes of every file below a folder, by its path relative to it."""

    def remove(self, folder: str) -> None:
        """Remove a folder of a run, or one inside it, with all that is in it.

        Raises:
            CheckpointError: if it is not truly inside `root`.
            OSError: if it cannot be removed.
        """
