"""Paths of images to what is in the files: hashes, size and traits, or why there is no image.

Every file is decoded whole, so that a damaged one is found now and not in the middle of training.
What is found is kept by path, size and time of change: the second time costs one look at each
file's status.
"""

import hashlib
import logging
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import track

from ai_vs_human.data.index.cache import Entry, IndexCache
from ai_vs_human.data.index.facts import ImageFacts
from ai_vs_human.data.manifest import Unreadable
from ai_vs_human.errors import ImageDecodeError
from ai_vs_human.image.decode import DEFAULT_LIMITS, Decoded, DecodeLimits, decode, read_bytes
from ai_vs_human.image.fingerprints import take_fingerprints

log = logging.getLogger(__name__)

# Few enough for an even load, many enough that handing them over costs nothing.
_FILES_AT_A_TIME: Final = 32
# What a killed pass loses.
_SECONDS_AT_A_TIME: Final = 2.0


@dataclass(frozen=True, slots=True)
class Index:
    """What the files hold.

    Attributes:
        facts: of every intact image, by relative path.
        unreadable: the other files, in the order of the paths.
    """

    facts: dict[str, ImageFacts]
    unreadable: tuple[Unreadable, ...]


def index_images(
    root: Path,
    paths: Sequence[str],
    cache_dir: Path,
    *,
    workers: int | None = None,
    limits: DecodeLimits = DEFAULT_LIMITS,
) -> Index:
    """Look into every file, or remember what was found in it the last time.

    Args:
        root: the folder that the paths are relative to.
        paths: with forward slashes.
        cache_dir: where to remember; a pass that is cut off is remembered but for its last seconds.
        workers: threads; None is a few more than cores. What they find does not depend on it.
        limits: what a file may cost.
    """
    cache = IndexCache(cache_dir, root, limits)
    found = _remembered(root, paths, cache.load())
    new = [path for path in paths if path not in found]
    failed: dict[str, str] = {}
    for path, result in _keep(_look(root, new, workers, limits), cache):
        if isinstance(result, Entry):
            found[path] = result
        else:
            failed[path] = result
    return _index(paths, found, failed)


def _remembered(root: Path, paths: Sequence[str], known: Mapping[str, Entry]) -> dict[str, Entry]:
    """The entries of the files that have not changed since."""
    entries = {}
    for path in paths:
        entry = known.get(path)
        if entry is None:
            continue
        try:
            status = os.stat(f"{root}/{path}")  # noqa: PTH116 -- a tenth of the time of Path.stat
        except OSError:
            continue
        if (entry.size, entry.mtime_ns) == (status.st_size, status.st_mtime_ns):
            entries[path] = entry
    return entries


def _keep(
    results: Iterator[tuple[str, Entry | str]], cache: IndexCache
) -> Iterator[tuple[str, Entry | str]]:
    """Hand results on, and write them down every few seconds and however the pass ends."""
    fresh: dict[str, Entry] = {}
    due = time.monotonic() + _SECONDS_AT_A_TIME
    try:
        for path, result in results:
            if isinstance(result, Entry):
                fresh[path] = result
            if time.monotonic() > due:
                cache.add(fresh)
                fresh.clear()
                due = time.monotonic() + _SECONDS_AT_A_TIME
            yield path, result
    finally:
        cache.add(fresh)


def _look(
    root: Path, paths: Sequence[str], workers: int | None, limits: DecodeLimits
) -> Iterator[tuple[str, Entry | str]]:
    """Each path, and its entry or why the file cannot be opened, which may pass."""
    if not paths:
        return
    log.info("looking into %s files below %s", f"{len(paths):,}", root)
    parts = [paths[i : i + _FILES_AT_A_TIME] for i in range(0, len(paths), _FILES_AT_A_TIME)]
    console = Console(stderr=True)
    pool = ThreadPoolExecutor(workers)
    try:
        results = pool.map(lambda part: [_entry(root, path, limits) for path in part], parts)
        shown = track(
            results,
            "looking into files",
            total=len(parts),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        for part, entries in zip(parts, shown, strict=True):
            yield from zip(part, entries, strict=True)
    finally:
        pool.shutdown(cancel_futures=True)


def _entry(root: Path, path: str, limits: DecodeLimits) -> Entry | str:
    try:
        status = os.stat(root / path)  # noqa: PTH116 -- as above
        data = read_bytes(root / path, limits)
    except OSError as error:
        return error.strerror or str(error)
    try:
        decoded = decode(data, limits)
    except ImageDecodeError as error:
        return Entry(status.st_size, status.st_mtime_ns, error.sentence)
    return Entry(status.st_size, status.st_mtime_ns, _facts(data, decoded))


def _facts(data: bytes, decoded: Decoded) -> ImageFacts:
    height, width, _ = decoded.pixels.shape
    prints, traits = take_fingerprints(decoded.pixels), decoded.traits
    return ImageFacts(
        sha256=hashlib.sha256(data).hexdigest(),
        pixels_sha256=prints.pixels_sha256,
        perceptual_hash=prints.perceptual_hash,
        thumbnail=prints.thumbnail,
        size=len(data),
        width=width,
        height=height,
        format=traits.format,
        mode=traits.mode,
        has_alpha=traits.has_alpha,
        has_icc=traits.has_icc,
        has_exif=traits.has_exif,
        jpeg_quality=traits.jpeg_quality,
        jpeg_tables=traits.jpeg_tables,
        jpeg_subsampling=traits.jpeg_subsampling,
    )


def _index(paths: Sequence[str], found: Mapping[str, Entry], failed: Mapping[str, str]) -> Index:
    facts: dict[str, ImageFacts] = {}
    unreadable = []
    for path in sorted(paths):
        result = failed[path] if path in failed else found[path].found
        if isinstance(result, ImageFacts):
            facts[path] = result
        else:
            unreadable.append(Unreadable(path, result))
    return Index(facts, tuple(unreadable))
