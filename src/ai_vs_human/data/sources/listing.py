"""A folder to the relative paths of the images anywhere below it."""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ai_vs_human.errors import DataError
from ai_vs_human.image.decode import IMAGE_SUFFIXES


@dataclass(frozen=True, slots=True)
class Listing:
    """What lies below a folder.

    Attributes:
        images: relative paths with forward slashes, in order.
        others: number of other files by ending, most first.
    """

    images: tuple[str, ...]
    others: Counter[str]


def list_images(root: Path) -> Listing:
    """Find images by their endings; hidden files and folders are passed over.

    Links to folders are followed, and no folder is entered twice.

    Raises:
        DataError: if an image's name is not UTF-8, so that no manifest could name it.
    """
    images: list[str] = []
    others: Counter[str] = Counter()
    for folder, name in _files(root):
        suffix = os.path.splitext(name)[1].lower()  # noqa: PTH122 -- a Path a file costs more
        if suffix in IMAGE_SUFFIXES:
            images.append(_nameable(f"{folder}/{name}" if folder else name, root))
        else:
            others[suffix or name] += 1
    return Listing(tuple(sorted(images)), others)


def _nameable(path: str, root: Path) -> str:
    try:
        path.encode()
    except UnicodeEncodeError as error:
        raise DataError(
            f"expected file names in UTF-8, but got {path!r} ({root})", hint="rename the file"
        ) from error
    return path


def _files(root: Path) -> Iterator[tuple[str, str]]:
    """Every file's folder, relative to the root, and its name."""
    seen: set[tuple[int, int]] = set()
    for folder, folders, names in os.walk(root, followlinks=True):
        status = os.stat(folder)  # noqa: PTH116 -- os.walk gives strings
        if (status.st_dev, status.st_ino) in seen:
            folders.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        folders[:] = sorted(name for name in folders if not _is_hidden(name))
        relative = Path(folder).relative_to(root).as_posix()
        for name in names:
            if not _is_hidden(name):
                yield "" if relative == "." else relative, name


def _is_hidden(name: str) -> bool:
    # The second is what macOS adds to archives: pictures' names, without pictures.
    return name.startswith(".") or name == "__MACOSX"
