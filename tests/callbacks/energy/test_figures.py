"""Accounts to the figures of a run."""

import pytest

from ai_vs_human.callbacks.energy.account import Account, Stage
from ai_vs_human.callbacks.energy.figures import (
    figures_of_epoch,
    figures_of_test,
    per_correct,
    per_sample,
)
from ai_vs_human.callbacks.energy.kind import Kind

CPU = Kind("counted", ("cpu",))


def account(stage: Stage, joules: float, images: int) -> Account:
    spent = Account()
    spent.add(stage, "cpu", round(joules * 1e6))
    spent.add(stage, "images", images)
    spent.add(stage, "steps", 1)
    spent.add(stage, "time", 2_000_000)
    return spent


def test_joules_per_sample_divide_the_stage_by_its_images() -> None:
    ratio = per_sample(account("train", 6.0, 4), "train", CPU)

    assert ratio.as_dict() == {
        "value": 1.5,
        "numerator_joules": 6.0,
        "denominator": 4,
        "denominator_unit": "images",
    }


def test_joules_per_correct_divide_by_the_right_answers_only() -> None:
    ratio = per_correct(account("test", 6.0, 8), CPU, 0.75)

    assert (ratio.value, ratio.count, ratio.unit) == (1.0, 6, "correct test predictions")


@pytest.mark.parametrize(
    ("accuracy", "reason"),
    [(0.0, "there were no correct test predictions"), (None, "test/accuracy was not logged")],
)
def test_where_nothing_is_known_to_be_right_the_ratio_is_a_reason(
    accuracy: float | None, reason: str
) -> None:
    ratio = per_correct(account("test", 6.0, 8), CPU, accuracy)

    assert ratio.as_dict() == {"value": None, "reason": reason}


def test_an_epoch_without_validation_logs_no_joules_of_validation() -> None:
    epoch = account("train", 6.0, 4)
    total = epoch + epoch
    spent = total + epoch

    assert figures_of_epoch(CPU, epoch, total, spent) == {
        "energy/train_joules": 6.0,
        "energy/train_mean_watts": 3.0,
        "energy/train_joules_per_sample": 1.5,
        "energy/train_joules_per_step": 6.0,
        "energy/cpu_joules": 12.0,
        "energy/total_joules": 12.0,
        "energy/spent_joules": 18.0,
    }


def test_validation_has_joules_and_watts_of_its_own() -> None:
    epoch = account("train", 6.0, 4) + account("val", 3.0, 4)

    figures = figures_of_epoch(CPU, epoch, epoch, epoch)

    assert (figures["energy/val_joules"], figures["energy/val_mean_watts"]) == (3.0, 1.5)


def test_a_test_logs_joules_watts_and_joules_per_sample() -> None:
    assert figures_of_test(CPU, account("test", 6.0, 4)) == {
        "energy/test_joules": 6.0,
        "energy/test_mean_watts": 3.0,
        "energy/test_joules_per_sample": 1.5,
    }


def test_an_estimate_has_names_of_its_own_and_is_never_added() -> None:
    epoch = account("train", 6.0, 4)
    epoch.add("train", "estimated_gpu", 50_000_000)
    guessed = Kind("estimated", ("gpu",))

    counted = figures_of_epoch(CPU, epoch, epoch, epoch)
    estimated = figures_of_epoch(guessed, epoch, epoch, epoch)

    assert counted["energy/total_joules"] == 6.0
    assert estimated["energy_est/total_joules"] == estimated["energy_est/gpu_joules"] == 50.0
    assert not counted.keys() & estimated.keys()


def test_batches_of_an_unknown_kind_log_no_joules_per_sample() -> None:
    spent = account("train", 6.0, 0)

    assert "energy/train_joules_per_sample" not in figures_of_epoch(CPU, spent, spent, spent)


def test_nothing_is_logged_where_nothing_is_measured() -> None:
    spent, nothing = account("train", 0.0, 4), Kind("counted", ())

    assert figures_of_epoch(nothing, spent, spent, spent) == {}
    assert figures_of_test(nothing, spent) == {}


def test_a_resumed_run_keeps_the_joules_of_a_domain_it_can_no_longer_measure_in_its_total() -> None:
    spent, prior = account("train", 6.0, 4), Account()
    prior.add("train", "gpu", 94_000_000)
    total = spent + prior

    assert figures_of_epoch(CPU, spent, total, total)["energy/total_joules"] == 100.0
