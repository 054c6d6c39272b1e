"""The Python, packages, machine and variables that a run meets, in plain values without secrets."""

import os
import platform
import re
import sys
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from ai_vs_human.runs.masking import mask_config
from ai_vs_human.runs.provenance.gpus import read_gpus

_CPU_INFO: Final = Path("/proc/cpuinfo")

# What changes the numbers a run computes, or where it runs; nothing else is anyone's business.
_PREFIXES: Final = (
    *("AI_VS_HUMAN_", "TORCH_", "TORCHINDUCTOR_", "PYTORCH_", "LIGHTNING_", "PL_", "ZEUS_"),
    *("CUDA_", "CUBLAS_", "CUDNN_", "NCCL_", "GLOO_", "NVIDIA_", "HIP_", "ROCR_", "MIOPEN_"),
    *("OMP_", "GOMP_", "KMP_", "MKL_", "OPENBLAS_", "DNNL_", "ONEDNN_", "NUMEXPR_"),
    *("SLURM_JOB", "SLURM_NTASKS", "SLURM_NNODES", "SLURM_ARRAY", "AIP_"),
)
_NAMES: Final = frozenset(
    (
        *("PYTHONHASHSEED", "PYTHONOPTIMIZE", "PYTHONPATH", "LD_PRELOAD", "LD_LIBRARY_PATH"),
        *("RANK", "LOCAL_RANK", "NODE_RANK", "GROUP_RANK", "WORLD_SIZE", "LOCAL_WORLD_SIZE"),
        *("MASTER_ADDR", "MASTER_PORT", "CLUSTER_SPEC", "SLURM_PROCID", "SLURM_LOCALID"),
        *("SLURM_NODEID", "WANDB_MODE", "WANDB_PROJECT", "WANDB_ENTITY", "HF_HUB_OFFLINE"),
    )
)


def read_packages() -> dict[str, str]:
    """Version by normalised name (PEP 503), sorted; of two copies, the one Python imports."""
    found: dict[str, str] = {}
    for distribution in metadata.distributions():
        try:
            facts = distribution.metadata
            name, version = (str(facts[word]) for word in ("Name", "Version") if word in facts)
        except (OSError, ValueError, TypeError, KeyError):
            continue  # a folder without, or with broken, metadata is no package
        found.setdefault(re.sub(r"[-_.]+", "-", name).lower(), version)
    return dict(sorted(found.items()))


def read_python() -> dict[str, str]:
    """Version and implementation of the interpreter."""
    return {
        "version": platform.python_version(),
        "implementation": platform.python_implementation(),
    }


def read_platform() -> dict[str, str]:
    """The operating system, its kernel's release, the architecture and the C library."""
    return {
        "system": platform.system(),
        "kernel": platform.release(),
        "machine": platform.machine(),
        "libc": " ".join(platform.libc_ver()).strip(),
    }


def read_hardware() -> dict[str, Any]:
    """CPU, memory and GPUs."""
    return {
        "cpu": {
            "model": _cpu_model(),
            "count": os.cpu_count(),
            "usable_count": _usable_cpus(),
        },
        "memory_bytes": _memory_bytes(),
        "gpus": read_gpus(),
    }


def read_variables(environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """The variables that change what a run computes or where it runs, sorted; secrets masked."""
    names = sorted(name for name in environment if name in _NAMES or name.startswith(_PREFIXES))
    return mask_config({name: environment[name] for name in names})


def _cpu_model() -> str:
    """What the CPU calls itself; many ARM ones say nothing but the architecture."""
    try:
        text = _CPU_INFO.read_text(encoding="utf-8", errors="replace")
    except OSError:
        text = ""
    named = re.search(r"^(?:model name|Model|Hardware)\s*:\s*(.+)$", text, re.MULTILINE)
    return named[1].strip() if named else platform.machine()


def _usable_cpus() -> int | None:
    """How many this process may use: a container or a scheduler may have taken some away."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count()


def _memory_bytes() -> int | None:
    if sys.platform == "win32":
        return None
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return None
