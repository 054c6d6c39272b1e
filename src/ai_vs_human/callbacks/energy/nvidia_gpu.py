"""What Torch computes on to NVML's view of the same GPU, and its energy counter.

CUDA and NVML number the GPUs of a machine differently: CUDA_VISIBLE_DEVICES hides some of them
from CUDA, by index, by UUID or its beginning, or from a -1 on, and CUDA_DEVICE_ORDER sorts the
rest. Only Torch knows what came of all that, and it tells the GPU's UUID; the variables are not
read here. Zeus' list of GPUs does read them, and fails or takes another GPU.
"""

from typing import Any, Final

import pynvml
import torch
from zeus.device.gpu.nvidia import NVIDIAGPU

_NO_MIG: Final = "a MIG slice has no energy counter of its own"


class NoGpuCounterError(Exception):
    """A GPU whose energy cannot be read; the text says why."""


def nvidia_gpu(device: torch.device) -> NVIDIAGPU:
    """The GPU behind a device of Torch's, opened in NVML.

    Raises:
        NoGpuCounterError: if NVML does not know the GPU, or a slice of it computes.
        NVMLError: if there is no NVML, or it fails.
    """
    pynvml.nvmlInit()
    index = _nvml_index(_uuid(device))
    gpu = NVIDIAGPU(index)
    if _is_sliced(gpu.handle):
        raise NoGpuCounterError(f"{gpu.get_name()} is cut into slices, and {_NO_MIG}")
    return gpu


def _uuid(device: torch.device) -> str:
    """The UUID as CUDA tells it: without the word GPU or MIG in front."""
    return str(torch.cuda.get_device_properties(device).uuid).lower()


def _nvml_index(uuid: str) -> int:
    for index in range(pynvml.nvmlDeviceGetCount()):
        if _uuid_in_nvml(index) == f"gpu-{uuid}":
            return index
    raise NoGpuCounterError(f"NVML lists no GPU with the UUID {uuid}; {_NO_MIG}")


def _uuid_in_nvml(index: int) -> str | None:
    """None for a GPU that this process may not open, or that fell off the bus."""
    try:
        handle = pynvml.nvmlDeviceGetHandleByIndex(index)
        return str(pynvml.nvmlDeviceGetUUID(handle)).lower()
    except pynvml.NVMLError:
        return None


def _is_sliced(handle: Any) -> bool:
    try:
        current, _ = pynvml.nvmlDeviceGetMigMode(handle)
    except pynvml.NVMLError:  # most GPUs cannot be sliced, and old drivers do not know the word
        return False
    return bool(current == pynvml.NVML_DEVICE_MIG_ENABLE)
