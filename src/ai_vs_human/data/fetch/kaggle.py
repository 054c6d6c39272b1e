"""The name of a data set on Kaggle to a folder of its files, fetched with kagglehub once.

The folder is where kagglehub itself would keep it: a copy that it made is used, and it finds ours.
Its own way there is not taken whole: it unpacks whatever comes, straight to where it looks for it.
"""

import logging
import os
import re
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ai_vs_human.data.fetch.alone import alone
from ai_vs_human.data.fetch.archive import unpack
from ai_vs_human.errors import ConfigError, StorageError

if TYPE_CHECKING:
    from ai_vs_human.data.fetch.kaggle_client import KaggleClient

log = logging.getLogger(__name__)

_HANDLE: Final = re.compile(r"(\w[\w-]*)/(\w[\w-]*)(?:/versions/([1-9]\d*))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class KaggleHandle:
    """What Kaggle calls a data set.

    Attributes:
        owner: the first part of its page's address.
        name: the second part.
        version: from 1; None for the one that is there, or else the newest.
    """

    owner: str
    name: str
    version: int | None = None

    @classmethod
    def parse(cls, text: str) -> "KaggleHandle":
        """From `owner/name` or `owner/name/versions/3`.

        Raises:
            ConfigError: for anything else.
        """
        found = _HANDLE.fullmatch(text)
        if found is None:
            raise ConfigError(
                f"expected owner/name or owner/name/versions/<number>, but got {text!r}"
                " (data.handle)",
                hint="the two words after kaggle.com/datasets/ in the address of its page",
            )
        owner, name, version = found.groups()
        return cls(owner, name, None if version is None else int(version))

    def __str__(self) -> str:
        version = "" if self.version is None else f"/versions/{self.version}"
        return f"{self.owner}/{self.name}{version}"


class KaggleCopy:
    """A data set of Kaggle's below a folder of caches, or where KAGGLEHUB_CACHE says.

    Args:
        handle: `owner/name` or `owner/name/versions/3`.
        cache_dir: where the copy goes, in `kaggle/`.

    Raises:
        ConfigError: if the handle is none.
    """

    def __init__(self, handle: str, cache_dir: Path) -> None:
        self.handle: Final = KaggleHandle.parse(handle)
        base = Path(os.environ.get("KAGGLEHUB_CACHE") or cache_dir / "kaggle")
        self.home: Final = base / "datasets" / self.handle.owner / self.handle.name

    def folder(self) -> Path:
        """The unpacked files, which are fetched if they are not there.

        Without a version, any that is there is taken, the newest first: what a run learns from
        does not change by itself.

        Raises:
            StorageError: if they cannot be fetched; nothing half-written is left.
            DataError: if what was fetched is damaged or not to be trusted; as above.
        """
        with alone(self.home, str(self.handle)):
            version = self._complete()
            if version is None:
                version = self._fetch()
            elif self.handle.version is None:
                log.info("%s: version %s, fetched before", self.handle, version)
        return self._unpacked(version)

    def _complete(self) -> int | None:
        """The version that is there and asked for."""
        marked = [int(p.stem) for p in self.home.glob("*.complete") if p.stem.isdecimal()]
        there = [version for version in marked if self._unpacked(version).is_dir()]
        wanted = self.handle.version
        return max((one for one in there if wanted in (None, one)), default=None)

    def _fetch(self) -> int:
        client = _client(self.handle.owner, self.handle.name)
        version = self.handle.version or client.newest()
        name = str(replace(self.handle, version=version))
        log.info("fetching %s from Kaggle to %s", name, self.home)
        archive, partial = (self.home / f"{version}.{end}" for end in ("zip.partial", "partial"))
        try:
            client.fetch(version, archive)
            unpack(archive, partial, name)
        finally:
            archive.unlink(missing_ok=True)
        unpacked = self._unpacked(version)
        shutil.rmtree(unpacked, ignore_errors=True)  # without a mark it is a killed process'
        unpacked.parent.mkdir(exist_ok=True)
        partial.rename(unpacked)
        (self.home / f"{version}.complete").touch()
        return version

    def _unpacked(self, version: int) -> Path:
        return self.home / "versions" / str(version)


def _client(owner: str, name: str) -> "KaggleClient":
    # Before the import: its log would go to stdout by a handler of its own.
    os.environ.setdefault("KAGGLEHUB_VERBOSITY", "warning")
    try:
        from ai_vs_human.data.fetch.kaggle_client import KaggleClient  # noqa: PLC0415 -- optional
    except ImportError as error:
        raise StorageError(
            f"expected the package kagglehub, but got: {error} (data.handle={owner}/{name})",
            hint="uv sync --extra data, or data.root=<unpacked copy>",
        ) from error
    return KaggleClient(owner, name)
