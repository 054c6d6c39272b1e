"""What feeding a network costs: the usual pipeline, our loader, and the bare read limit.

Each contender yields an epoch's batches of the same kind of crops in this process. They take
turns, one epoch each; compared are the medians of wall time and of the processor's time. The first
epoch of each, which reads files for the first time, does not count.

    python scripts/benchmarks/data.py                  2,000 JPEGs of 512 pixels, drawn first
    python scripts/benchmarks/data.py images=200 turns=3
    python scripts/benchmarks/data.py root=IMAGES mode=as_is [workers=2]
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from photographs import draw_photographs
from PIL import Image
from streamed import streamed
from torch.utils.data import DataLoader, Dataset
from torchvision.transforms import v2
from turns import say

from ai_vs_human.data.datamodule import ImageDataModule
from ai_vs_human.data.loader import ResumableLoader
from ai_vs_human.data.members import folder
from ai_vs_human.image.window import random_window

BATCH = 64
CLASSES = {"ai": ["ai", "fake", "1_fake"], "human": ["human", "real", "0_real"]}
SPLITS = {"train": ["train"], "val": ["val"], "test": ["test"]}
PLAIN, CACHED, LIMIT = "PIL + torchvision", "ours, cached", "read limit"

Epoch = Callable[[int], Iterator[torch.Tensor]]
"""By its number, an epoch's batches; what it does before the first is asked for is not measured."""


@dataclass(frozen=True)
class Setting:
    """What is measured on; see the words at the top."""

    root: Path
    home: Path
    mode: str = "crop"
    size: int | None = 224
    workers: int = 0

    @property
    def options(self) -> dict[str, Any]:
        """How our loaders make batches."""
        return {
            "preprocess": {"mode": self.mode, "size": self.size},
            "batch_size": BATCH,
            "num_workers": self.workers,
        }

    def data(self, **changes: Any) -> ImageDataModule:
        """Our images, ready to learn from."""
        images = folder(
            root=str(self.root),
            cache_dir=str(self.home / "cache"),
            classes=CLASSES,
            splits=SPLITS,
            **self.options | changes,
        )
        data = ImageDataModule(images)
        data.setup("fit")
        return data


def contenders(setting: Setting) -> dict[str, Epoch]:
    """All of them, by name; another way to read the same images gets a row by a line here."""
    decoding, cached = setting.data(cache_gib=0.0), setting.data()
    size = setting.size
    rivals = {PLAIN: v2.RandomCrop(size, pad_if_needed=True) if size else v2.Identity()}
    if size:
        rivals["PIL + RandomResizedCrop"] = v2.RandomResizedCrop(size, antialias=True)
    return {
        **{name: plain(decoding, setting, crop) for name, crop in rivals.items()},
        "ours, decoding": partial(ours, decoding.train_dataloader()),
        CACHED: partial(ours, cached.train_dataloader()),
        **streamed(decoding.images, setting.home, setting.options),
        LIMIT: partial(limit, cached, size),
    }


def ours(loader: ResumableLoader, epoch: int) -> Iterator[torch.Tensor]:
    """The batches that a training gets."""
    loader.sampler.set_epoch(epoch)  # type: ignore[attr-defined]  # ours has it
    return (batch.images for batch in loader)


class Files(Dataset[tuple[torch.Tensor, int]]):
    """What most projects do: Pillow's decoder, a crop, floats."""

    def __init__(self, data: ImageDataModule, crop: Callable[[Image.Image], Image.Image]) -> None:
        self._manifest = data.images_of("train")
        to_floats = v2.Compose([v2.PILToTensor(), v2.ToDtype(torch.float32, scale=True)])
        self._transform = v2.Compose([crop, to_floats])

    def __len__(self) -> int:
        return len(self._manifest)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        record = self._manifest.records[index]
        with Image.open(self._manifest.root / record.path) as image:
            return self._transform(image.convert("RGB")), int(record.label)


