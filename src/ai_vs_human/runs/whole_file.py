"""Content to a file that is whole or not there, whenever the process is killed."""

import os
from pathlib import Path


def write_whole(path: Path, content: str | bytes) -> None:
    """Write beside the file, and rename: nobody ever reads half of it.

    Raises:
        OSError: if the disk does not take it; what was at the path stays.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.write_bytes(content.encode() if isinstance(content, str) else content)
    partial.replace(path)
