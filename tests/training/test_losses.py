"""Losses against their formulas."""

import pytest
import torch
from torch.nn import functional

from ai_vs_human.errors import ConfigError
from ai_vs_human.training.losses import BinaryCrossEntropy, FocalLoss

LOGITS, LABELS = torch.tensor([2.0, -1.0, 0.5]), torch.tensor([1, 0, 0])


def test_cross_entropy_punishes_calling_an_ai_image_human() -> None:
    loss = BinaryCrossEntropy()

    assert loss(torch.tensor([3.0]), torch.tensor([1])) < loss(
        torch.tensor([-3.0]), torch.tensor([1])
    )


def test_smoothing_moves_both_labels_towards_the_middle() -> None:
    targets = torch.tensor([0.95, 0.05, 0.05])
    expected = functional.binary_cross_entropy_with_logits(LOGITS, targets)

    assert BinaryCrossEntropy(label_smoothing=0.1)(LOGITS, LABELS) == pytest.approx(float(expected))


def test_a_weight_counts_ai_images_more() -> None:
    heavy = BinaryCrossEntropy(positive_weight=3.0)(LOGITS[:1], LABELS[:1])

    assert heavy == pytest.approx(3 * float(BinaryCrossEntropy()(LOGITS[:1], LABELS[:1])))


def test_focal_loss_without_focus_is_cross_entropy() -> None:
    assert FocalLoss(gamma=0.0)(LOGITS, LABELS) == pytest.approx(
        float(BinaryCrossEntropy()(LOGITS, LABELS))
    )


def test_focal_loss_counts_easy_images_less() -> None:
    right = torch.sigmoid(torch.tensor(2.0))
    expected = -((1 - right) ** 2) * right.log()

    assert FocalLoss(gamma=2.0)(LOGITS[:1], LABELS[:1]) == pytest.approx(float(expected), rel=1e-4)


def test_a_smoothing_of_one_is_refused() -> None:
    with pytest.raises(
        ConfigError, match=r"in \[0, 1\), but got 1\.0 \(model\.loss\.label_smoothing\)"
    ):
        BinaryCrossEntropy(label_smoothing=1.0)
