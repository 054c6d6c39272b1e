"""The environment of a Vertex AI custom job to the machines that train together in it."""

import json
import os
from dataclasses import dataclass
from reprlib import repr as shortened
from typing import Any, Final

from ai_vs_human.errors import ConfigError

_POOLS: Final = ("workerpool0", "workerpool1")
"""Those that train. The third reduces gradients in a program of its own, the fourth evaluates."""
_SIGNS: Final = frozenset({"CLUSTER_SPEC", "CLOUD_ML_JOB_ID"})
"""What Vertex AI sets in a custom job."""


@dataclass(frozen=True)
class Cluster:
    """Several machines that train one detector.

    Attributes:
        nodes: how many there are, at least 2.
        node_rank: which of them this is, from 0.
        main_address: of the first.
        main_port: at which the processes find each other there.
    """

    nodes: int
    node_rank: int
    main_address: str
    main_port: int


def cluster_of_this_job() -> Cluster | None:
    """The machines that CLUSTER_SPEC names; None where this one trains alone.

    The first is where MASTER_ADDR and MASTER_PORT point, else the first of workerpool0. Where
    torchrun has started the processes, it knows better, and the answer is None. See
    https://docs.cloud.google.com/vertex-ai/docs/training/distributed-training.

    Raises:
        ConfigError: if CLUSTER_SPEC is not of its form, or this machine is none that trains.
    """
    text = os.environ.get("CLUSTER_SPEC")
    if not text or "TORCHELASTIC_RUN_ID" in os.environ:
        return None
    try:
        return _parsed(json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError) as error:
        raise ConfigError(
            f"expected the machines of a Vertex AI job, but got {shortened(text)}:"
            f" {type(error).__name__} {error} (CLUSTER_SPEC)",
            hint="unset CLUSTER_SPEC to train on this machine alone",
        ) from error


def _parsed(spec: Any) -> Cluster | None:
    pools = [spec["cluster"].get(pool, []) for pool in _POOLS]
    pool, index = spec["task"]["type"], int(spec["task"]["index"])
    if pool not in _POOLS:
        raise ValueError(f"{pool} does not train")
    place = _POOLS.index(pool)
    if not 0 <= index < len(pools[place]):
        raise IndexError(f"{pool} has no machine {index}")
    hosts = [str(host) for hosts in pools for host in hosts]
    if len(hosts) == 1:
        return None
    name, _, port = hosts[0].rpartition(":")
    return Cluster(
        nodes=len(hosts),
        node_rank=sum(map(len, pools[:place])) + index,
        main_address=os.environ.get("MASTER_ADDR") or name,
        main_port=int(os.environ.get("MASTER_PORT") or port),
    )


def forget_ranks_of_nodes() -> None:
    """Take RANK and WORLD_SIZE out of the environment where Vertex AI has set them.

    There they count machines; Lightning and we take them for the numbers of processes.
    """
    if _SIGNS & os.environ.keys() and "TORCHELASTIC_RUN_ID" not in os.environ:
        for name in ("RANK", "WORLD_SIZE"):
            os.environ.pop(name, None)
