"""The name of a versioned folder to the folder itself, fetched with DVC where files are missing."""

import logging
from pathlib import Path
from typing import Final

from ai_vs_human.data.fetch.alone import alone
from ai_vs_human.data.versioned.folder import VersionedFolder
from ai_vs_human.data.versioned.repository import DvcRepository
from ai_vs_human.errors import DataError

log = logging.getLogger(__name__)

_SUFFIX: Final = ".dvc"


class DvcCopy:
    """The version of a folder that a `.dvc` file names.

    Args:
        root: the versioned folder, a folder inside of it, or the `.dvc` file.
        cache_dir: where a lock lies while DVC works.
        remote: a remote's name or address; None is DVC's default.
    """

    def __init__(self, root: Path, cache_dir: Path, remote: str | None = None) -> None:
        root = root.expanduser()
        self._root: Final = root.with_suffix("") if root.suffix == _SUFFIX else root
        self._cache_dir: Final = cache_dir
        self._remote: Final = remote

    def folder(self) -> Path:
        """The folder; DVC is not asked where number and bytes of its files are the version's.

        Raises:
            DataError: if no `.dvc` file names it, DVC is not installed, or files would be
                overwritten that are not the version's.
            StorageError: if the remote does not give what is missing.
        """
        versioned = VersionedFolder.around(self._root)
        if versioned is None:
            raise DataError(
                f"expected a folder that a .dvc file names, but got {self._root} (data.root)",
                hint=f"dvc add {self._root}, or data=folder data.root={self._root}",
            )
        # Every process of a run comes here; the first one fetches.
        with alone(self._cache_dir / "dvc" / versioned.md5, str(self._root)):
            if not versioned.looks_complete():
                log.info("fetching %s, version %s", self._root, versioned.md5)
                DvcRepository(versioned, self._remote).pull(self._root.resolve())
        return self._root
