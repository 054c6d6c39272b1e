"""The device that a process computes on to the energy counter of its GPU."""

from functools import partial
from typing import Any, Final

import torch
from zeus.device import get_gpus

from ai_vs_human.callbacks.energy.counted import Counted, counted, missing
from ai_vs_human.callbacks.energy.counter import Counter
from ai_vs_human.callbacks.energy.nvidia_gpu import NoGpuCounterError, nvidia_gpu

_HINT: Final = (
    "python -m zeus.show_env shows what Zeus can read; GPUs before Volta and MIG slices have no "
    "counter"
)


def gpu_counter(device: torch.device) -> Counted:
    """The counter of one CUDA or ROCm device, or why there is none."""
    try:
        return _amd(device.index or 0) if torch.version.hip else _nvidia(device)
    except NoGpuCounterError as error:
        return missing(str(error), _HINT)
    except Exception as error:  # noqa: BLE001 -- Zeus passes on ValueError, KeyError and
        # OSError of the vendors' libraries, and Torch RuntimeErrors of its drivers
        return missing(f"{type(error).__name__}: {error}", _HINT)


def _nvidia(device: torch.device) -> Counted:
    return _counted("nvml", nvidia_gpu(device))


def _amd(index: int) -> Counted:
    """Zeus numbers AMD's GPUs as Torch does, by HIP_VISIBLE_DEVICES."""
    return _counted("amdsmi", get_gpus().gpus[index])


def _counted(source: str, gpu: Any) -> Counted:
    name = str(gpu.get_name())
    if not gpu.supports_get_total_energy_consumption():
        raise NoGpuCounterError(f"{name} has no energy counter")
    return counted(source, Counter(name, partial(_microjoules, gpu)))


def _microjoules(gpu: Any) -> int:
    millijoules: float = gpu.get_total_energy_consumption()
    return round(millijoules * 1000)
