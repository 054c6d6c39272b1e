"""CSV files, each of which lists the images of its own folder, to one manifest."""

from collections.abc import Sequence
from pathlib import Path

from typing_extensions import override

from ai_vs_human.data.manifest import Record
from ai_vs_human.data.sources.place import Place
from ai_vs_human.data.sources.rooted import RootedSource
from ai_vs_human.data.sources.table import Table
from ai_vs_human.errors import DataError


class TablesSource(RootedSource):
    """Images that CSV files in their folders list; a folder's name is the origin of its images.

    Args:
        place: where the folder lies that holds them all.
        pattern: of the files' paths below it, such as `*/metadata.csv`.
        cache_dir: where to remember what is in the images.
        table: what the columns of each mean; paths are relative to the file's folder.
        max_unreadable: share of images that may be missing or unreadable.
        workers: threads that look into the images; None is a few more than cores.
    """

    def __init__(
        self,
        place: Place,
        pattern: str,
        cache_dir: Path,
        table: Table,
        *,
        max_unreadable: float = 0.01,
        workers: int | None = None,
    ) -> None:
        super().__init__(place, cache_dir, max_unreadable=max_unreadable, workers=workers)
        self._pattern = pattern
        self._table = table

    @override
    def listed(self, root: Path) -> Sequence[Record]:
        files = sorted(root.glob(self._pattern))
        records = [record for file in files for record in self._table.read(file, root, file.parent)]
        if not records:
            raise DataError(
                f"expected files {self._pattern} that list images, but got {len(files)} files"
                f" without any ({root})",
                hint="data.root=<the folder above them>, or data.tables=<their path below it>",
            )
        return records
