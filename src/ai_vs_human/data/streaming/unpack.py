"""A set of shards to one file an image: all of them, or none that anybody trusts."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from filelock import FileLock
from rich.console import Console
from rich.progress import track

from ai_vs_human.data.manifest import Record
from ai_vs_human.data.streaming.files import GIB, ShardFiles
from ai_vs_human.data.streaming.reader import ShardReader
from ai_vs_human.errors import DataError

_UNPACKED: Final = "images"


def unpack(files: ShardFiles, records: Sequence[Record]) -> Path:
    """The folder that the records' paths are relative to; made when first asked for.

    Args:
        files: of the set.
        records: in the order of its rows.

    Raises:
        DataError: if the disk is too small.
        StorageError: if a chunk cannot be fetched.
    """
    whole = files.place / _UNPACKED
    if not whole.exists():
        with FileLock(f"{whole}.lock"):
            if not whole.exists():  # another process may have been quicker
                _check_room(files)
                partial = files.place / f"{_UNPACKED}.partial"
                shutil.rmtree(partial, ignore_errors=True)
                _write(files, records, partial)
                partial.rename(whole)
    return whole


def _check_room(files: ShardFiles) -> None:
    needed = sum(stored.size for stored in files.shard_set.files.values())
    free = shutil.disk_usage(files.place).free
    if needed > free:
        raise DataError(
            f"expected room for {needed / GIB:,.1f} GiB, but got {free / GIB:,.1f} GiB"
            f" ({files.place})",
            hint="data.streaming=true reads the shards without unpacking them",
        )


def _write(files: ShardFiles, records: Sequence[Record], place: Path) -> None:
    reader = ShardReader(files, open_chunks=1)
    console = Console(stderr=True)
    shown = track(records, "unpacking shards", console=console, disable=not console.is_terminal)
    for row, record in enumerate(shown):
        path = place / record.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(reader(row))
