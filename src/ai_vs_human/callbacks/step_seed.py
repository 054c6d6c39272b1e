"""A step's address to the random numbers that the network draws in it."""

import random
from typing import Any

import numpy as np
import torch
from lightning.pytorch import Callback, LightningModule, Trainer
from typing_extensions import override


class StepSeed(Callback):
    """Seeds Python, NumPy and torch before each training step from (seed, rank, epoch, batch).

    Dropout and whatever else is random in a network then depends on the step alone, not on what
    came before: a run that goes on from a checkpoint draws what the unbroken run would have
    drawn, on every rank, and no generator's state needs to be stored.

    Args:
        seed: of the run, at least 0.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed

    @override
    def on_train_batch_start(
        self, trainer: Trainer, pl_module: LightningModule, batch: Any, batch_idx: int
    ) -> None:
        seed_step(self.seed, trainer.global_rank, trainer.current_epoch, batch_idx)


def seed_step(seed: int, rank: int, epoch: int, batch: int) -> None:
    """Seed all three generators from a step's address, each part of which is at least 0."""
    low, high = np.random.SeedSequence([seed, rank, epoch, batch]).generate_state(2).tolist()
    random.seed(low)
    np.random.seed(low)  # noqa: NPY002 -- the global state, which a layer may draw from
    torch.manual_seed(high << 32 | low)
