"""The NVIDIA driver's word to the list of GPUs, without starting CUDA in this process.

A process in which CUDA has started cannot fork others that use it: a look must not decide that.
"""

from typing import Any

import pynvml


def read_gpus() -> list[dict[str, Any]]:
    """Each NVIDIA GPU of the machine: name, memory in bytes, version of the driver.

    Which of them a run may see is a matter of CUDA_VISIBLE_DEVICES, which is kept beside this.
    Empty where there is no NVIDIA driver, or where it does not answer.
    """
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return []
    try:
        return [_described(index) for index in range(pynvml.nvmlDeviceGetCount())]
    except pynvml.NVMLError:
        return []
    finally:
        pynvml.nvmlShutdown()


def _described(index: int) -> dict[str, Any]:
    gpu = pynvml.nvmlDeviceGetHandleByIndex(index)
    return {
        "name": pynvml.nvmlDeviceGetName(gpu),
        "memory_bytes": int(pynvml.nvmlDeviceGetMemoryInfo(gpu).total),
        "driver": pynvml.nvmlSystemGetDriverVersion(),
    }
