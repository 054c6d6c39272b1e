"""Images in files and the same in shards, written once for all tests of a worker."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ai_vs_human.data import members
from ai_vs_human.data.images import Images
from ai_vs_human.data.streaming.write import write_shards

Make = Callable[..., Images]


@pytest.fixture(scope="session")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`images` with 96 files of about 96 KiB, and `shards` with ten chunks of them."""
    root = tmp_path_factory.mktemp("stored")
    rng = np.random.default_rng(0)
    for label in ("ai", "human"):
        (root / "images" / label).mkdir(parents=True)
        for number in range(48):
            pixels = rng.integers(0, 256, (180, 180, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(root / "images" / label / f"{number:03}.png")
    images = in_files(root / "images", root / "cache")
    write_shards(images.given, images.manifest, str(root / "shards"), chunk_mib=1)
    return root


def in_files(root: Path, cache: Path, **options: Any) -> Images:
    return members.folder(
        root=str(root),
        cache_dir=str(cache),
        classes={"ai": ["ai"], "human": ["human"]},
        splits={},
        **_OPTIONS | options,
    )


def in_shards(root: str | Path, cache: Path, **options: Any) -> Images:
    return members.shards(
        root=str(root),
        cache_dir=str(cache),
        **_OPTIONS | {"streaming": True, "window_chunks": 2} | options,
    )


_OPTIONS: dict[str, Any] = {
    "preprocess": {"mode": "crop", "size": 64},
    "augment": {"flip": True},
    "batch_size": 8,
}
