"""What lies at an address of shards: which files, which images in each, and whether it is whole.

A set of shards is a folder with

    chunk-0-*.bin   the images' files, byte for byte, in litdata's format
    index.json      litdata's list of the chunks: its own readers open the folder, too
    images.csv      one line an image, in the order of the chunks, with what is in its file
    shards.json     size and SHA-256 of all of these, written last: without it there is no set
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from ai_vs_human.cloud.remote_folder import RemoteFolder
from ai_vs_human.errors import DataError, StorageError

SHARDS: Final = "shards.json"
IMAGES: Final = "images.csv"
INDEX: Final = "index.json"
_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file of a set.

    Attributes:
        size: in bytes.
        sha256: of its bytes, in hexadecimal.
    """

    size: int
    sha256: str


@dataclass(frozen=True)
class ShardSet:
    """A complete set.

    Attributes:
        fingerprint: of the manifest that was written.
        chunk_mib: what a chunk was to hold, in MiB.
        files: every other file, by name.
    """

    fingerprint: str
    chunk_mib: int
    files: Mapping[str, StoredFile]

    @classmethod
    def at(cls, folder: RemoteFolder) -> "ShardSet | None":
        """The set in a folder; None where there is none, or only a part of one.

        Raises:
            StorageError: if the folder cannot be read.
            DataError: if what says so is damaged, or of another version of this program.
        """
        try:
            content = folder.read(SHARDS)
        except OSError as error:
            raise StorageError(
                f"expected shards that can be read, but got {error} ({folder.address})",
                hint="look at the address and at who may read it",
            ) from error
        return None if content is None else cls.parse(content, f"{folder.address}/{SHARDS}")

    @classmethod
    def parse(cls, content: bytes, where: str) -> "ShardSet":
        """What `dump` wrote.

        Raises:
            DataError: if it is anything else.
        """
        try:
            stored = json.loads(content)
            version = stored.pop("version")
            if version == _VERSION:
                files = {name: StoredFile(**values) for name, values in stored["files"].items()}
                return cls(**stored | {"files": files})
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            version = repr(error)
        raise DataError(
            f"expected shards of version {_VERSION}, but got {version} ({where})",
            hint="python scripts/shards.py data=… output=<another folder> writes them again",
        )

    def dump(self) -> bytes:
        """The content of shards.json."""
        return json.dumps({"version": _VERSION, **asdict(self)}, indent=1).encode()


def chunk_sizes(index: bytes) -> dict[str, int]:
    """How many images each chunk holds, by its name, in order, as litdata's index says."""
    chunks: list[dict[str, Any]] = json.loads(index)["chunks"]
    return {chunk["filename"]: chunk["chunk_size"] for chunk in chunks}
