"""What a config calls a root, to the folder of this machine that holds its images."""

from pathlib import Path
from typing import Final, Protocol, runtime_checkable

from ai_vs_human.data.fetch.remote import RemoteCopy
from ai_vs_human.errors import DataError

ROOT_HINT: Final = "data.root=<folder with one sub-folder a class>"


@runtime_checkable
class Place(Protocol):
    """Where a folder of images lies, or can be had from."""

    def folder(self) -> Path:
        """The folder, fetched if it lies elsewhere; cheap when it is there.

        Raises:
            DataError: if there is no such folder.
            StorageError: if it cannot be fetched.
        """
        ...


class LocalFolder:
    """A folder of this machine.

    Args:
        path: of the folder; None is refused when the images are asked for.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = None if path is None else path.expanduser()

    def folder(self) -> Path:
        """The folder, if it is one."""
        if self._path is None:
            raise DataError("expected a folder of images, but got none (data.root)", ROOT_HINT)
        if not self._path.is_dir():
            fault = "is no folder" if self._path.exists() else "does not exist"
            raise DataError(
                f"expected a folder of images, but got {self._path}, which {fault} (data.root)",
                hint=ROOT_HINT,
            )
        return self._path


def place_of(root: str | Path | None, cache_dir: Path) -> Place:
    """The place that a config's `root` means.

    Args:
        root: a path, or an address such as `gs://bucket/images`.
        cache_dir: where what lies elsewhere is copied to.
    """
    if isinstance(root, str) and is_address(root):
        return RemoteCopy(root, cache_dir)
    return LocalFolder(None if root is None else Path(root))


def is_address(root: str) -> bool:
    """Whether a root is one for fsspec: `gs://…`, `s3://…` and so on."""
    return "://" in root
