"""Zeus' view of this machine's counters to a meter: NVML or AMD SMI, RAPL, or Apple's report.

The counters are read through the device classes of `zeus.device`, and the windows are ours,
instead of `zeus.monitor.ZeusMonitor`. Its windows cost the same and read the same counters, but
* start with 2.7 s of CPU time and 59 MB (pandas, scikit-learn) where these take 0.3 s and 13 MB;
* start a process for each RAPL file to notice a wrap, which imports the main script again (580 MB
  and 6 s of CPU time each where that imports torch), outlives a killed run, and misses a wrap in
  the last second of a window;
* count the zone psys, which holds the packages, as one more CPU;
* give 0 where nothing can be read, and negative energy after a reset;
* fail where CUDA_VISIBLE_DEVICES holds a UUID or a -1.
What they can do besides, adding up samples of power that a process takes of GPUs older than Volta
and of Jetsons, is no reading of a counter, and the process outlives a killed run.
"""

import platform
import sys
import time
from typing import Final

import torch
from zeus.device.soc.jetson import jetson_is_available

from ai_vs_human.callbacks.energy.apple_counters import apple_counters
from ai_vs_human.callbacks.energy.counted import Counted, missing, unused
from ai_vs_human.callbacks.energy.gpu_counter import gpu_counter
from ai_vs_human.callbacks.energy.host_counters import host_counters
from ai_vs_human.callbacks.energy.meter import DOMAINS, Domain, Provenance
from ai_vs_human.callbacks.energy.no_counters import GPU_TYPES, gpu_unused

_JETSON: Final = missing(
    "a Jetson tells watts, and has no counter of joules",
    "energy=declared with what tegrastats shows",
)


class ZeusMeter:
    """The counters of this process' GPU and, once a machine, of its CPUs and memory.

    Args:
        device: what the process computes on; only a CUDA, ROCm or Apple device is a GPU.
        host_unused: why CPUs and memory are not counted here; None counts them.
    """

    def __init__(self, device: torch.device, host_unused: str | None = None) -> None:
        self._device = device
        self._counted = _found(device, host=host_unused is None)
        if device.type not in GPU_TYPES:
            self._counted["gpu"] = Counted(gpu_unused(device))
        if host_unused is not None:
            self._counted |= {"cpu": unused(host_unused), "dram": unused(host_unused)}
        self._read_at = time.monotonic()

    @property
    def domains(self) -> dict[Domain, Provenance]:
        """Every domain, as of the last reading."""
        return {domain: self._counted[domain].provenance for domain in DOMAINS}

    def read(self, *, settled: bool) -> dict[Domain, int]:
        """Microjoules since the reading before, by counted domain; never negative."""
        if settled and self._counted["gpu"].counters:
            _wait(self._device)
        now = time.monotonic()
        seconds, self._read_at = now - self._read_at, now
        counting = {domain: found for domain, found in self._counted.items() if found.counters}
        return {domain: found.advance(seconds) for domain, found in counting.items()}


def _found(device: torch.device, *, host: bool) -> dict[Domain, Counted]:
    if sys.platform == "darwin":
        return apple_counters()
    if platform.machine() == "aarch64" and jetson_is_available():
        return dict.fromkeys(DOMAINS, _JETSON)
    found: dict[Domain, Counted] = host_counters() if host else {}
    if device.type == "cuda":
        found["gpu"] = gpu_counter(device)
    return found


def _wait(device: torch.device) -> None:
    """Until the device has done all the work that it was given."""
    if device.type == "mps":
        torch.mps.synchronize()
    else:
        torch.cuda.synchronize(device)
