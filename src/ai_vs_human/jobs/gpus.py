"""The GPUs of a machine to those that one job has to itself."""

import os
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from ai_vs_human.errors import ConfigError
from ai_vs_human.runs.provenance.gpus import read_gpus

VISIBLE: Final = "CUDA_VISIBLE_DEVICES"

_POLL_SECONDS: Final = 0.5
ALL: Final = -1


def visible_gpus(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The GPUs that a process with this environment sees, as CUDA_VISIBLE_DEVICES names them."""
    named = environment.get(VISIBLE)
    if named is None:
        return tuple(str(index) for index in range(len(read_gpus())))
    words = [word.strip() for word in named.split(",")]
    wrong = next((i for i, word in enumerate(words) if word in {"", "-1"}), len(words))
    return tuple(words[:wrong])  # CUDA takes what stands before the first invalid one


@contextmanager
def reserved(
    count: int, gpus: Sequence[str], folder: Path | None = None
) -> Iterator[tuple[str, ...]]:
    """While the context lasts, keep so many GPUs for this job; wait until they are free.

    Every multirun of this user on the machine minds the same locks, which end with the process
    that holds them, however it ends.

    Args:
        count: how many; -1 for all.
        gpus: to choose from.
        folder: of the locks.

    Raises:
        ConfigError: if there are not so many.
    """
    wanted = len(gpus) if count == ALL else count
    if wanted > len(gpus):
        raise ConfigError(
            f"expected at most {len(gpus)} devices on this machine, but got {wanted}"
            " (trainer.devices)",
            hint=f"trainer.devices={max(len(gpus), 1)}",
        )
    home = folder or _locks()
    home.mkdir(parents=True, exist_ok=True)
    with ExitStack() as held:
        while len(taken := _try(gpus, wanted, home, held)) < wanted:
            held.close()  # all or none: two jobs must not wait for each other
            time.sleep(_POLL_SECONDS)
        yield taken


def _try(gpus: Sequence[str], wanted: int, home: Path, held: ExitStack) -> tuple[str, ...]:
    taken: list[str] = []
    for gpu in gpus:
        if len(taken) == wanted:
            break
        lock = FileLock(home / f"{gpu.replace('/', '_')}.lock", timeout=0)
        try:
            held.enter_context(lock)
        except Timeout:
            continue
        taken.append(gpu)
    return tuple(taken)


def _locks() -> Path:
    user = str(os.getuid()) if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
    return Path(tempfile.gettempdir()) / f"ai-vs-human-gpus-{user}"
