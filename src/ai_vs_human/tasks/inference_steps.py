"""A trained detector and its test images to one step of inference, which can be repeated."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from typing import Final

import torch
from lightning.pytorch import Trainer
from torch import Tensor

from ai_vs_human.batch import Batch
from ai_vs_human.callbacks.energy.steady import Step
from ai_vs_human.data.datamodule import ImageDataModule
from ai_vs_human.training.module import DetectorModule

_BATCHES: Final = 8
"""Different batches at most that take turns: enough for no cache to know them all."""


def pool_of(datamodule: ImageDataModule, count: int) -> Tensor:
    """So many preprocessed test images of one size, or as many as there are."""
    images: list[Tensor] = []
    for batch in datamodule.test_dataloader():
        if isinstance(batch, Batch) and (not images or batch.images.shape[1:] == images[0].shape):
            images += list(batch.images)
        if len(images) >= _BATCHES * count:
            break
    return torch.stack(images[: _BATCHES * count])


def step_of(module: DetectorModule, pool: Tensor, size: int, device: torch.device) -> Step:
    """One batch from memory to scores in memory; small pools are repeated to fill it."""
    pinned = device.type == "cuda"
    number = max(1, min(_BATCHES, len(pool) // size))
    rows = [torch.arange(n * size, (n + 1) * size) % len(pool) for n in range(number)]
    batches = cycle([pool[row].pin_memory() if pinned else pool[row] for row in rows])

    def step() -> int:
        images = next(batches).to(device, non_blocking=pinned)
        module(images).float().sigmoid().cpu()  # the copy waits for the device
        return size

    return step


@contextmanager
def ready(module: DetectorModule, trainer: Trainer, device: torch.device) -> Iterator[None]:
    """The module on its device, as a test runs it: Lightning took it away at the test's end."""
    module.eval().to(device)
    with torch.inference_mode(), trainer.precision_plugin.forward_context():
        yield
