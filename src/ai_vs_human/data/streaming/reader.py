"""A row of a set of shards to the bytes of its image's file."""

import logging
from bisect import bisect_right
from contextlib import suppress
from itertools import accumulate
from typing import Any, Final

from ai_vs_human.data.streaming.files import ShardFiles
from ai_vs_human.data.streaming.shard_set import INDEX, chunk_sizes
from ai_vs_human.errors import StorageError

_TRIES: Final = 5


class ShardReader:
    """Reads any image of a set, at any time; litdata knows the format.

    litdata fetches nothing, and decides on no order: its order depends on the number of workers,
    and its client knows neither other addresses nor emulators of Google's. It finds each chunk
    where `ShardFiles` has just put it.

    Args:
        files: of the set.
        open_chunks: how many chunks are kept open.
    """

    def __init__(self, files: ShardFiles, open_chunks: int) -> None:
        self.files: Final = files
        self._open_chunks = open_chunks
        index = files.path(INDEX)
        self._place = index.parent
        sizes = chunk_sizes(index.read_bytes())
        self.names: Final = tuple(sizes)
        self.starts: Final = tuple(accumulate(sizes.values(), initial=0))[:-1]
        self._items: Any = None

    def __call__(self, row: int) -> bytes:
        """The file of a row.

        Raises:
            StorageError: if its chunk cannot be fetched, or is taken away again and again.
        """
        name = self.names[bisect_right(self.starts, row) - 1]
        for _ in range(_TRIES):
            self.files.path(name)
            if self._items is None:
                self._items = self._opened()
            # Another process may make room for a chunk of its own before this one is open.
            with suppress(FileNotFoundError):
                return bytes(self._items[row])
        raise StorageError(
            f"expected to read {name}, but got it taken away {_TRIES} times before it was open "
            f"({self.files.place})",
            hint="data.cache_gib=<more> keeps chunks for longer where several runs share a cache",
        )

    def __getstate__(self) -> dict[str, Any]:
        """Without open chunks: they belong to a process."""
        return {**self.__dict__, "_items": None}

    def _opened(self) -> Any:
        from litdata import StreamingDataset  # noqa: PLC0415 -- optional; imports torch
        from litdata.streaming.item_loader import PyTreeLoader  # noqa: PLC0415 -- as above

        # It tells of a cache of its own, which it has none of here.
        logging.getLogger("litdata").setLevel(logging.WARNING)
        # Else it reads a whole chunk, or unpacks a part of one, for each image.
        loader = PyTreeLoader()
        loader.set_posix_fast(True, keep=self._open_chunks)
        loader.set_mmap_allowed_chunks(set(range(len(self.names))))
        return StreamingDataset(str(self._place), item_loader=loader, shuffle=False, batch_decode=0)
