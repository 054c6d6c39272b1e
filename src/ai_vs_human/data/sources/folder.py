"""A folder of images to a manifest: classes, origins and splits from names, contents checked."""

import logging
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Final

from ai_vs_human.data.index.index import index_images
from ai_vs_human.data.manifest import (
    MANIFEST_NAME,
    Manifest,
    Record,
    Unreadable,
    read_manifest,
)
from ai_vs_human.data.sources.layout import Layout
from ai_vs_human.data.sources.listing import list_images
from ai_vs_human.errors import ConfigError, DataError, UnreadableError
from ai_vs_human.image.decode import IMAGE_SUFFIXES

log = logging.getLogger(__name__)

_SHOWN: Final = 3
_ROOT_HINT: Final = "data.root=<folder with one sub-folder a class>"


class FolderSource:
    """Images in folders, or in a folder with a `manifest.csv`, which comes first.

    Args:
        root: the folder; None is refused when the images are asked for.
        cache_dir: where to remember what is in the files.
        classes: names of folders by label (ai, human), see `Layout`; not used with a manifest.
        splits: names of folders by split (train, val, test); not used with a manifest.
        max_unreadable: share of files that may be unreadable.
        workers: threads that look into the files; None is a few more than cores.

    Raises:
        ConfigError: if a name of a class or split is unknown, or a number out of range.
    """

    def __init__(
        self,
        root: Path | None,
        cache_dir: Path,
        classes: Mapping[str, Sequence[str]],
        splits: Mapping[str, Sequence[str]],
        *,
        max_unreadable: float = 0.01,
        workers: int | None = None,
    ) -> None:
        if not 0 <= max_unreadable <= 1:
            raise ConfigError(
                f"expected a share in [0, 1], but got {max_unreadable} (data.max_unreadable)",
                hint="data.max_unreadable=0.01",
            )
        self.root = None if root is None else root.expanduser()
        self.layout = Layout.parse(classes, splits)
        self._cache_dir = cache_dir
        self._max_unreadable = max_unreadable
        self._workers = workers

    def prepare(self) -> Manifest:
        """List the images, and look into those that are new or changed.

        Raises:
            DataError: if there is no such folder, or no class can be told from a folder's name.
            UnreadableError: if too many files are unreadable.
        """
        root = self._existing_root()
        listed = _listed(root) if (root / MANIFEST_NAME).is_file() else self._placed(root)
        index = index_images(
            root, [record.path for record in listed], self._cache_dir, workers=self._workers
        )
        self._check_readable(index.unreadable, len(listed), root)
        records = (record for record in listed if record.path in index.facts)
        return Manifest(root, tuple(records), index.unreadable, index.facts)

    def _existing_root(self) -> Path:
        if self.root is None:
            raise DataError(
                "expected a folder of images, but got none (data.root)", hint=_ROOT_HINT
            )
        if not self.root.is_dir():
            fault = "is no folder" if self.root.exists() else "does not exist"
            raise DataError(
                f"expected a folder of images, but got {self.root}, which {fault} (data.root)",
                hint=_ROOT_HINT,
            )
        return self.root

    def _placed(self, root: Path) -> list[Record]:
        """The images below a root, as the names of their folders say."""
        listing = list_images(root)
        if not listing.images:
            others = ", ".join(
                f"{n:,} {suffix}" for suffix, n in listing.others.most_common(_SHOWN)
            )
            raise DataError(
                f"expected images below {root}, but got {others or 'no files'} (data.root)",
                hint=f"known endings: {', '.join(sorted(IMAGE_SUFFIXES))}",
            )
        placed = self.layout.place_all(listing.images)
        strays = [path for path, record in placed.items() if record is None]
        loose = [path for path in strays if "/" not in path]
        if len(strays) > len(loose) or len(strays) == len(placed):
            raise self.layout.refuse(strays, f"data.root={root}")
        if loose:
            log.warning("%s images left out: they lie in no folder (%s)", len(loose), loose[0])
        return [record for record in placed.values() if record is not None]

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


def _listed(root: Path) -> list[Record]:
    """The records of a root's manifest."""
    records = read_manifest(root / MANIFEST_NAME)
    if not records:
        raise DataError(
            f"expected a line for each image, but got none ({root / MANIFEST_NAME})",
            hint="remove the file to have folder names say what the images are",
        )
    for record in records:
        path = PurePosixPath(record.path)
        if path.is_absolute() or ".." in path.parts or not record.path:
            raise DataError(
                f"expected paths below the manifest's folder, but got {record.path!r}"
                f" ({root / MANIFEST_NAME})",
                hint="move the images below it, and write paths relative to it",
            )
    return list(records)
