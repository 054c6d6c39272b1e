"""A place and what is known of its files to a manifest: every source's last steps."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from ai_vs_human.data.index.index import index_images
from ai_vs_human.data.manifest import Manifest, Record, Unreadable
from ai_vs_human.data.sources.place import Place
from ai_vs_human.errors import ConfigError, UnreadableError

_SHOWN: Final = 3


class RootedSource(ABC):
    """Images below one folder, of which somebody says what they are.

    Args:
        place: where the folder lies.
        cache_dir: where to remember what is in the files.
        max_unreadable: share of files that may be unreadable.
        workers: threads that look into the files; None is a few more than cores.

    Raises:
        ConfigError: if a number is out of range.
    """

    def __init__(
        self, place: Place, cache_dir: Path, *, max_unreadable: float, workers: int | None = None
    ) -> None:
        if not 0 <= max_unreadable <= 1:
            raise ConfigError(
                f"expected a share in [0, 1], but got {max_unreadable} (data.max_unreadable)",
                hint="data.max_unreadable=0.01",
            )
        self._place = place
        self._cache_dir = cache_dir
        self._max_unreadable = max_unreadable
        self._workers = workers

    @abstractmethod
    def listed(self, root: Path) -> Sequence[Record]:
        """The images below a folder, none of which was looked into.

        Raises:
            DataError: if there are none, or nobody can tell what they are.
        """

    def prepare(self) -> Manifest:
        """List the images, and look into those that are new or changed.

        Raises:
            DataError: if there is no such folder, or no class can be told.
            StorageError: if the images cannot be fetched.
            UnreadableError: if too many files are unreadable.
        """
        root = self._place.folder()
        listed = self.listed(root)
        paths = [record.path for record in listed]
        index = index_images(root, paths, self._cache_dir, workers=self._workers)
        self._check_readable(index.unreadable, len(listed), root)
        records = (record for record in listed if record.path in index.facts)
        return Manifest(root, tuple(records), index.unreadable, index.facts)

    def _check_readable(self, unreadable: Sequence[Unreadable], total: int, root: Path) -> None:
        if not unreadable:
            return
        first = "; ".join(f"{one.path}: {one.reason}" for one in islice(unreadable, _SHOWN))
        if len(unreadable) == total or len(unreadable) > self._max_unreadable * total:
            raise UnreadableError(
                f"expected at most {self._max_unreadable:.1%} unreadable files, but got"
                f" {len(unreadable):,} of {total:,}, such as {first} ({root})",
                hint="mend or remove them, or raise data.max_unreadable",
                files=tuple((one.path, one.reason) for one in unreadable),
            )
