"""The faults that a composed config can have, each found and named."""

from typing import Any

import pytest

from ai_vs_human.errors import ConfigError
from ai_vs_human.tasks.validation.fault import refuse
from ai_vs_human.tasks.validation.signature import imported_signature
from ai_vs_human.tasks.validation.targets import faults_of

TRAINER = {"_target_": "lightning.pytorch.Trainer"}
CNN = {"_target_": "ai_vs_human.models.backbones.SmallCNN"}
PART = {"_target_": "ai_vs_human.training.module.DetectorModule", "_partial_": True}
DATA = {
    "_target_": "ai_vs_human.data.members.synthetic",
    "root": "x",
    "cache_dir": "x",
    "preprocess": {"mode": "as_is"},
}


def validate(config: dict[str, Any]) -> None:
    refuse(faults_of(config, imported_signature))


def test_a_word_for_a_number_is_refused_with_its_key() -> None:
    with pytest.raises(
        ConfigError, match=r"^expected int \| null, but got 'abc' \(trainer\.max_epochs=abc\)$"
    ):
        validate({"trainer": TRAINER | {"max_epochs": "abc"}})


def test_a_key_that_is_not_taken_is_refused_with_the_nearest() -> None:
    with pytest.raises(
        ConfigError,
        match=r"expected a key of .*SmallCNN, but got widhts \(model\.backbone\.widhts=\[4\]\)\n"
        r"hint: model\.backbone\.widths=…",
    ):
        validate({"model": PART | {"backbone": CNN | {"widhts": [4]}}})


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(ConfigError, match=r"(?s)^2 faults\n.*max_epochs.*devicess"):
        validate({"trainer": TRAINER | {"max_epochs": "abc", "devicess": 2}})


def test_a_target_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"expected something to import, but got .*BigCNN"):
        validate({"model": {"_target_": "ai_vs_human.models.backbones.BigCNN"}})


def test_a_target_that_is_no_name_is_refused() -> None:
    with pytest.raises(
        ConfigError, match=r"expected the dotted name of a class, but got 3 \(model\._target_\)"
    ):
        validate({"model": {"_target_": 3}})


def test_a_required_key_that_is_missing_is_named() -> None:
    with pytest.raises(ConfigError, match=r"expected a value, but got none \(data\.root\)"):
        validate({"data": {"_target_": "ai_vs_human.data.members.synthetic", "cache_dir": "x"}})


def test_what_is_to_be_called_later_may_lack_keys() -> None:
    validate({"data": {"_target_": "ai_vs_human.data.members.synthetic", "_partial_": True}})


def test_an_option_of_the_loader_is_known_behind_a_factory() -> None:
    validate({"data": DATA | {"batch_size": 4}})

    with pytest.raises(ConfigError, match=r"but got batchsize .*\nhint: data\.batch_size=…"):
        validate({"data": DATA | {"batchsize": 4}})


def test_a_value_outside_a_choice_is_refused_with_the_choices() -> None:
    with pytest.raises(
        ConfigError,
        match=r"one of easy, medium, hard, control, but got 'eassy' \(data\.difficulty=eassy\)\n"
        r"hint: data\.difficulty=easy$",
    ):
        validate({"data": DATA | {"difficulty": "eassy"}})


def test_an_integer_is_a_number_and_the_optimizer_gets_its_parameters_later() -> None:
    validate({"model": PART | {"optimizer": {"_target_": "torch.optim.SGD", "lr": 1}}})


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ({"preprocess": {"mode": "crp"}}, r"one of as_is, crop, resize, but got 'crp'"),
        ({"augment": {"flipp": True}}, r"Augment, but got flipp \(data\.augment\.flipp=true\)"),
    ],
)
def test_what_the_images_go_through_is_looked_into(part: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        validate({"data": DATA | part})


def test_a_callback_is_a_mapping_with_a_target_or_left_out() -> None:
    validate({"callbacks": {"checkpoint": None}})

    with pytest.raises(
        ConfigError, match=r"mapping with _target_, but got 1 \(callbacks\.checkpoint\)"
    ):
        validate({"callbacks": {"checkpoint": 1}})


def test_only_what_a_run_builds_needs_all_its_keys() -> None:
    validate({"spare": {"_target_": "torch.optim.SGD", "lr": 1}})


def test_a_node_of_its_own_without_a_target_is_refused() -> None:
    with pytest.raises(
        ConfigError, match=r"mapping with _target_, but got one without \(energy\)\nhint: \+energy"
    ):
        validate({"model": PART, "energy": {"cpu": False}})


def test_the_item_of_a_mapping_that_is_wrong_is_named() -> None:
    folder = {"_target_": "ai_vs_human.data.members.folder", "_partial_": True}

    with pytest.raises(
        ConfigError,
        match=r"^expected list\[str\], but got 'fake' \(data\.classes\.ai=fake\)\n"
        r"hint: data\.classes\.ai=\[fake\]$",
    ):
        validate({"data": folder | {"classes": {"ai": "fake", "human": ["real"]}}})


def test_a_time_may_have_halves() -> None:
    validate({"trainer": TRAINER | {"max_time": {"minutes": 0.5}}})

    with pytest.raises(ConfigError, match=r"but got \{minutes:x\} \(trainer\.max_time="):
        validate({"trainer": TRAINER | {"max_time": {"minutes": "x"}}})
