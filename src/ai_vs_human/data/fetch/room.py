"""A number of bytes to a refusal where the disk has no room for them."""

import shutil
from pathlib import Path

from ai_vs_human.errors import StorageError

_GB = 1e9


def check_room(folder: Path, size: int, what: str) -> None:
    """Refuse what does not fit, before any of it is written.

    Args:
        folder: where it is to go.
        size: in bytes.
        what: is to be written, for the message.

    Raises:
        StorageError: if the disk has less room.
    """
    free = shutil.disk_usage(folder).free
    if size > free:
        raise StorageError(
            f"expected room for {size / _GB:,.1f} GB ({what}), but got {free / _GB:,.1f} GB"
            f" ({folder})",
            hint="paths.cache_dir=<a folder on a larger disk>",
        )
