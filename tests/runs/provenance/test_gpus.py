"""GPUs as the driver tells them; CUDA is not started for that."""

import subprocess
import sys
from types import SimpleNamespace

import pynvml
import pytest
import torch

from ai_vs_human.runs.provenance import gpus
from ai_vs_human.runs.provenance.gpus import read_gpus


class Driver:
    """A driver with two GPUs, in pynvml's words."""

    def __init__(self, *, broken: bool = False) -> None:
        self.broken = broken
        self.users = 0
        self.pynvml = SimpleNamespace(
            NVMLError=pynvml.NVMLError,
            nvmlInit=lambda: self._count(1),
            nvmlShutdown=lambda: self._count(-1),
            nvmlDeviceGetCount=lambda: 2,
            nvmlDeviceGetHandleByIndex=lambda index: index,
            nvmlDeviceGetName=self._name,
            nvmlDeviceGetMemoryInfo=lambda gpu: SimpleNamespace(total=(gpu + 1) * 2**30),
            nvmlSystemGetDriverVersion=lambda: "580.1",
        )

    def _count(self, more: int) -> None:
        self.users += more

    def _name(self, gpu: int) -> str:
        if self.broken:
            raise pynvml.NVMLError(pynvml.NVML_ERROR_GPU_IS_LOST)
        return f"GPU {gpu}"


def test_gpus_are_those_that_torch_sees() -> None:
    assert len(read_gpus()) >= torch.cuda.device_count()


def test_each_gpu_has_its_name_memory_and_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    driver = Driver()
    monkeypatch.setattr(gpus, "pynvml", driver.pynvml)

    assert read_gpus() == [
        {"name": "GPU 0", "memory_bytes": 2**30, "driver": "580.1"},
        {"name": "GPU 1", "memory_bytes": 2**31, "driver": "580.1"},
    ]
    assert driver.users == 0


def test_a_driver_that_fails_ends_no_run(monkeypatch: pytest.MonkeyPatch) -> None:
    driver = Driver(broken=True)
    monkeypatch.setattr(gpus, "pynvml", driver.pynvml)

    assert read_gpus() == []
    assert driver.users == 0


def test_looking_for_gpus_does_not_import_torch() -> None:
    code = (
        "import sys; from ai_vs_human.runs.provenance.gpus import read_gpus; read_gpus();"
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
