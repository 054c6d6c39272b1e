"""One process' numbers to the sums over all processes of a run, and these to its loggers."""

import math
from collections.abc import Mapping, Sequence

import torch
from lightning.pytorch import LightningModule, Trainer


def summed(trainer: Trainer, numbers: Sequence[int]) -> list[int]:
    """The sums over all processes; each of them has to call this at the same moment.

    Float64 holds whole numbers up to 2**53 without loss: 9 gigajoules in microjoules.
    """
    if trainer.world_size == 1:
        return list(numbers)
    device = trainer.strategy.root_device
    vector = torch.tensor(numbers, dtype=torch.float64, device=device)
    total = trainer.strategy.reduce(vector, reduce_op="sum")
    return [round(value) for value in torch.as_tensor(total).tolist()]


def log_sums(trainer: Trainer, module: LightningModule, metrics: Mapping[str, float]) -> None:
    """Log figures that are the same in every process, in double precision.

    They are not reduced again: Lightning would do so whenever one process' progress bar looks
    at the metrics, and the processes would wait for each other for ever. A float32 would begin
    to drop joules at 16 MJ, which is six hours of a GPU at 700 W.
    """
    several = trainer.world_size > 1
    device = trainer.strategy.root_device if several else torch.device("cpu")
    for name, value in metrics.items():
        figure = torch.tensor(value, dtype=torch.float64, device=device)
        module.log(name, figure, batch_size=1)


def qualities(trainer: Trainer) -> dict[str, float]:
    """The finite metrics logged so far but for energy; each process has to ask at once."""
    figures = {name: float(value) for name, value in trainer.callback_metrics.items()}
    return {
        name: value
        for name, value in figures.items()
        if math.isfinite(value) and not name.startswith("energy")
    }
