"""This process' environment to that of a job which it starts."""

import os
import socket
from collections.abc import Mapping
from typing import Final

from ai_vs_human.runs.process import start_of

PARENT: Final = "AI_VS_HUMAN_PARENT"
"""Who started the job, and for which multirun: `<pid of the starter>:<host>:<pid>:<start>`; a
word without colons where there is no such process, as in the cloud."""

_OF_THIS_PROCESS: Final = (
    # Lightning's and torchrun's words to a rank: the job has ranks of its own.
    "RANK",
    "LOCAL_RANK",
    "NODE_RANK",
    "GROUP_RANK",
    "WORLD_SIZE",
    "LOCAL_WORLD_SIZE",
    "MASTER_ADDR",
    "MASTER_PORT",
    "PL_GLOBAL_SEED",
    "PL_SEED_WORKERS",
    # The socket of this process' W&B service, and the one run it would choose.
    "WANDB_SERVICE",
    "WANDB_RUN_ID",
    "AI_VS_HUMAN_RUN_ID",
)
_AGREED: Final = "AI_VS_HUMAN_AGREED_"
_THREADS: Final = "OMP_NUM_THREADS"


def is_job() -> bool:
    """Whether this process does a job of a multirun that another process runs."""
    return PARENT in os.environ


def of_multirun() -> str:
    """The process of a multirun, as `surroundings` passes it on."""
    pid = os.getpid()
    return f"{socket.gethostname()}:{pid}:{start_of(pid) or ''}"


def surroundings(
    extra: Mapping[str, str],
    *,
    multirun: str,
    threads: int | None = None,
    base: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The environment of a job.

    Args:
        extra: what the job needs besides.
        multirun: the process of the multirun, from `of_multirun`.
        threads: for each of the job's processes; None leaves it to the libraries.
        base: the environment to begin with; this process' own by default.
    """
    environment = {k: v for k, v in (base or os.environ).items() if _is_passed_on(k)}
    if threads is not None:
        environment.setdefault(_THREADS, str(threads))
    environment[PARENT] = f"{os.getpid()}:{multirun}"
    return environment | dict(extra)


def _is_passed_on(name: str) -> bool:
    return name not in _OF_THIS_PROCESS and not name.startswith(_AGREED)


def threads_a_job(jobs: int) -> int | None:
    """Each job's share of the cores that this process may use; None for a job that is alone."""
    if jobs == 1:
        return None
    return max(1, cores() // jobs)


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
