"""CLUSTER_SPEC to the machines that train together."""

import json
import os

import pytest

from ai_vs_human.cloud.cluster import Cluster, cluster_of_this_job, forget_ranks_of_nodes
from ai_vs_human.errors import ConfigError


def spec(pools: dict[str, list[str]], pool: str = "workerpool0", index: int = 0) -> str:
    task = {"type": pool, "index": index, "trial": "1"}
    return json.dumps({"cluster": pools, "environment": "cloud", "task": task})


THREE = {"workerpool0": ["main:2222"], "workerpool1": ["one:2222", "two:2222"]}


@pytest.fixture(autouse=True)
def _no_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CLUSTER_SPEC", "CLOUD_ML_JOB_ID", "MASTER_ADDR", "MASTER_PORT", "RANK"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("pool", "index", "rank"), [("workerpool0", 0, 0), ("workerpool1", 0, 1), ("workerpool1", 1, 2)]
)
def test_machines_are_counted_through_the_pools_that_train(
    pool: str, index: int, rank: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    pools = THREE | {"workerpool2": ["reducer:2222"] * 4, "workerpool3": ["evaluator:2222"]}
    monkeypatch.setenv("CLUSTER_SPEC", spec(pools, pool, index))

    assert cluster_of_this_job() == Cluster(3, rank, "main", 2222)


def test_the_first_machine_is_where_the_job_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLUSTER_SPEC", spec(THREE))
    monkeypatch.setenv("MASTER_ADDR", "elsewhere")
    monkeypatch.setenv("MASTER_PORT", "29500")

    assert cluster_of_this_job() == Cluster(3, 0, "elsewhere", 29500)


@pytest.mark.parametrize("text", [None, "", spec({"workerpool0": ["main:2222"]})])
def test_one_machine_is_no_cluster(text: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    if text is not None:
        monkeypatch.setenv("CLUSTER_SPEC", text)

    assert cluster_of_this_job() is None


def test_processes_of_torchrun_know_better(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLUSTER_SPEC", spec(THREE))
    monkeypatch.setenv("TORCHELASTIC_RUN_ID", "1")
    monkeypatch.setenv("RANK", "5")

    assert cluster_of_this_job() is None
    forget_ranks_of_nodes()
    assert "RANK" in os.environ


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "JSONDecodeError"),
        ("[]", "TypeError"),
        ("{}", "KeyError 'cluster'"),
        (spec({"workerpool0": ["main", "one"]}), "ValueError invalid literal"),
        (spec(THREE, index=7), "IndexError workerpool0 has no machine 7"),
        (spec(THREE, index=-1), "IndexError workerpool0 has no machine -1"),
        (spec(THREE | {"workerpool2": ["r:1"]}, "workerpool2"), "workerpool2 does not train"),
        ('{"cluster": {"workerpool0": 3}, "task": {"type": "workerpool0", "index": 0}}', "Type"),
    ],
)
def test_another_form_is_refused(text: str, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLUSTER_SPEC", text)

    with pytest.raises(ConfigError, match=r"expected the machines of a Vertex AI job, but") as told:
        cluster_of_this_job()

    assert reason in told.value.sentence
    assert told.value.hint == "unset CLUSTER_SPEC to train on this machine alone"


@pytest.mark.parametrize("sign", ["CLUSTER_SPEC", "CLOUD_ML_JOB_ID"])
def test_numbers_of_machines_are_forgotten_in_a_job_and_kept_elsewhere(
    sign: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RANK", "0")
    monkeypatch.setenv("WORLD_SIZE", "1")
    forget_ranks_of_nodes()
    kept = [name for name in ("RANK", "WORLD_SIZE") if name in os.environ]
    monkeypatch.setenv(sign, "1")
    forget_ranks_of_nodes()

    assert kept == ["RANK", "WORLD_SIZE"]
    assert not {"RANK", "WORLD_SIZE"} & os.environ.keys()
