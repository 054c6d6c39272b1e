"""The figures against scikit-learn's, and against what chance does."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from ai_vs_human.data.audit.auroc import auroc_within_folds, standard_error


def test_in_one_fold_it_is_the_area_under_the_curve() -> None:
    rng = np.random.default_rng(0)
    is_ai = rng.random(300) < 0.3
    scores = np.round(rng.normal(size=300) + is_ai, 1)  # with ties

    auroc = auroc_within_folds(scores, is_ai, np.zeros(300, np.int64), 90)

    assert auroc.value == pytest.approx(roc_auc_score(is_ai, scores), abs=1e-4)
    assert auroc.low < auroc.value < auroc.high


def test_scores_of_different_folds_are_not_compared() -> None:
    is_ai = np.array([False, True, False, True])
    folds = np.array([0, 0, 1, 1])

    assert auroc_within_folds(np.array([5.0, 6.0, 1.0, 2.0]), is_ai, folds, 2).value == 1


def test_a_fold_of_one_class_says_nothing() -> None:
    scores, is_ai = np.array([1.0, 2.0]), np.array([True, True])

    assert auroc_within_folds(scores, is_ai, np.zeros(2, np.int64), 1).value == 0.5


def test_chance_stays_within_its_standard_error() -> None:
    rng = np.random.default_rng(0)
    is_ai = np.arange(100) < 50
    found = [roc_auc_score(is_ai, rng.random(100)) for _ in range(150)]

    assert standard_error(0.5, 50, 50) == pytest.approx(np.std(found), rel=0.15)
