"""Folders of pictures, some of which are one picture."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ai_vs_human.data.index.index import index_images
from ai_vs_human.data.manifest import Manifest, Record
from ai_vs_human.labels import Label

Listed = Callable[[], Manifest]


def scene(seed: int, side: int = 48) -> Image.Image:
    """A picture unlike those of other seeds."""
    rng = np.random.default_rng(seed)
    patches = Image.fromarray(rng.integers(0, 256, (7, 7, 3), dtype=np.uint8))
    return patches.resize((side, side), Image.Resampling.BICUBIC)


def stored_again(image: Image.Image, path: Path) -> None:
    """Near-duplicate: 5 % smaller, at JPEG quality 60."""
    side = round(image.width * 0.95)
    image.resize((side, side), Image.Resampling.BICUBIC).save(path, quality=60)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Ten pictures; 1 twice in equal pixels, 2 stored again."""
    root = tmp_path / "root"
    root.mkdir()
    for seed in range(10):
        scene(seed).save(root / f"{seed}.png")
    scene(1).save(root / "1-equal.bmp")
    stored_again(scene(2), root / "2-near.jpg")
    return root


@pytest.fixture
def listed(root: Path, tmp_path: Path) -> Listed:
    """The manifest of the folder as it is now; ids are names without endings."""

    def now() -> Manifest:
        paths = sorted(path.name for path in root.iterdir())
        records = tuple(
            Record(id=path.partition(".")[0], path=path, label=Label.AI) for path in paths
        )
        return Manifest(root, records, facts=index_images(root, paths, tmp_path / "cache").facts)

    return now


def reversed_names(manifest: Manifest, root: Path) -> Manifest:
    """The same files under names in the opposite order."""
    names = [record.path for record in manifest.records]
    new = {name: f"{len(names) - i:03}-{name}" for i, name in enumerate(names)}
    for old, name in new.items():
        (root / old).rename(root / name)
    facts = {new[path]: facts for path, facts in manifest.facts.items()}
    records = tuple(replace(r, path=new[r.path]) for r in reversed(manifest.records))
    return Manifest(root, records, facts=facts)
