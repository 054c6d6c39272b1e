"""Millijoules that a test names to the counters of NVML, read by the real pynvml and Zeus."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

SOURCE = Path(__file__).with_name("fake_nvml.c")
VOLTA, PASCAL = 5, 4
NO_MIG, UNCUT, CUT = -1, 0, 1


def compiler() -> str | None:
    """The machine's C compiler, if it has one."""
    return shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")


def compiled(folder: Path) -> Path:
    """The library that stands for NVIDIA's."""
    library = folder / "libnvidia-ml.so.1"
    words = [str(compiler()), "-shared", "-fPIC", "-O1", "-Wall", "-Werror"]
    subprocess.run([*words, "-o", str(library), str(SOURCE)], check=True)
    return library


@dataclass
class Gpu:
    """One GPU, as NVML and CUDA tell of it.

    Attributes:
        file: what the library reads.
        uuid: without the word GPU in front, as CUDA tells it.
        millijoules: the counter.
    """

    file: Path
    uuid: str
    name: str
    architecture: int
    mig: int
    millijoules: int

    def set(self, millijoules: int) -> None:
        """Put the counter somewhere, as a driver does that is loaded again."""
        self.millijoules = millijoules
        line = f"{millijoules} {self.architecture} {self.mig} GPU-{self.uuid} {self.name}\n"
        partial = self.file.with_suffix(".partial")
        partial.write_text(line)
        partial.replace(self.file)

    def spend(self, joules: float) -> None:
        """Advance the counter."""
        self.set(self.millijoules + round(joules * 1000))


class GpuMachine:
    """The GPUs of a machine, in NVML's order, and those that CUDA shows of them.

    Args:
        folder: $FAKE_NVML_DIR, where the library looks.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self.gpus: list[Gpu] = []
        self.visible: list[str] = []

    def add(
        self, name: str = "Tesla", *, architecture: int = VOLTA, mig: int = NO_MIG, at: int = 1_000
    ) -> Gpu:
        """Add a GPU, which CUDA shows after those before."""
        number = len(self.gpus)
        uuid = f"{number:08x}-1111-2222-3333-444455556666"
        gpu = Gpu(self._folder / f"gpu{number}", uuid, name, architecture, mig, at)
        gpu.set(at)
        self.gpus.append(gpu)
        self.visible.append(uuid)
        return gpu

    def properties(self, device: object) -> SimpleNamespace:
        """Torch's word for it: CUDA raises where it shows no such device."""
        index = getattr(device, "index", None) or 0
        if index >= len(self.visible):
            raise RuntimeError("CUDA error: invalid device ordinal")
        return SimpleNamespace(uuid=self.visible[index])
