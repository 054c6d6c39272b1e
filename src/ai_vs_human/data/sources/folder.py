"""A folder of images to a manifest: classes, origins and splits from names, contents checked."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from typing_extensions import override

from ai_vs_human.data.manifest import MANIFEST_NAME, Record, read_manifest
from ai_vs_human.data.sources.layout import Layout
from ai_vs_human.data.sources.listing import list_images
from ai_vs_human.data.sources.place import Place, place_of
from ai_vs_human.data.sources.rooted import RootedSource
from ai_vs_human.errors import DataError
from ai_vs_human.image.decode import IMAGE_SUFFIXES

log = logging.getLogger(__name__)

_SHOWN: Final = 3


class FolderSource(RootedSource):
    """Images in folders, or in a folder with a `manifest.csv`, which comes first.

    Args:
        root: the folder, an address such as `gs://bucket/images`, or a place that can be fetched;
            None is refused when the images are asked for.
        cache_dir: where to remember what is in the files, and for what is fetched.
        classes: names of folders by label (ai, human), see `Layout`; not used with a manifest.
        splits: names of folders by split (train, val, test); not used with a manifest.
        origins: names of folders by generator or source, see `Layout`; as above.
        max_unreadable: share of files that may be unreadable.
        workers: threads that look into the files; None is a few more than cores.

    Raises:
        ConfigError: if a name of a class or split is unknown, or a number out of range.
    """

    def __init__(
        self,
        root: str | Path | Place | None,
        cache_dir: Path,
        classes: Mapping[str, Sequence[str]],
        splits: Mapping[str, Sequence[str]],
        *,
        origins: Mapping[str, Sequence[str]] | None = None,
        max_unreadable: float = 0.01,
        workers: int | None = None,
    ) -> None:
        place = root if isinstance(root, Place) else place_of(root, cache_dir)
        super().__init__(place, cache_dir, max_unreadable=max_unreadable, workers=workers)
        self.layout = Layout.parse(classes, splits, origins or {})

    @override
    def listed(self, root: Path) -> Sequence[Record]:
        return _listed(root) if (root / MANIFEST_NAME).is_file() else self._placed(root)

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
