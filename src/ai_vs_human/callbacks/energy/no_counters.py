"""A run whose counters are switched off to a meter that reads nothing, without importing Zeus."""

from typing import Final

import torch

from ai_vs_human.callbacks.energy.meter import DOMAINS, Domain, Provenance

GPU_TYPES: Final = ("cuda", "mps")
"""Torch's names of the devices that are counted as a GPU."""

_OFF: Final = Provenance(
    "unavailable",
    reason="counters are switched off (energy.counters=false)",
    hint="energy.counters=true",
)


class NoCounters:
    """The domains that a run uses, all of them without a counter.

    Args:
        device: what the process computes on.
        host_unused: why CPUs and memory are not counted here; None would count them.
    """

    def __init__(self, device: torch.device, host_unused: str | None = None) -> None:
        self.domains: dict[Domain, Provenance] = dict.fromkeys(DOMAINS, _OFF)
        if device.type not in GPU_TYPES:
            self.domains["gpu"] = gpu_unused(device)
        if host_unused is not None:
            unused = Provenance("unused", reason=host_unused)
            self.domains |= {"cpu": unused, "dram": unused}

    def read(self, *, settled: bool) -> dict[Domain, int]:  # noqa: ARG002 -- nothing to wait for
        """Nothing: there is no domain with a counter."""
        return {}


def gpu_unused(device: torch.device) -> Provenance:
    """What is said of the GPUs beside a run that computes on something else."""
    return Provenance("unused", reason=f"the run computes on {device.type}")
