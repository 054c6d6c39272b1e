"""What a run computes on to the meter that counts its joules."""

from collections.abc import Mapping

import torch
from lightning.pytorch import Trainer

from ai_vs_human.callbacks.energy.declared_meter import DeclaredMeter
from ai_vs_human.callbacks.energy.declared_watts import declared, demand_watts
from ai_vs_human.callbacks.energy.meter import Meter
from ai_vs_human.callbacks.energy.no_counters import NoCounters


def open_meter(
    trainer: Trainer,
    *,
    cpu: bool,
    counters: bool = True,
    declared_watts: Mapping[str, object] | None = None,
) -> Meter:
    """The meter of one process of a run: its own GPU, and the machine once.

    Args:
        trainer: of the run.
        cpu: count CPUs and memory; only the first process of a machine does.
        counters: read the machine's counters.
        declared_watts: what domains without a counter are declared to draw.

    Raises:
        EnergyError: if no counter is read, and nothing is declared for the computing device.
    """
    device = trainer.strategy.root_device
    if not counters:
        demand_watts(declared(declared_watts), device, cpu=cpu)
    unused = None
    if trainer.local_rank != 0:
        unused = "the machine's first process counts it"
    elif not cpu:
        unused = "switched off (energy.cpu=false)"
    return meter_for(device, host_unused=unused, counters=counters, declared_watts=declared_watts)


def meter_for(
    device: torch.device,
    *,
    host_unused: str | None,
    counters: bool = True,
    declared_watts: Mapping[str, object] | None = None,
) -> Meter:
    """The meter of what a process computes on.

    Args:
        device: only a CUDA or ROCm device, or an Apple one, is counted as GPU.
        host_unused: why CPUs and memory are not counted here; None counts them.
        counters: read the machine's counters; false does not import Zeus.
        declared_watts: what domains without a counter are declared to draw.

    Raises:
        EnergyError: if declared watts are no positive numbers by domain.
    """
    watts = declared(declared_watts)
    meter = _counting(device, host_unused) if counters else NoCounters(device, host_unused)
    return DeclaredMeter(meter, watts) if watts else meter


def _counting(device: torch.device, host_unused: str | None) -> Meter:
    # Only here: energy=none must not import Zeus, and neither must tab completion.
    from ai_vs_human.callbacks.energy.zeus_meter import ZeusMeter  # noqa: PLC0415

    return ZeusMeter(device, host_unused=host_unused)
