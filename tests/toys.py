"""Images that anything can learn: AI-made ones are made of 2x2 blocks."""

from pathlib import Path

import numpy as np
from PIL import Image


def toy_images(root: Path, per_class: int = 24, size: int = 16, splits: bool = True) -> Path:  # noqa: FBT001, FBT002
    """Write `per_class` images of each class into each split's folder, or into one."""
    rng = np.random.default_rng(0)
    for split in ("train", "val", "test") if splits else ("",):
        for label in ("ai", "human"):
            folder = root / split / label
            folder.mkdir(parents=True, exist_ok=True)
            for number in range(per_class):
                side = size // 2 if label == "ai" else size
                pixels = rng.integers(0, 256, (side, side, 3), dtype=np.uint8)
                if label == "ai":
                    pixels = pixels.repeat(2, axis=0).repeat(2, axis=1)
                Image.fromarray(pixels).save(folder / f"{number:03}.png")
    return root
