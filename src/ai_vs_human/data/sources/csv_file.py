"""One CSV file that lists images to a manifest."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from typing_extensions import override

from ai_vs_human.data.fetch.remote_file import fetched_file
from ai_vs_human.data.manifest import Manifest, Record
from ai_vs_human.data.sources.place import is_address, place_of
from ai_vs_human.data.sources.rooted import RootedSource
from ai_vs_human.data.sources.table import Table
from ai_vs_human.errors import DataError

_HINT: Final = "data.file=<CSV file with a line for each image>"


class CsvSource(RootedSource):
    """Images that one CSV file lists.

    Args:
        file: a path, or an address such as `gs://bucket/images.csv`.
        root: the folder or address that paths in the file are relative to; None is the file's own.
        cache_dir: where to remember what is in the files, and for what is fetched.
        table: what its columns mean.
        max_unreadable: share of images that may be missing or unreadable.
        workers: threads that look into the images; None is a few more than cores.
    """

    def __init__(
        self,
        file: str | None,
        root: str | None,
        cache_dir: Path,
        table: Table,
        *,
        max_unreadable: float = 0.01,
        workers: int | None = None,
    ) -> None:
        place = place_of(_beside(file) if root is None else root, cache_dir)
        super().__init__(place, cache_dir, max_unreadable=max_unreadable, workers=workers)
        self._file = file
        self._table = table

    @override
    def prepare(self) -> Manifest:
        if self._file is None:
            raise DataError("expected a CSV file, but got none (data.file)", hint=_HINT)
        if not is_address(self._file) and not Path(self._file).expanduser().is_file():
            raise DataError(
                f"expected a CSV file, but got {self._file}, which is none (data.file)", hint=_HINT
            )
        return super().prepare()

    @override
    def listed(self, root: Path) -> Sequence[Record]:
        file = self._file or ""
        remote = is_address(file)
        here = fetched_file(file, self._cache_dir) if remote else Path(file).expanduser()
        records = self._table.read(here, root, root)
        if not records:
            raise DataError(f"expected a line for each image, but got none ({file})", hint=_HINT)
        return records


def _beside(file: str | None) -> str | None:
    """The folder or address that a file lies in."""
    if file is None:
        return None
    return file.rpartition("/")[0] if is_address(file) else str(Path(file).expanduser().parent)
