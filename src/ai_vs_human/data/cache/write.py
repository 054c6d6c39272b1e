"""A plan to a cache's three files: pixels, index and, last of all, the description.

pixels.bin         of one image after the other, the red, the green and the blue plane
index.npy          of each image: name, offset, height, width and CRC-32
description.json   what the pixels follow from, how many bytes they are, and the index's CRC-32
"""

import json
import os
import zlib
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from ai_vs_human.data.cache.plan import Plan
from ai_vs_human.data.cores import available_cores
from ai_vs_human.data.manifest import Record
from ai_vs_human.data.read import Reader

PIXELS: Final = "pixels.bin"
INDEX: Final = "index.npy"
DESCRIPTION: Final = "description.json"

INDEX_ROW: Final = np.dtype(
    [("name", "V32"), ("offset", "<i8"), ("height", "<i4"), ("width", "<i4"), ("crc32", "<u4")]
)
_AHEAD: Final = 4
"""Images that wait to be written, for each core."""
_Waiting = deque[tuple[bytes, Future[NDArray[np.uint8]]]]


def begin_cache(plan: Plan, folder: Path) -> None:
    """Make a folder whose file of pixels has its size, so that others count it, and no contents.

    Raises:
        OSError: if it cannot be made, or is there.
    """
    folder.mkdir()
    with (folder / PIXELS).open("wb") as file:
        file.truncate(plan.bytes)


def write_cache(plan: Plan, folder: Path) -> None:
    """Decode every image of a plan into a folder that was begun, with a bar on the console.

    All is on the disk when this returns: what a rename then publishes outlives a power cut.

    Raises:
        DataError: if an image cannot be read any more, or has changed.
        OSError: if the files cannot be written.
    """
    rows = []
    with (folder / PIXELS).open("r+b") as file:
        offset = 0
        for name, planes in _shown(plan):
            _, height, width = planes.shape
            rows.append((name, offset, height, width, zlib.crc32(planes.data)))
            offset += file.write(planes.data)
        file.truncate()
        _settle(file)
    with (folder / INDEX).open("wb") as file:
        np.save(file, np.array(rows, INDEX_ROW))
        _settle(file)
    with (folder / DESCRIPTION).open("wb") as file:
        ends = {"bytes": offset, "index_crc32": zlib.crc32((folder / INDEX).read_bytes())}
        file.write(json.dumps(plan.description | ends, indent=1).encode())
        _settle(file)


def _shown(plan: Plan) -> Iterator[tuple[bytes, NDArray[np.uint8]]]:
    """Names and planes in order, and how far they are."""
    console = Console(stderr=True)
    yield from track(
        _decoded(plan),
        "decoding images, once",
        total=len(plan.records),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def _decoded(plan: Plan) -> Iterator[tuple[bytes, NDArray[np.uint8]]]:
    """Names and planes in order; decoders work outside of Python's lock, so threads do."""
    reader = Reader(plan.manifest.root, plan.deliver)
    waiting: _Waiting = deque()
    cores = available_cores()
    pool = ThreadPoolExecutor(cores + 1)
    try:
        for name, record in plan.records.items():
            waiting.append((name, pool.submit(_planes, plan, reader, record)))
            if len(waiting) > _AHEAD * cores:  # photographs are large: not all at once
                yield _first_of(waiting)
        while waiting:
            yield _first_of(waiting)
    finally:
        pool.shutdown(cancel_futures=True)


def _first_of(waiting: _Waiting) -> tuple[bytes, NDArray[np.uint8]]:
    name, planes = waiting.popleft()
    return name, planes.result()


def _planes(plan: Plan, reader: Reader, record: Record) -> NDArray[np.uint8]:
    image = reader(record, plan.facts(record).sha256)
    if plan.is_resized:
        image = plan.preprocess(image)
    return np.ascontiguousarray(image.transpose(2, 0, 1))


def _settle(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
