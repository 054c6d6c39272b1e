"""Every file of the config composes, and every `_target_` in it takes its keys."""

from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf

from ai_vs_human.tasks.resolvers import register_resolvers
from ai_vs_human.tasks.validation.signature import imported_signature
from ai_vs_human.tasks.validation.targets import faults_of
from tests.conftest import CONF, members

GROUPS = sorted(
    path.relative_to(CONF).as_posix()
    for path in CONF.rglob("*")
    if path.is_dir() and any(path.glob("*.yaml")) and not {"hydra", "common"} & {*path.parts}
)
CHOICES = [f"{group}={member}" for group in GROUPS for member in members(group)]


def composed(task: str, *overrides: str) -> dict[str, object]:
    register_resolvers()
    with initialize_config_dir(str(CONF)):
        config = compose(task, overrides=["paths.run_dir=runs/x", *overrides])
    values = OmegaConf.to_container(config, resolve=True, throw_on_missing=True)
    assert isinstance(values, dict)
    return {str(key): value for key, value in values.items()}


def faults(values: dict[str, object]) -> list[str]:
    return [fault.sentence for fault in faults_of(values, imported_signature)]


@pytest.mark.parametrize("choice", CHOICES)
def test_every_member_composes_and_its_targets_take_its_keys(choice: str) -> None:
    assert faults(composed("train", choice)) == []


@pytest.mark.parametrize("task", ["evaluate", "predict", "audit"])
def test_the_other_tasks_compose(task: str) -> None:
    assert faults(composed(task)) == []


def test_evaluate_takes_any_data() -> None:
    for name in members("data"):
        assert faults(composed("evaluate", f"data={name}")) == []


@pytest.mark.parametrize("path", sorted(CONF.rglob("*.yaml")), ids=lambda path: path.stem)
def test_every_file_says_why_it_exists(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    first = lines[1] if lines[0].startswith("# @package") else lines[0]

    assert first.startswith("# ")
    assert len(first) > 10


def test_an_experiment_holds_only_a_difference_and_its_hypothesis() -> None:
    for name in members("experiment"):
        text = (CONF / "experiment" / f"{name}.yaml").read_text(encoding="utf-8")
        assert text.startswith("# @package _global_\n# Hypothesis: ")
        assert composed("train", f"experiment={name}") != composed("train")


def test_a_model_swaps_one_part_at_a_time() -> None:
    plain = composed("train")["model"]
    swapped = composed("train", "model/optimizer=sgd")["model"]
    assert isinstance(plain, dict)
    assert isinstance(swapped, dict)

    assert swapped["optimizer"]["_target_"] == "torch.optim.SGD"
    assert {k: v for k, v in swapped.items() if k != "optimizer"} == {
        k: v for k, v in plain.items() if k != "optimizer"
    }
