"""Accounts to the figures of a run."""

import pytest

from ai_vs_human.callbacks.energy.account import Account, Stage
from ai_vs_human.callbacks.energy.figures import (
    figures_of_epoch,
    figures_of_test,
    per_correct,
    per_sample,
)


def account(stage: Stage, joules: float, images: int) -> Account:
    spent = Account()
    spent.add(stage, "cpu", round(joules * 1e6))
    spent.add(stage, "images", images)
    spent.add(stage, "steps", 1)
    return spent


def test_joules_per_sample_divide_the_stage_by_its_images() -> None:
    ratio = per_sample(account("train", 6.0, 4), "train", ["cpu"])

    assert ratio.as_dict() == {
        "value": 1.5,
        "numerator_joules": 6.0,
        "denominator": 4,
        "denominator_unit": "images",
    }


def test_joules_per_correct_divide_by_the_right_answers_only() -> None:
    ratio = per_correct(account("test", 6.0, 8), ["cpu"], 0.75)

    assert (ratio.value, ratio.count, ratio.unit) == (1.0, 6, "correct test predictions")


@pytest.mark.parametrize(
    ("accuracy", "reason"),
    [(0.0, "there were no correct test predictions"), (None, "test/accuracy was not logged")],
)
def test_where_nothing_is_known_to_be_right_the_ratio_is_a_reason(
    accuracy: float | None, reason: str
) -> None:
    ratio = per_correct(account("test", 6.0, 8), ["cpu"], accuracy)

    assert ratio.as_dict() == {"value": None, "reason": reason}


def test_an_epoch_without_validation_logs_no_joules_of_validation() -> None:
    spent = account("train", 6.0, 4)

    assert figures_of_epoch(spent, spent + spent, ["cpu"]) == {
        "energy/train_joules": 6.0,
        "energy/train_joules_per_sample": 1.5,
        "energy/cpu_joules": 12.0,
        "energy/total_joules": 12.0,
    }


def test_batches_of_an_unknown_kind_log_no_joules_per_sample() -> None:
    spent = account("train", 6.0, 0)

    assert "energy/train_joules_per_sample" not in figures_of_epoch(spent, spent, ["cpu"])


def test_nothing_is_logged_where_nothing_is_measured() -> None:
    spent = account("train", 0.0, 4)

    assert figures_of_epoch(spent, spent, []) == {}
    assert figures_of_test(spent, []) == {}


def test_a_resumed_run_keeps_the_joules_of_a_domain_it_can_no_longer_measure_in_its_total() -> None:
    spent, prior = account("train", 6.0, 4), Account()
    prior.add("train", "gpu", 94_000_000)

    assert figures_of_epoch(spent, spent + prior, ["cpu"])["energy/total_joules"] == 100.0
