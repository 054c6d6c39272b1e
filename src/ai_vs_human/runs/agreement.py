"""One process' decision to the word that all processes of a job take."""

import os
from collections.abc import Callable


def is_first_process() -> bool:
    """Whether this is the first of a job's processes, as far as the environment says."""
    return int(os.environ.get("RANK", os.environ.get("LOCAL_RANK", "0"))) == 0


def agree(word: str, decide: Callable[[], str]) -> str:
    """Let the first process decide, and tell the others of the same job.

    Processes that Lightning starts inherit the decision in their environment; those that
    torchrun starts side by side learn it through torchrun's own store.

    Args:
        word: what is decided; the same in every process.
        decide: called in the first process only, except where processes share neither.
    """
    if "TORCHELASTIC_RUN_ID" in os.environ:
        return _through_store(word, decide)
    variable = f"AI_VS_HUMAN_AGREED_{word.upper()}"
    if not is_first_process() and variable in os.environ:
        return os.environ[variable]
    os.environ[variable] = decided = decide()
    return decided


def _through_store(word: str, decide: Callable[[], str]) -> str:
    # Only under torchrun: it takes seconds. torch does not list it among its public names.
    from torch.distributed import TCPStore  # type: ignore[attr-defined]  # noqa: PLC0415

    host, port = os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"])
    store = TCPStore(host, port, is_master=False)
    restarts = os.environ.get("TORCHELASTIC_RESTART_COUNT", "0")
    key = f"ai_vs_human/{restarts}/{word}"
    if is_first_process():
        store.set(key, decide())
    return str(store.get(key).decode())
