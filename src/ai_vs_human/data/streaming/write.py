"""A manifest to shards at an address: the images' files as they are, and a list of them."""

import hashlib
import json
import logging
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from rich.console import Console
from rich.progress import track

from ai_vs_human.cloud.remote_folder import RemoteFolder
from ai_vs_human.data.manifest import Manifest, Record
from ai_vs_human.data.streaming.library import check_library
from ai_vs_human.data.streaming.shard_set import IMAGES, INDEX, SHARDS, ShardSet, StoredFile
from ai_vs_human.data.streaming.table import write_table
from ai_vs_human.errors import ConfigError, DataError, StorageError

log = logging.getLogger(__name__)

MAX_CHUNK_MIB: Final = 2048  # litdata counts a chunk's bytes with 32 bits
_UNFINISHED: Final = "unfinished.json"


def write_shards(
    given: Manifest, divided: Manifest, output: str, *, chunk_mib: int = 64
) -> ShardSet:
    """Write every image of a manifest, unless the address has the same set already.

    Chunks hold images in the order of their content's hash, split by split: each is a random
    sample, so that reading chunk by chunk is nearly as good as a full shuffle, and of a split's
    chunks few bytes belong to another.

    Args:
        given: what is written, with the splits that the source gave.
        divided: the same images with the splits that they will probably have; it decides on the
            order only.
        output: a folder, or an address such as `gs://bucket/shards`.
        chunk_mib: what a chunk is to hold, in MiB; an image larger than that has its own.

    Raises:
        ConfigError: if the number is out of range.
        DataError: if the address holds something else, or a file has changed since it was listed.
        StorageError: if the address cannot be read or written, or litdata is not installed.
    """
    check_library()
    if not 1 <= chunk_mib <= MAX_CHUNK_MIB:
        raise ConfigError(
            f"expected 1 to {MAX_CHUNK_MIB:,} MiB, but got {chunk_mib} (chunk_mib)",
            hint="chunk_mib=64",
        )
    folder = RemoteFolder(output, "output")
    there = _same_set(folder, given, chunk_mib)
    if there is not None:
        log.info("%s holds these shards already", output)
        return there
    try:
        return _written(folder, given, _in_order(given, divided), chunk_mib)
    except OSError as error:
        raise StorageError(
            f"expected a place that takes files, but got {error} ({output})",
            hint="the same command again begins anew",
        ) from error


def _same_set(folder: RemoteFolder, given: Manifest, chunk_mib: int) -> ShardSet | None:
    """What is there, if it is the same; None where nothing is, or what a killed writer left."""
    wanted = (given.fingerprint, chunk_mib)
    there = ShardSet.at(folder)
    if there is not None and (there.fingerprint, there.chunk_mib) == wanted:
        return there
    names = folder.names()
    if names and (there is not None or folder.read(_UNFINISHED) != _mark(given)):
        what = "shards of other images" if there else f"other files, such as {names[0]}"
        raise DataError(
            f"expected an empty place or these shards, but got {what} ({folder.address})",
            hint="output=<another folder>",
        )
    return None


def _mark(given: Manifest) -> bytes:
    return json.dumps({"fingerprint": given.fingerprint}).encode()


def _in_order(given: Manifest, divided: Manifest) -> list[Record]:
    splits = {record.id: record.split for record in divided.records}
    contents = given.contents
    return sorted(given.records, key=lambda r: (splits.get(r.id, ""), contents[r.id], r.id))


def _written(
    folder: RemoteFolder, given: Manifest, records: Sequence[Record], chunk_mib: int
) -> ShardSet:
    with TemporaryDirectory(prefix="shards-") as place:
        work = Path(place)
        _put_bytes(folder, _mark(given), work / _UNFINISHED)
        files = {}
        for path in _chunks(given, records, work, chunk_mib):
            files[path.name] = _put(folder, path)
            path.unlink()
        write_table(work / IMAGES, records, given.facts)
        files |= {name: _put(folder, work / name) for name in (INDEX, IMAGES)}
        written = ShardSet(given.fingerprint, chunk_mib, files)
        _put_bytes(folder, written.dump(), work / SHARDS)
    folder.remove(_UNFINISHED)
    return written


def _chunks(
    given: Manifest, records: Sequence[Record], work: Path, chunk_mib: int
) -> Iterator[Path]:
    """Each chunk as soon as it is written, and the index beside them at the end."""
    from litdata.streaming.writer import BinaryWriter  # noqa: PLC0415 -- optional; imports torch

    writer = BinaryWriter(str(work), chunk_bytes=chunk_mib * 2**20)
    console = Console(stderr=True)
    shown = track(records, "writing shards", console=console, disable=not console.is_terminal)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "An item was larger")  # it has a chunk of its own
        for row, record in enumerate(shown):
            chunk = writer.add_item(row, _listed_bytes(given, record))
            if chunk is not None:
                yield Path(chunk)
        yield from map(Path, writer.done())
    writer.merge()


def _listed_bytes(given: Manifest, record: Record) -> bytes:
    path = given.root / record.path
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError(f"expected an image, but got {error} ({path})") from error
    if hashlib.sha256(data).hexdigest() != given.facts[record.path].sha256:
        raise DataError(
            f"expected the file as it was listed, but got another one ({path})",
            hint="the same command again, when nobody changes the images any more",
        )
    return data


def _put(folder: RemoteFolder, path: Path) -> StoredFile:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    folder.put(path, path.name)
    return StoredFile(path.stat().st_size, digest)


def _put_bytes(folder: RemoteFolder, content: bytes, path: Path) -> None:
    path.write_bytes(content)
    folder.put(path, path.name)
