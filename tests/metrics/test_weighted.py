"""Weighted formulas against the unweighted ones, scikit-learn and images written out."""

import tracemalloc

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from sklearn import metrics

from ai_vs_human.metrics import binary, weighted
from ai_vs_human.metrics.weighted import weighted_metrics

THRESHOLD = 0.6


def some_scores(seed: int, images: int = 400) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Scores with many ties, on the edges of bins too, and some of exactly 0 and 1."""
    random = np.random.default_rng(seed)
    labels = (random.random(images) < 0.4).astype(np.int64)
    scores = random.normal(0.4 + 0.2 * labels, 0.25).clip(0, 1)
    return np.where(random.random(images) < 0.5, (scores * 20).round() / 20, scores), labels


def some_counts(seed: int, resamples: int, images: int = 400) -> NDArray[np.int64]:
    return np.random.default_rng(seed).poisson(1, size=(resamples, images))


def unweighted(
    scores: NDArray[np.float64], labels: NDArray[np.int64], threshold: float = THRESHOLD
) -> dict[str, float]:
    return binary.binary_metrics(torch.from_numpy(scores), torch.from_numpy(labels), threshold)


def row(figures: dict[str, NDArray[np.float64]], index: int) -> dict[str, float]:
    """The figures of one resample that are numbers."""
    found = {name: float(values[index]) for name, values in figures.items()}
    return {name: value for name, value in found.items() if not np.isnan(value)}


@pytest.mark.parametrize("seed", range(8))
def test_weights_of_one_give_the_figures_of_binary_metrics(seed: int) -> None:
    scores, labels = some_scores(seed)

    figures = weighted_metrics(scores, labels, np.ones((1, len(labels))), THRESHOLD)

    expected = unweighted(scores, labels)
    assert list(figures) == list(expected)
    assert row(figures, 0) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_a_weight_counts_an_image_that_many_times(seed: int) -> None:
    scores, labels = some_scores(seed)
    counts = some_counts(seed, resamples=20)

    figures = weighted_metrics(scores, labels, counts, THRESHOLD)

    for index, repeats in enumerate(counts):
        written_out = unweighted(scores.repeat(repeats), labels.repeat(repeats))
        assert row(figures, index) == pytest.approx(written_out, abs=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_figures_agree_with_scikit_learn_under_weights(seed: int) -> None:
    scores, labels = some_scores(seed)
    counts = some_counts(seed, resamples=1)
    weights = counts[0]
    called = scores >= THRESHOLD
    alarms, hits, _ = metrics.roc_curve(
        labels, scores, sample_weight=weights, drop_intermediate=False
    )
    expected = {
        "auroc": metrics.roc_auc_score(labels, scores, sample_weight=weights),
        "average_precision": metrics.average_precision_score(labels, scores, sample_weight=weights),
        "tpr_at_1pct_fpr": hits[alarms <= 0.01].max(),
        "accuracy": metrics.accuracy_score(labels, called, sample_weight=weights),
        "balanced_accuracy": metrics.balanced_accuracy_score(labels, called, sample_weight=weights),
        "f1": metrics.f1_score(labels, called, sample_weight=weights),
        "recall_ai": metrics.recall_score(labels, called, sample_weight=weights),
        "recall_human": metrics.recall_score(labels, called, pos_label=0, sample_weight=weights),
        "brier": metrics.brier_score_loss(labels, scores, sample_weight=weights),
    }

    figures = row(weighted_metrics(scores, labels, counts, THRESHOLD), 0)

    assert {name: figures[name] for name in expected} == pytest.approx(expected, abs=1e-12)
    rates = np.abs(alarms - (1 - hits))
    either = (alarms + 1 - hits)[rates < rates.min() + 1e-9] / 2  # neighbours may be as near
    assert min(abs(either - figures["eer"])) < 1e-12


def test_of_two_equally_near_points_the_error_rate_is_that_of_binary_metrics() -> None:
    """1/6 of AI images are missed while 0/3 or 1/3 of human ones raise an alarm: 1/6 both times."""
    scores = np.array([0.6, 0.6, 0.6, 0.6, 0.6, 0.1, 0.5, 0.1, 0.0])
    labels = np.array([1, 1, 1, 1, 1, 1, 0, 0, 0])

    figures = weighted_metrics(scores, labels, np.ones((1, 9)), THRESHOLD)

    assert figures["eer"][0] == pytest.approx(unweighted(scores, labels)["eer"], abs=1e-6)


def test_one_false_alarm_among_a_hundred_is_allowed_and_two_are_not() -> None:
    scores, labels = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.1]), np.array([1, 0, 1, 0, 1, 0])

    figures = weighted_metrics(scores, labels, np.array([[1, 1, 1, 1, 2, 98]]), THRESHOLD)

    assert figures["tpr_at_1pct_fpr"][0] == 0.5


@pytest.mark.parametrize("lacking", [0, 1])
def test_a_resample_of_one_class_lacks_what_binary_metrics_leaves_out(lacking: int) -> None:
    scores, labels = some_scores(0)
    counts = np.stack([labels != lacking, np.ones_like(labels)]).astype(np.int64)

    figures = weighted_metrics(scores, labels, counts, THRESHOLD)

    kept = labels != lacking
    assert row(figures, 0) == pytest.approx(unweighted(scores[kept], labels[kept]), abs=1e-6)
    assert set(row(figures, 1)) == set(figures)


def test_a_resample_without_images_has_no_figures() -> None:
    figures = weighted_metrics(np.array([0.2, 0.8]), np.array([0, 1]), np.zeros((1, 2)), 0.5)

    assert row(figures, 0) == {}


def test_no_images_have_no_figures() -> None:
    assert weighted_metrics(np.empty(0), np.empty(0, np.int64), np.empty((3, 0)), 0.5) == {}


def test_no_resamples_have_every_name_and_no_figure() -> None:
    figures = weighted_metrics(np.array([0.2, 0.8]), np.array([0, 1]), np.empty((0, 2)), 0.5)

    assert {len(values) for values in figures.values()} == {0}


def test_labels_may_be_flags() -> None:
    scores, labels = some_scores(1)
    counts = some_counts(1, resamples=2)

    of_flags = weighted_metrics(scores, labels == 1, counts, THRESHOLD)

    of_numbers = weighted_metrics(scores, labels, counts, THRESHOLD)
    assert row(of_flags, 1) == row(of_numbers, 1)


def test_a_resample_does_not_depend_on_those_beside_it() -> None:
    scores, labels = some_scores(2)
    resamples = 2 * weighted._BLOCK // len(labels) + 3
    counts = some_counts(2, resamples)

    figures = weighted_metrics(scores, labels, counts, THRESHOLD)

    for index in (0, resamples // 2, resamples - 1):
        alone = weighted_metrics(scores, labels, counts[index : index + 1], THRESHOLD)
        assert row(figures, index) == pytest.approx(row(alone, 0), abs=1e-12)


def test_many_resamples_of_many_images_need_little_memory() -> None:
    scores, labels = some_scores(3, images=5000)
    counts = some_counts(3, resamples=400, images=5000)
    tracemalloc.start()

    weighted_metrics(scores, labels, counts, THRESHOLD)

    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak_bytes < 3 * counts.nbytes  # one array of this size for each step would be 10
