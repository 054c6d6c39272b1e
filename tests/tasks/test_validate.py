"""The faults that a composed config can have, each found and named."""

import pytest

from ai_vs_human.errors import ConfigError
from ai_vs_human.tasks.validate import validate

TRAINER = {"_target_": "lightning.pytorch.Trainer"}
CNN = {"_target_": "ai_vs_human.models.backbones.SmallCNN"}


def test_a_word_for_a_number_is_refused_with_its_key() -> None:
    with pytest.raises(
        ConfigError, match=r"expected int \| null, but got 'abc' \(trainer\.max_epochs=abc\)"
    ):
        validate({"trainer": TRAINER | {"max_epochs": "abc"}})


def test_a_key_that_is_not_taken_is_refused_with_the_nearest() -> None:
    with pytest.raises(
        ConfigError, match=r"model\.backbone\.widhts.*mean model\.backbone\.widths\?"
    ):
        validate({"model": {"backbone": CNN | {"widhts": [4]}}})


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(ConfigError, match=r"(?s)max_epochs.*devicess"):
        validate({"trainer": TRAINER | {"max_epochs": "abc", "devicess": 2}})


def test_a_target_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"expected something to import, but got .*BigCNN"):
        validate({"model": {"_target_": "ai_vs_human.models.backbones.BigCNN"}})


def test_a_required_key_that_is_missing_is_named() -> None:
    with pytest.raises(ConfigError, match=r"expected a value, but got none \(data\.root\)"):
        validate({"data": {"_target_": "ai_vs_human.data.datamodule.synthetic", "cache_dir": "x"}})


def test_an_option_of_the_loader_is_known_behind_a_factory() -> None:
    data = {"_target_": "ai_vs_human.data.datamodule.synthetic", "root": "x", "cache_dir": "x"}
    validate({"data": data | {"batch_size": 4}})

    with pytest.raises(ConfigError, match=r"data\.batchsize=4; did you mean data\.batch_size\?"):
        validate({"data": data | {"batchsize": 4}})


def test_a_value_outside_a_choice_is_refused_with_the_choices() -> None:
    data = {"_target_": "ai_vs_human.data.datamodule.synthetic", "root": "x", "cache_dir": "x"}

    with pytest.raises(
        ConfigError, match=r"one of easy, medium, hard, control, but got 'eassy' \(.*mean easy\?"
    ):
        validate({"data": data | {"difficulty": "eassy"}})


def test_an_integer_is_a_number_and_the_optimizer_gets_its_parameters_later() -> None:
    validate({"model": {"optimizer": {"_target_": "torch.optim.SGD", "lr": 1}}})
