"""RAPL's zones, or the daemon that may read them, to counters of CPUs and memory."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

from zeus.device import get_cpus
from zeus.device.cpu.common import ZeusCPUNoPermissionError
from zeus.device.cpu.rapl import RAPLFile, ZeusdRAPLCPU

from ai_vs_human.callbacks.energy.counted import Counted, counted, missing
from ai_vs_human.callbacks.energy.counter import Counter
from ai_vs_human.callbacks.energy.meter import Domain

_READABLE: Final = (
    "sudo chmod -R a+r /sys/class/powercap/intel-rapl/ (until the next boot), "
    "or run zeusd and set ZEUSD_SOCK_PATH"
)
_PRESENT: Final = (
    "virtual machines rarely have RAPL; into a container, mount /sys/class/powercap/intel-rapl "
    "at /zeus_sys/class/powercap/intel-rapl"
)


def host_counters() -> dict[Domain, Counted]:
    """The machine's CPUs and memory, each with its counters or why there are none."""
    try:
        found = list(_counters(get_cpus()))
    except Exception as error:  # noqa: BLE001 -- besides Zeus' own, OSError and ValueError
        # of half-masked sysfs trees, and a daemon client's
        denied = isinstance(error, ZeusCPUNoPermissionError | PermissionError)
        reason = "RAPL's counters may not be read" if denied else f"no RAPL: {error}"
        unread = missing(reason, _READABLE if denied else _PRESENT)
        return {"cpu": unread, "dram": unread}
    return {"cpu": _domain("cpu", found), "dram": _domain("dram", found)}


def _domain(domain: Domain, found: list[tuple[Domain, str, Counter]]) -> Counted:
    counters = [(source, counter) for kind, source, counter in found if kind == domain]
    if counters:
        return counted(counters[0][0], *(counter for _, counter in counters))
    hint = _PRESENT if domain == "cpu" else "many processors have none"
    return missing(f"RAPL has no {domain} zone on this machine", hint)


def _counters(cpus: Any) -> Iterator[tuple[Domain, str, Counter]]:
    """The domain, source and counter of each package and its memory.

    Zones of other names hold packages, as psys does, or are parts of them. A name that comes
    twice is a package that the kernel shows in two places.
    """
    seen = set[str]()
    for cpu in cpus.cpus:
        name = _name(cpu, cpus.rapl_dir)
        if name.startswith("package") and name not in seen:
            seen.add(name)
            yield from _by_daemon(name, cpu) if _is_by_daemon(cpu) else _by_file(name, cpu)


def _is_by_daemon(cpu: Any) -> bool:
    return isinstance(cpu, ZeusdRAPLCPU)


def _name(cpu: Any, rapl_dir: str) -> str:
    if _is_by_daemon(cpu):
        return Path(rapl_dir, f"intel-rapl:{cpu.cpu_index}", "name").read_text().strip()
    return str(cpu.rapl_file.name)


def _by_file(name: str, cpu: Any) -> Iterator[tuple[Domain, str, Counter]]:
    yield "cpu", "rapl", _zone_counter(name, cpu.rapl_file)
    if cpu.dram is not None:
        yield "dram", "rapl", _zone_counter(f"{name} dram", cpu.dram)


def _zone_counter(name: str, zone: RAPLFile) -> Counter:
    return Counter(name, partial(_zone_microjoules, zone.path), int(zone.max_energy_range_uj))


def _zone_microjoules(path: str) -> int:
    """A zone read anew: `RAPLFile.read` would start a process that watches for wraps."""
    return int(RAPLFile(path).last_energy)


def _by_daemon(name: str, cpu: Any) -> Iterator[tuple[Domain, str, Counter]]:
    """The daemon reads for users who may not, and unwraps the counters itself."""
    yield "cpu", "zeusd", Counter(name, partial(_daemon_microjoules, cpu, "cpu_mj"))
    if cpu.supports_get_dram_energy_consumption():
        yield "dram", "zeusd", Counter(f"{name} dram", partial(_daemon_microjoules, cpu, "dram_mj"))


def _daemon_microjoules(cpu: Any, field: str) -> int:
    millijoules: float = getattr(cpu.get_total_energy_consumption(), field)
    return round(millijoules * 1000)
