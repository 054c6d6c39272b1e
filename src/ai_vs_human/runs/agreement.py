"""One process' decision to the word that all processes of a job take."""

import os
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any, Final

from ai_vs_human.cloud.cluster import Cluster, cluster_of_this_job
from ai_vs_human.errors import ConfigError

_PATIENCE: Final = timedelta(minutes=30)
"""The machines of a job start minutes apart: each fetches its image first."""


def is_first_process() -> bool:
    """Whether this is the first of a job's processes, as far as the environment says."""
    cluster = cluster_of_this_job()
    on_first_node = cluster is None or cluster.node_rank == 0
    return on_first_node and int(os.environ.get("RANK", os.environ.get("LOCAL_RANK", "0"))) == 0


def is_first_of_its_node() -> bool:
    """Whether this is the first process on its machine."""
    return int(os.environ.get("LOCAL_RANK", "0")) == 0


def agree(word: str, decide: Callable[[], str]) -> str:
    """Let the first process decide, and tell the others of the same job.

    Processes that Lightning starts inherit the decision in their environment; those that
    torchrun starts side by side learn it through torchrun's own store, and other machines of a
    Vertex AI job through the store in which they will find each other for the training.

    Args:
        word: what is decided; the same in every process.
        decide: called in the first process only, except where processes share neither.

    Raises:
        ConfigError: if the first process of several machines does not say.
    """
    if "TORCHELASTIC_RUN_ID" in os.environ:
        return _through_store(word, decide)
    variable = f"AI_VS_HUMAN_AGREED_{word.upper()}"
    if not is_first_process() and variable in os.environ:
        return os.environ[variable]
    cluster = cluster_of_this_job()
    decided = decide() if cluster is None else _among_nodes(cluster, word, decide)
    os.environ[variable] = decided
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


def _among_nodes(cluster: Cluster, word: str, decide: Callable[[], str]) -> str:
    key = f"ai_vs_human/{word}"
    try:
        store = _store_of(cluster)
        if not is_first_process():
            return str(store.get(key).decode())
    except RuntimeError as error:  # of torch's stores all errors are
        raise ConfigError(
            f"expected the first machine to say which {word} it is, but got:"
            f" {str(error).splitlines()[0]} ({cluster.main_address}:{cluster.main_port})",
            hint="the log of the first machine tells why it is not there",
        ) from error
    decided = decide()
    store.set(key, decided)
    return decided


@cache  # the first process' store ends with it
def _store_of(cluster: Cluster) -> Any:
    """The store of the training's process group, opened before there is one.

    All stores of one process at one port are one, and torch will open this one again.
    """
    from torch.distributed import TCPStore  # type: ignore[attr-defined]  # noqa: PLC0415

    return TCPStore(
        cluster.main_address,
        cluster.main_port,
        is_master=is_first_process(),
        timeout=_PATIENCE,
        wait_for_workers=False,
        multi_tenant=True,
    )