def plain(data: ImageDataModule, setting: Setting, crop: Any) -> Epoch:
    """The usual pipeline with this crop."""
    loader = DataLoader(
        Files(data, crop),
        BATCH,
        shuffle=True,
        num_workers=setting.workers,
        persistent_workers=setting.workers > 0,
    )
    return lambda _: (images for images, _ in loader)


def limit(data: ImageDataModule, size: int | None, epoch: int) -> Iterator[torch.Tensor]:
    """The same crops copied out of the memory map, their places known beforehand."""
    dataset: Any = data.train_dataloader().dataset
    pixels, rng = dataset._cached, np.random.default_rng(epoch)  # noqa: SLF001 -- the same file
    views = []
    for row in rng.permutation(len(pixels)).tolist():
        image = pixels[row]
        height, width, _ = image.shape
        side = min(size or height, height, width) if size else 0
        window = random_window(height, width, side or height, side or width, rng)
        bottom, right = window.top + window.height, window.left + window.width
        views.append(image[window.top : bottom, window.left : right].transpose(2, 0, 1))
    return _copied(views)


def _copied(views: list[Any]) -> Iterator[torch.Tensor]:
    for start in range(0, len(views), BATCH):
        part = views[start : start + BATCH]
        batch = torch.empty((len(part), *part[0].shape), dtype=torch.uint8)
        for place, view in zip(batch.numpy(), part, strict=True):
            place[...] = view
        yield batch


@dataclass(frozen=True)
class Turn:
    """One epoch: images a second of wall time, and microseconds of this process an image."""

    rate: float
    cpu_us: float


def measure(epoch: Iterator[torch.Tensor]) -> Turn:
    """Take all batches, and touch none."""
    wall, cpu = time.perf_counter(), time.process_time()
    images = sum(len(batch) for batch in epoch)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return Turn(images / wall, cpu / images * 1e6)


def compare(rivals: Mapping[str, Epoch], turns: int) -> dict[str, Turn]:
    """Let the rivals take turns; the medians of each."""
    found: dict[str, list[Turn]] = {name: [] for name in rivals}
    for turn in range(turns + 1):
        # Each goes first every other time: a machine's speed drifts.
        for name in list(rivals)[:: 1 if turn % 2 == 0 else -1]:
            one = measure(rivals[name](turn))
            if turn:
                found[name].append(one)
            say(f"{turn}/{turns}  {name:24s} {one.rate:10,.0f} images/s {one.cpu_us:9,.1f} us")
    return {
        name: Turn(
            statistics.median(one.rate for one in ones),
            statistics.median(one.cpu_us for one in ones),
        )
        for name, ones in found.items()
    }


def report(found: Mapping[str, Turn], workers: int) -> None:
    """The medians, and how many times the usual pipeline and the limit each is."""
    say(f"\n{'':24s} {'images/s':>10s} {'x plain':>8s} {'of limit':>9s}   processor: us, x plain")
    for name, one in found.items():
        line = f"{name:24s} {one.rate:10,.0f} {one.rate / found[PLAIN].rate:8.1f}"
        line += f" {one.rate / found[LIMIT].rate:9.1%}"
        if not workers:  # of worker processes nothing is known here
            line += f"   {one.cpu_us:9,.1f} {found[PLAIN].cpu_us / one.cpu_us:8.1f}"
        say(line)


def main() -> None:
    """Measure, as the words on the command line say."""
    words = dict(word.split("=", 1) for word in sys.argv[1:])
    torch.set_num_threads(1)  # as in a worker; batches gain nothing from more
    with tempfile.TemporaryDirectory() as home:
        root = Path(words.get("root", f"{home}/photographs"))
        if "root" not in words:
            draw_photographs(root, int(words.get("images", "2000")))
        mode = words.get("mode", "crop")
        size = None if mode == "as_is" else int(words.get("size", "224"))
        setting = Setting(root, Path(home), mode, size, int(words.get("workers", "0")))
        report(compare(contenders(setting), int(words.get("turns", "5"))), setting.workers)


if __name__ == "__main__":
    main()
