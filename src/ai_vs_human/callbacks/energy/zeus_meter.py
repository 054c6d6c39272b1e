"""Zeus' view of this machine's counters to a meter: NVML or AMD SMI, and RAPL.

The counters are read through the device classes of `zeus.device`, and the windows are ours,
instead of `zeus.monitor.ZeusMonitor`. Its windows cost the same and read the same counters, but
* start with 2.7 s of CPU time and 59 MB (pandas, scikit-learn) where these take 0.3 s and 13 MB;
* start a process for each RAPL file to notice a wrap, which imports the main script again (580 MB
  and 6 s of CPU time each where that imports torch), outlives a killed run, and misses a wrap in
  the last second of a window;
* count the zone psys, which holds the packages, as one more CPU;
* give 0 where nothing can be read, and negative energy after a reset.
What they can do besides, polling the power of GPUs older than Volta, would be an estimate.
"""

import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

import torch
from zeus.device import get_cpus, get_gpus
from zeus.device.cpu.common import ZeusCPUNoPermissionError
from zeus.device.cpu.rapl import RAPLFile, ZeusdRAPLCPU
from zeus.device.gpu.nvidia import NVIDIAGPUs

from ai_vs_human.callbacks.energy.counter import Counter
from ai_vs_human.callbacks.energy.meter import Domain, Provenance

_READABLE: Final = (
    "sudo chmod -R a+r /sys/class/powercap/intel-rapl/ (until the next boot), "
    "or run zeusd and set ZEUSD_SOCK_PATH"
)
_PRESENT: Final = (
    "virtual machines rarely have RAPL; into a container, mount /sys/class/powercap/intel-rapl "
    "at /zeus_sys/class/powercap/intel-rapl"
)
_VISIBLE: Final = (
    "python -m zeus.show_env shows what Zeus can read; CUDA_VISIBLE_DEVICES must hold plain "
    "indices, and GPUs before Volta and MIG slices have no counter"
)


class ZeusMeter:
    """The counters of this process' GPU and, once a machine, of its CPUs and memory.

    Args:
        device: what the process computes on; only a CUDA or ROCm device is counted as GPU.
        host_unused: why CPUs and memory are not counted here; None counts them.
    """

    def __init__(self, device: torch.device, host_unused: str | None = None) -> None:
        self._device = device
        self._counters: dict[Domain, list[Counter]] = {}
        self._domains: dict[Domain, Provenance] = {}
        if device.type == "cuda":
            self._add_gpu(device.index or 0)
        else:
            reason = f"the run computes on {device.type}"
            self._domains["gpu"] = Provenance("unused", reason=reason)
        if host_unused is None:
            self._add_host()
        else:
            self._domains["cpu"] = Provenance("unused", reason=host_unused)
            self._domains["dram"] = Provenance("unused", reason=host_unused)
        self._read_at = time.monotonic()

    @property
    def domains(self) -> dict[Domain, Provenance]:
        """Every domain, as of the last reading."""
        for domain, counters in self._counters.items():
            known = self._domains[domain]
            anomalies = tuple(text for counter in counters for text in counter.anomalies)
            self._domains[domain] = Provenance(
                "measured", known.source, known.devices, anomalies=anomalies
            )
        return dict(self._domains)

    def read(self, *, settled: bool) -> dict[Domain, int]:
        """Microjoules since the reading before, by measured domain; never negative."""
        if settled and "gpu" in self._counters:
            torch.cuda.synchronize(self._device)
        now = time.monotonic()
        seconds, self._read_at = now - self._read_at, now
        return {
            domain: sum(counter.advance(seconds) for counter in counters)
            for domain, counters in self._counters.items()
        }

    def _add(self, domain: Domain, source: str, counters: list[Counter]) -> None:
        devices = tuple(counter.device for counter in counters)
        self._counters[domain] = counters
        self._domains[domain] = Provenance("measured", source, devices)

    def _add_gpu(self, index: int) -> None:
        try:
            gpus = get_gpus()
            if not gpus.supports_get_total_energy_consumption(index):
                reason = f"{gpus.get_name(index)} has no energy counter"
                self._domains["gpu"] = Provenance("unavailable", reason=reason, hint=_VISIBLE)
                return
            counter = Counter(str(gpus.get_name(index)), partial(_gpu_microjoules, gpus, index))
        except Exception as error:  # noqa: BLE001 -- Zeus passes on ValueError, KeyError and
            # OSError of the vendors' libraries where CUDA_VISIBLE_DEVICES or a driver is odd
            reason = f"{type(error).__name__}: {error}"
            self._domains["gpu"] = Provenance("unavailable", reason=reason, hint=_VISIBLE)
            return
        self._add("gpu", "nvml" if isinstance(gpus, NVIDIAGPUs) else "amdsmi", [counter])

    def _add_host(self) -> None:
        try:
            found = list(_rapl_counters(get_cpus()))
        except Exception as error:  # noqa: BLE001 -- besides Zeus' own, OSError and ValueError
            # of half-masked sysfs trees, and a daemon client's
            denied = isinstance(error, ZeusCPUNoPermissionError | PermissionError)
            reason = "RAPL's counters may not be read" if denied else f"no RAPL: {error}"
            unread = Provenance(
                "unavailable", reason=reason, hint=_READABLE if denied else _PRESENT
            )
            self._domains |= {"cpu": unread, "dram": unread}
            return
        for domain in ("cpu", "dram"):
            counters = [counter for kind, _, counter in found if kind == domain]
            if counters:
                self._add(domain, found[0][1], counters)
            else:
                reason = f"RAPL has no {domain} zone on this machine"
                hint = _PRESENT if domain == "cpu" else "many processors have none"
                self._domains[domain] = Provenance("unavailable", reason=reason, hint=hint)


