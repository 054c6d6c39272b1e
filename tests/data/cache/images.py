"""A folder of small images of several sizes to its manifest, and to what a cache should hold.

As a program it builds a cache, and stops for a while in the middle when asked to:
`python -m tests.data.cache.images ROOT CACHES [stop]`.
"""

import logging
import sys
import time
from pathlib import Path

import numpy as np
from PIL import Image

from ai_vs_human.data.cache.cache import Caches
from ai_vs_human.data.cache.plan import Plan
from ai_vs_human.data.manifest import Manifest, Record
from ai_vs_human.data.sources.folder import FolderSource
from ai_vs_human.image.arrays import RgbImage
from ai_vs_human.image.preprocess import Preprocess

WHOLE = Preprocess("crop", 8)


class Darker:
    """A delivery that depends on the record, as its interface allows."""

    key = "darker"

    def __call__(self, pixels: RgbImage, record: Record) -> RgbImage:
        return pixels // (2 + len(record.id) % 2)


class Halting(Darker):
    """Says so at the fifth image, and goes no further for a minute."""

    def __init__(self) -> None:
        self._seen = 0

    def __call__(self, pixels: RgbImage, record: Record) -> RgbImage:
        self._seen += 1
        if self._seen == 5:
            sys.stdout.write("stopped\n")
            sys.stdout.flush()
            time.sleep(60)
        return super().__call__(pixels, record)


def write_images(root: Path, count: int = 12, side: int = 0) -> Manifest:
    """Write images of other sizes each, or of one side; the first two hold the same bytes."""
    rng = np.random.default_rng(0)
    for number in range(count):
        path = root / ("ai" if number % 2 else "human") / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        height, width = (side, side) if side else (10 + number, 24 - number)
        Image.fromarray(rng.integers(0, 256, (height, width, 3), np.uint8)).save(path)
    (root / "ai" / "1.png").write_bytes((root / "human" / "0.png").read_bytes())
    return manifest_of(root)


def manifest_of(root: Path) -> Manifest:
    """The images below a root."""
    classes = {"ai": ["ai"], "human": ["human"]}
    return FolderSource(root, root.parent / "index", classes, {}).prepare()


def main() -> None:
    """Build the cache of a folder."""
    logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(message)s")
    root, caches, *stop = sys.argv[1:]
    deliver = Halting() if stop else Darker()
    plan = Plan(manifest_of(Path(root)), WHOLE, deliver)
    assert Caches(Path(caches), 1.0).open(plan) is not None
    sys.stdout.write("open\n")


if __name__ == "__main__":
    main()
