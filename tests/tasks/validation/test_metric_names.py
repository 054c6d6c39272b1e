"""The metrics that a config may name, held against those that a training really has."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf

from ai_vs_human.callbacks.energy.account import QUANTITIES, Account, Stage
from ai_vs_human.callbacks.energy.carbon import Grid
from ai_vs_human.callbacks.energy.figures import figures_of_epoch, figures_of_test
from ai_vs_human.callbacks.energy.kind import Kind
from ai_vs_human.callbacks.energy.meter import DOMAINS
from ai_vs_human.callbacks.energy.outlook import Outlook
from ai_vs_human.callbacks.energy.target import Target
from ai_vs_human.runs.result import read_result
from ai_vs_human.tasks.validation.metric_names import (
    MEASURED,
    OF_ENERGY,
    OF_ESTIMATES,
    OF_GENERATORS,
    OF_TEST_ENERGY,
    after_test,
    all_known,
    in_training,
)
from tests.conftest import CONF, members, newest_run
from tests.toys import toy_images

VALUES = {
    "callbacks": {"speed": {"_target_": "ai_vs_human.callbacks.throughput.Throughput"}},
    "model": {"_target_": "ai_vs_human.training.module.DetectorModule"},
    "energy": {},
    "trainer": {},
    "test": True,
}


def logged(folder: Path) -> set[str]:
    with (folder / "csv" / "metrics.csv").open(newline="", encoding="utf-8") as file:
        return set(next(csv.reader(file)))


def test_a_training_has_the_metrics_that_are_listed_and_no_others(
    start: Callable[..., None], tmp_path: Path
) -> None:
    toy_images(tmp_path / "images", per_class=8)
    for split in ("train", "val", "test"):  # a second generator has a mean and a worst
        (tmp_path / "images" / split / "ai" / "other").mkdir()
        toy_images(tmp_path / "more", per_class=4)
        for path in (tmp_path / "more" / split / "ai").iterdir():
            path.rename(tmp_path / "images" / split / "ai" / "other" / path.name)
    data = ("data=folder", "data.root=images", "data/preprocess=as_is", "data.num_workers=0")

    start("train.py", *data, "trainer.max_epochs=1", "trainer.log_every_n_steps=1", "energy=none")

    folder = newest_run(tmp_path)
    expected = {*in_training(VALUES), *after_test(VALUES)}
    found = set(read_result(folder).metrics) | logged(folder)
    assert {name for name in found if "/" in name} == expected


@pytest.mark.parametrize(
    ("kind", "epochs"),
    [
        (Kind("counted", DOMAINS), OF_ENERGY),
        (Kind("estimated", DOMAINS), OF_ESTIMATES),
    ],
    ids=["counted", "estimated"],
)
def test_the_energy_figures_are_those_that_are_listed(kind: Kind, epochs: tuple[str, ...]) -> None:
    spent = Account()
    stages: tuple[Stage, ...] = ("train", "val", "test")
    for stage in stages:
        for quantity in QUANTITIES:
            spent.add(stage, quantity, 1_000_000)
    outlook = Outlook(Grid(400.0, "a table"), Target("val/auroc", "max", 0.5))
    later = outlook.end_epoch(kind, spent, spent, {"val/auroc": 0.9}, number=0, to_come=1)

    assert {*figures_of_epoch(kind, spent, spent, spent), *later} == set(epochs)
    late = f"{kind.prefix}/test_joules_per_correct"
    listed = {name for name in OF_TEST_ENERGY if name.startswith(f"{kind.prefix}/")}
    assert {*figures_of_test(kind, spent), late} == listed


def test_every_callback_of_the_config_is_one_whose_metrics_are_known() -> None:
    for member in members("callbacks"):
        with initialize_config_dir(str(CONF)):
            config = compose("train", [f"callbacks={member}"])
        callbacks = OmegaConf.to_container(config.callbacks, resolve=False)
        assert all_known({**VALUES, "callbacks": callbacks}), member


def test_a_name_is_not_there_where_its_part_is_left_out() -> None:
    assert "train/images_per_second" not in in_training(VALUES | {"callbacks": {}})
    assert not any(
        name.startswith("val/")
        for name in in_training(VALUES | {"trainer": {"limit_val_batches": 0}})
    )
    assert after_test(VALUES | {"test": False}) == []
    assert after_test(VALUES | {"trainer": {"limit_test_batches": 0}}) == []


@pytest.mark.parametrize("names", [MEASURED, OF_GENERATORS, OF_ENERGY, OF_TEST_ENERGY])
def test_no_name_is_listed_twice(names: tuple[str, ...]) -> None:
    assert len(set(names)) == len(names)