def _gpu_microjoules(gpus: Any, index: int) -> int:
    millijoules: float = gpus.get_total_energy_consumption(index)
    return round(millijoules * 1000)


def _rapl_counters(cpus: Any) -> Iterator[tuple[Domain, str, Counter]]:
    """The domain, source and counter of each package and its memory; psys holds the packages."""
    for cpu in cpus.cpus:
        if isinstance(cpu, ZeusdRAPLCPU):
            yield from _daemon_counters(cpu, cpus.rapl_dir)
            continue
        package: RAPLFile = cpu.rapl_file
        if not package.name.startswith("package"):
            continue
        yield "cpu", "rapl", _zone_counter(package.name, package)
        if cpu.dram is not None:
            yield "dram", "rapl", _zone_counter(f"{package.name} dram", cpu.dram)


def _zone_counter(name: str, zone: RAPLFile) -> Counter:
    return Counter(name, partial(_zone_microjoules, zone.path), int(zone.max_energy_range_uj))


def _zone_microjoules(path: str) -> int:
    """A zone read anew: `RAPLFile.read` would start a process that watches for wraps."""
    return int(RAPLFile(path).last_energy)


def _daemon_counters(cpu: Any, rapl_dir: str) -> Iterator[tuple[Domain, str, Counter]]:
    """The daemon reads for users who may not, and unwraps the counters itself."""
    name = Path(rapl_dir, f"intel-rapl:{cpu.cpu_index}", "name").read_text().strip()
    if not name.startswith("package"):
        return
    yield "cpu", "zeusd", Counter(name, lambda: _daemon_microjoules(cpu, "cpu_mj"))
    if cpu.supports_get_dram_energy_consumption():
        yield "dram", "zeusd", Counter(f"{name} dram", lambda: _daemon_microjoules(cpu, "dram_mj"))


def _daemon_microjoules(cpu: Any, field: str) -> int:
    millijoules: float = getattr(cpu.get_total_energy_consumption(), field)
    return round(millijoules * 1000)
