"""Folders of small images with one fault each, and what an audit says of them."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from ai_vs_human.data.audit.alike import Pair
from ai_vs_human.data.audit.audit import Audit
from ai_vs_human.data.audit.report import AuditReport
from ai_vs_human.data.manifest import Manifest
from ai_vs_human.data.sources.folder import FolderSource

CLASSES = {"ai": ["ai"], "human": ["human"]}
SPLITS = {"train": ["train"], "val": ["val"], "test": ["test"]}

Save = Callable[[Image.Image, Path], None]


def scene(number: int, side: int = 48) -> Image.Image:
    """A picture of its own: smooth, so that it is still the same after JPEG."""
    rng = np.random.default_rng(number)
    coarse = rng.integers(0, 256, (8, 8, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((side, side), Image.Resampling.BICUBIC)


def as_png(image: Image.Image, path: Path) -> None:
    image.save(path.with_suffix(".png"))


def as_jpeg(image: Image.Image, path: Path) -> None:
    image.save(path.with_suffix(".jpg"), quality=85)


def plant(
    root: Path, *, ai: Save = as_png, human: Save = as_png, train: int = 60, test: int = 20
) -> Path:
    """Write different pictures of both classes into train and test; a class may be saved oddly."""
    number = 0
    for split, count in (("train", train), ("test", test)):
        for label, save in (("ai", ai), ("human", human)):
            folder = root / split / label
            folder.mkdir(parents=True)
            for place in range(count):
                save(scene(number), folder / f"{place:03}")
                number += 1
    return root


def listed(root: Path, cache_dir: Path) -> Manifest:
    """With the splits that the folders say."""
    return FolderSource(
        root, cache_dir, classes=CLASSES, splits=SPLITS, max_unreadable=0.5
    ).prepare()


def look(root: Path, pairs: Sequence[Pair] = (), **options: object) -> AuditReport:
    """The audit of a folder."""
    cache_dir = root.parent / "cache"
    audit = Audit(cache_dir, **options)  # type: ignore[arg-type]  # as the test says
    return audit.examine(listed(root, cache_dir), pairs)


def verdicts(report: AuditReport) -> dict[str, str]:
    """Of the checks that are not ok."""
    return {check.name: check.verdict for check in report.checks if check.verdict != "ok"}
