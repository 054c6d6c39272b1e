"""A set of shards to a manifest: to stream from, or unpacked into files once."""

from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ai_vs_human.data.manifest import Manifest
from ai_vs_human.data.streaming.files import ShardFiles
from ai_vs_human.data.streaming.library import check_library
from ai_vs_human.data.streaming.shard_set import IMAGES
from ai_vs_human.data.streaming.table import read_table
from ai_vs_human.data.streaming.unpack import unpack
from ai_vs_human.errors import ConfigError, DataError

_HINT: Final = (
    "python scripts/shards.py data=… output=<folder or gs://…>, then data.root=<the same>"
)


class ShardSource:
    """The images of a set of shards.

    Args:
        root: a folder, or an address such as `gs://bucket/shards`.
        cache_dir: where fetched chunks and unpacked files are kept.
        streaming: read images out of the chunks; False unpacks all of them into files.
        cache_gib: what fetched chunks may take, in GiB.
        window_chunks: how many chunks are shuffled together.

    Raises:
        ConfigError: if a number is out of range.
    """

    def __init__(
        self,
        root: str | None,
        cache_dir: Path,
        *,
        streaming: bool = True,
        cache_gib: float = 20.0,
        window_chunks: int = 4,
    ) -> None:
        if window_chunks < 1:
            raise ConfigError(
                f"expected at least 1, but got {window_chunks} (data.window_chunks)",
                hint="data.window_chunks=4",
            )
        self.root: Final = root
        self.streaming: Final = streaming
        self.window_chunks: Final = window_chunks
        self._cache_dir = cache_dir
        self._cache_gib = cache_gib

    def prepare(self) -> Manifest:
        """List the images; what is in their files is known, and no chunk is fetched to see.

        Raises:
            DataError: if there is no whole set, or no room to unpack it.
            StorageError: if the address cannot be read, or litdata is not installed.
        """
        check_library()
        records, facts = read_table(self.files.path(IMAGES))
        for record in records:
            path = PurePosixPath(record.path)
            if path.is_absolute() or ".." in path.parts or not record.path:
                raise DataError(
                    f"expected paths below a folder, but got {record.path!r}"
                    f" ({self.files.address}/{IMAGES})",
                    hint=_HINT,
                )
        root = self.files.place if self.streaming else unpack(self.files, records)
        self._rows.update((record.id, row) for row, record in enumerate(records))
        return Manifest(root, records, (), facts)

    @cached_property
    def files(self) -> ShardFiles:
        """Where the set lies.

        Raises:
            DataError: if there is no whole set.
        """
        if self.root is None:
            raise DataError("expected shards, but got no address (data.root)", hint=_HINT)
        return ShardFiles(self.root, self._cache_dir, self._cache_gib)

    def rows(self, manifest: Manifest) -> NDArray[np.int64]:
        """Where in the set each image of a stage is, from 0, in the stage's order."""
        rows = self._rows
        return np.array([rows[record.id] for record in manifest.records], dtype=np.int64)

    @cached_property
    def _rows(self) -> dict[str, int]:
        """Filled by `prepare`."""
        return {}
