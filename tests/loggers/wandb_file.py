"""A run's `.wandb` file to its records, read without wandb-core.

The layout is LevelDB's log (leveldb/doc/log_format.md) after a header of seven bytes: blocks of
32 KiB, in which a record is one chunk, or a first, middle ones and a last.
"""

from collections.abc import Iterator
from pathlib import Path

import wandb.proto.wandb_internal_pb2 as messages

_BLOCK = 32768
_CHUNK_HEADER = 7  # CRC, length (two bytes), kind
_FULL, _LAST = 1, 4


def read_records(run: Path) -> list["messages.Record"]:
    """The records of the one `.wandb` file in a run's folder, in order."""
    (file,) = run.glob("*.wandb")
    return [messages.Record.FromString(content) for content in _contents(file.read_bytes())]


def _contents(data: bytes) -> Iterator[bytes]:
    assert data[:4] == b":W&B", "not a W&B file"
    at, parts = 7, b""
    while at < len(data):
        left = _BLOCK - at % _BLOCK
        if left < _CHUNK_HEADER:
            at += left  # padding
            continue
        length, kind = int.from_bytes(data[at + 4 : at + 6], "little"), data[at + 6]
        parts += data[at + _CHUNK_HEADER :][:length]
        at += _CHUNK_HEADER + length
        if kind in (_FULL, _LAST):
            yield parts
            parts = b""
