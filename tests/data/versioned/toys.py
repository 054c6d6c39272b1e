"""Folders of a few images, and what DVC itself does with them."""

import shutil
from pathlib import Path

import numpy as np
from PIL import Image

CLASSES = {"ai": ["ai"], "human": ["human"]}
COUNT = 3


def write_images(folder: Path) -> None:
    """Three small images of each class, all different."""
    rng = np.random.default_rng(0)
    for name in CLASSES:
        (folder / name).mkdir(parents=True)
        for index in range(COUNT):
            pixels = rng.integers(0, 256, (8, 8, 3), np.uint8)
            Image.fromarray(pixels).save(folder / name / f"{index}.png")


def add(folder: Path) -> None:
    """As `dvc add` does."""
    from dvc.repo import Repo  # noqa: PLC0415 -- a second, which not every test needs

    with Repo(str(folder.parent)) as repository:
        repository.add([str(folder)])


def wipe(repository: Path) -> None:
    """Leave only what git would have: neither the files, nor DVC's cache of them."""
    shutil.rmtree(repository / "photos")
    shutil.rmtree(repository / ".dvc" / "cache")


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
