"""Jobs that run beside each other to the energy that each of them would count as its own."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ai_vs_human.jobs.gpus import visible_gpus

RAPL: Final = (
    Path("/sys/class/powercap/intel-rapl"),
    Path("/zeus_sys/class/powercap/intel-rapl"),
)
_DAEMON: Final = ("ZEUSD_SOCK_PATH", "ZEUSD_HOST_PORT")


def counted_by_each(config: Mapping[str, Any], jobs: int) -> str | None:
    """What each job of a multirun counts whole while others use it too; None where nothing is.

    Counters are those of devices: they do not tell which process drew what.

    Args:
        config: composed.
        jobs: how many run at a time on one machine.
    """
    energy = config.get("energy") or {}
    if jobs == 1 or not energy or energy.get("counters") is False:
        return None
    if energy.get("cpu") is not False and _has_counters_of_cpus():
        return "the CPUs"
    trainer = config.get("trainer") or {}
    on_gpu = trainer.get("accelerator", "auto") in {"auto", "gpu", "cuda"}
    return "the machine's only GPU" if on_gpu and len(visible_gpus(os.environ)) == 1 else None


def _has_counters_of_cpus() -> bool:
    """Whether there may be some, found without Zeus: most virtual machines have none."""
    return any(path.is_dir() for path in RAPL) or any(os.environ.get(name) for name in _DAEMON)
