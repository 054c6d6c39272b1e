"""What a run computes on to the meter that counts its joules."""

import torch
from lightning.pytorch import Trainer

from ai_vs_human.callbacks.energy.meter import Meter


def open_meter(trainer: Trainer, *, cpu: bool) -> Meter:
    """The meter of one process of a run: its own GPU, and the machine once.

    Args:
        trainer: of the run.
        cpu: count CPUs and memory; only the first process of a machine does.
    """
    unused = None
    if trainer.local_rank != 0:
        unused = "the machine's first process counts it"
    elif not cpu:
        unused = "switched off (energy.cpu=false)"
    return meter_for(trainer.strategy.root_device, host_unused=unused)


def meter_for(device: torch.device, *, host_unused: str | None) -> Meter:
    """The meter of what a process computes on.

    Args:
        device: only a CUDA or ROCm device is counted as GPU.
        host_unused: why CPUs and memory are not counted here; None counts them.
    """
    # Only here: energy=none must not import Zeus, and neither must tab completion.
    from ai_vs_human.callbacks.energy.zeus_meter import ZeusMeter  # noqa: PLC0415

    return ZeusMeter(device, host_unused=host_unused)
