"""Formulas against an independent implementation, and where a figure cannot be had."""

import pytest
import torch
from sklearn import metrics

from ai_vs_human.metrics.binary import binary_metrics, fit_threshold, tpr_at_fpr


def some_scores(seed: int, images: int = 400) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    labels = (torch.rand(images, generator=generator) < 0.4).long()
    logits = torch.randn(images, generator=generator, dtype=torch.float64) + labels
    return logits.mul(8).round().div(8).sigmoid(), labels  # rounding makes ties


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_figures_agree_with_scikit_learn(seed: int) -> None:
    scores, labels = some_scores(seed)
    called = (scores >= 0.6).long()
    expected = {
        "auroc": metrics.roc_auc_score(labels, scores),
        "average_precision": metrics.average_precision_score(labels, scores),
        "accuracy": metrics.accuracy_score(labels, called),
        "balanced_accuracy": metrics.balanced_accuracy_score(labels, called),
        "f1": metrics.f1_score(labels, called),
        "recall_ai": metrics.recall_score(labels, called),
        "recall_human": metrics.recall_score(labels, called, pos_label=0),
        "brier": metrics.brier_score_loss(labels, scores),
    }

    figures = binary_metrics(scores, labels, 0.6)

    assert {name: figures[name] for name in expected} == pytest.approx(expected, abs=1e-6)


def test_a_perfect_detector_has_no_error() -> None:
    figures = binary_metrics(
        torch.tensor([0.0, 0.1, 0.9, 1.0]).double(), torch.tensor([0, 0, 1, 1]), 0.5
    )

    assert figures["eer"] == 0
    assert figures["tpr_at_1pct_fpr"] == 1
    assert figures["f1"] == 1


def test_the_equal_error_rate_lies_where_both_rates_meet() -> None:
    scores, labels = torch.linspace(0, 1, 10).double(), torch.tensor([0, 0, 0, 0, 1, 0, 1, 1, 1, 1])

    figures = binary_metrics(scores, labels, 0.5)

    assert figures["eer"] == pytest.approx(0.2, abs=1e-6)


def test_scores_that_look_like_logits_are_not_touched() -> None:
    scores, labels = torch.tensor([0.2, 0.8]).double(), torch.tensor([1, 1])

    assert binary_metrics(scores, labels, 0.5)["accuracy"] == 0.5


def test_one_class_has_no_ranking_and_no_recall_of_the_other() -> None:
    figures = binary_metrics(torch.tensor([0.2, 0.8]).double(), torch.tensor([1, 1]), 0.5)

    assert set(figures) == {"accuracy", "recall_ai", "f1", "ece", "brier"}


def test_no_images_have_no_figures() -> None:
    assert binary_metrics(torch.empty(0).double(), torch.empty(0).long(), 0.5) == {}


def test_an_overconfident_detector_has_a_calibration_error() -> None:
    scores = torch.full((100,), 0.95).double()
    labels = torch.tensor([1] * 60 + [0] * 40)

    assert binary_metrics(scores, labels, 0.5)["ece"] == pytest.approx(0.35, abs=1e-6)


def test_true_positives_are_counted_below_the_allowed_false_alarms_only() -> None:
    labels = torch.tensor([0] * 100 + [1] * 4)
    scores = torch.cat([torch.linspace(0, 0.9, 100), torch.tensor([0.95, 0.93, 0.895, 0.1])])

    assert tpr_at_fpr(scores.double(), labels, 0.01) == 0.75
    assert tpr_at_fpr(scores.double(), labels, 0.0) == 0.5


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_no_other_threshold_is_better_balanced(seed: int) -> None:
    scores, labels = some_scores(seed)
    best = metrics.balanced_accuracy_score(labels, scores >= fit_threshold(scores, labels))

    others = [metrics.balanced_accuracy_score(labels, scores >= cut) for cut in scores.tolist()]

    assert best == pytest.approx(max(others))


def test_the_threshold_lies_between_two_scores() -> None:
    scores, labels = torch.tensor([0.1, 0.2, 0.6, 0.9]).double(), torch.tensor([0, 0, 1, 1])

    assert fit_threshold(scores, labels) == pytest.approx(0.4)


def test_the_threshold_of_one_class_is_one_half() -> None:
    assert fit_threshold(torch.tensor([0.9]).double(), torch.tensor([1])) == 0.5
