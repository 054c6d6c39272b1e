"""A machine whose counters a test can turn, read by the real Zeus."""

from collections.abc import Iterator
from ctypes import CDLL
from pathlib import Path

import pynvml
import pytest
import torch
import zeus.device.cpu
from zeus.device.cpu import rapl

from tests.callbacks.energy.gpu_machine import GpuMachine, compiled, compiler
from tests.callbacks.energy.rapl_tree import RaplTree


@pytest.fixture
def no_counters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A machine without RAPL; the path is where its tree would be."""
    root = tmp_path / "intel-rapl"
    monkeypatch.setattr(rapl, "RAPL_DIR", str(root))
    monkeypatch.setattr(rapl, "CONTAINER_RAPL_DIR", str(tmp_path / "nowhere"))
    monkeypatch.setattr(zeus.device.cpu, "_cpus", None)
    monkeypatch.delenv("ZEUSD_SOCK_PATH", raising=False)
    monkeypatch.delenv("ZEUSD_HOST_PORT", raising=False)
    rapl.rapl_is_available.cache_clear()
    yield root
    rapl.rapl_is_available.cache_clear()


@pytest.fixture
def tree(no_counters: Path) -> RaplTree:
    """A machine with RAPL, and no zone yet."""
    return RaplTree(no_counters)


@pytest.fixture(scope="session")
def nvml(tmp_path_factory: pytest.TempPathFactory) -> CDLL:
    """A library that stands for NVIDIA's, compiled here."""
    if compiler() is None:
        pytest.skip("a library that stands for NVML needs a C compiler (cc), and there is none")
    return CDLL(str(compiled(tmp_path_factory.mktemp("nvml"))))


@pytest.fixture
def machine(nvml: CDLL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GpuMachine:
    """A machine with NVML and no GPU yet; the real pynvml asks the library."""
    monkeypatch.setattr(pynvml, "nvmlLib", nvml)
    monkeypatch.setattr(pynvml, "_nvmlGetFunctionPointer_cache", {})
    monkeypatch.setenv("FAKE_NVML_DIR", str(tmp_path / "gpus"))
    made = GpuMachine(tmp_path / "gpus")
    monkeypatch.setattr(torch.cuda, "get_device_properties", made.properties)
    return made
