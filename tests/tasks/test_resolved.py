"""What is found out once torch is there: by the objects themselves, and by the machine."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from hydra import compose, initialize_config_dir
from omegaconf import DictConfig

from ai_vs_human.errors import ConfigError
from ai_vs_human.tasks.assemble import resolved
from ai_vs_human.tasks.resolvers import register_resolvers
from ai_vs_human.tasks.validation.machine import machine_faults
from tests.callbacks.energy.conftest import no_counters, tree
from tests.callbacks.energy.rapl_tree import RaplTree
from tests.conftest import CONF

__all__ = ["no_counters", "tree"]  # fixtures

needs_no_gpu = pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a GPU")


def config(*words: str) -> DictConfig:
    register_resolvers()
    with initialize_config_dir(str(CONF)):
        return compose("train", ["paths.run_dir=runs/x", *words])


def told(*words: str) -> str:
    with pytest.raises(ConfigError, match="expected") as error:
        resolved(config(*words))
    return str(error.value)


def test_values_come_out_with_their_references() -> None:
    values = resolved(config("seed=3"))

    assert (values["data"]["seed"], values["run_id"]) == (3, "x")


def test_what_text_and_object_and_rules_tell_comes_at_once() -> None:
    message = told("data.root=???", "trainer.max_epochs=abc", "seed=-1")

    assert message.startswith("3 faults\n")
    assert "expected a value, but got none (data.root)" in message
    assert "got 'abc' (trainer.max_epochs=abc)" in message
    assert "got -1 (seed=-1)" in message


def test_a_fault_is_not_told_again_where_a_reference_repeats_it() -> None:
    assert told("seed=x") == "expected int, but got 'x' (seed=x)"
    assert told("data.preprocess.size=???") == (
        "expected a value, but got none (data.preprocess.size)\nhint: data.preprocess.size=…"
    )


@needs_no_gpu
@pytest.mark.parametrize("missing", ["gpu", "cuda"])
def test_an_accelerator_that_is_not_there_is_refused(missing: str) -> None:
    assert told(f"trainer.accelerator={missing}") == (
        f"expected an accelerator of this machine, but got {missing}, which it does not have"
        f" (trainer.accelerator={missing})\nhint: trainer.accelerator=auto"
    )


def test_what_only_an_import_can_find_out_is_refused() -> None:
    assert told("+callbacks.mine._target_=torch.nn.nothing").startswith(
        "expected something to import, but got torch.nn.nothing: "
    )


@needs_no_gpu
def test_half_precision_where_torch_finds_no_gpu_is_refused() -> None:
    assert told("trainer.precision=16-mixed") == (
        "expected a GPU for 16-mixed, but got none on this machine"
        " (trainer.precision=16-mixed, trainer.accelerator=auto)\n"
        "hint: trainer.precision=bf16-mixed"
    )


@needs_no_gpu
def test_energy_that_is_demanded_and_cannot_be_measured_is_refused(no_counters: Path) -> None:
    message = told("energy.on_unavailable=error")

    assert message.startswith("expected a counter to measure energy with, but got none: gpu: ")
    assert message.endswith("energy.on_unavailable=warn trains without")


def demanded(**changes: Any) -> list[str]:
    values = {"energy": {"on_unavailable": "error"} | changes, "trainer": {"accelerator": "cpu"}}
    return [fault.key for fault in machine_faults(values)]


def test_energy_that_can_be_measured_may_be_demanded(tree: RaplTree) -> None:
    tree.add("package-0")

    assert demanded() == []


def test_the_processor_s_energy_is_none_where_it_must_not_be_counted(tree: RaplTree) -> None:
    tree.add("package-0")

    assert demanded(cpu=False) == ["energy.on_unavailable"]


def test_machines_of_a_job_that_the_trainer_does_not_expect_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cluster = {"workerpool0": ["main:2222"], "workerpool1": ["other:2222"]}
    spec = {"cluster": cluster, "task": {"type": "workerpool1", "index": 0}}
    monkeypatch.setenv("CLUSTER_SPEC", json.dumps(spec))

    assert told() == (
        "expected the 2 machines of this job (CLUSTER_SPEC), but got 1 (trainer.num_nodes=1)\n"
        "hint: trainer.num_nodes=2"
    )
    assert resolved(config("trainer.num_nodes=2"))["trainer"]["num_nodes"] == 2


def test_a_job_of_vertex_ai_has_its_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    none = resolved(config())["paths"]
    monkeypatch.setenv("AIP_CHECKPOINT_DIR", "gs://b/sweep/3/checkpoints/")
    monkeypatch.setenv("AIP_MODEL_DIR", "gs://b/sweep/3/model/")
    jobs = resolved(config())["paths"]

    assert (none["mirror"], none["model_dir"]) == (None, None)
    assert (jobs["mirror"], jobs["model_dir"]) == ("gs://b/sweep/3", "gs://b/sweep/3/model/")
    assert resolved(config("paths.mirror=null"))["paths"]["mirror"] is None
