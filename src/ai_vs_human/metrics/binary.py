"""Scores and labels to the figures that the field reports: pure formulas.

Everywhere: `scores` are float64 in [0, 1], the probability that an image is AI-made;
`labels` are 1 for AI (positive) and 0 for human; an image is called AI where
`score >= threshold`. A figure that the images cannot give (recall of a class that is
absent, a ranking of one class only) is left out, never 0.
"""

import torch
from torch import Tensor
from torchmetrics.functional.classification import (
    binary_auroc,
    binary_average_precision,
    binary_calibration_error,
    binary_eer,
    binary_roc,
)

from ai_vs_human.metrics.weighted import CALIBRATION_BINS, FALSE_POSITIVE_RATE


def binary_metrics(scores: Tensor, labels: Tensor, threshold: float) -> dict[str, float]:
    """Every figure of one set of images.

    Args:
        scores: P(AI), float64 [images].
        labels: 1 for AI, 0 for human [images].
        threshold: score from which an image is called AI.

    Returns:
        By name: `ranking_metrics` (no threshold), `decision_metrics` (at the threshold) and
        `calibration_metrics`; empty where there are no images.
    """
    if len(labels) == 0:
        return {}
    return {
        **ranking_metrics(scores, labels),
        **decision_metrics(scores, labels, threshold),
        **calibration_metrics(scores, labels),
    }


def ranking_metrics(scores: Tensor, labels: Tensor) -> dict[str, float]:
    """Figures that need no threshold; none where one class is absent.

    `auroc` and `average_precision` in [0, 1]; `eer`, the error rate where both classes' rates
    are equal; `tpr_at_1pct_fpr`, the share of AI images found while at most 1 % of human images
    are called AI.
    """
    if labels.min() == labels.max():
        return {}
    return {
        "auroc": float(binary_auroc(scores, labels)),
        "average_precision": float(binary_average_precision(scores, labels)),
        "eer": float(binary_eer(scores, labels)),
        "tpr_at_1pct_fpr": tpr_at_fpr(scores, labels, FALSE_POSITIVE_RATE),
    }


def decision_metrics(scores: Tensor, labels: Tensor, threshold: float) -> dict[str, float]:
    """Figures at a threshold, all in [0, 1].

    `recall_ai` is the share of AI images called AI, `recall_human` the share of human images
    called human; `balanced_accuracy` is their mean; `f1` is that of the class AI.
    """
    called, truth = scores >= threshold, labels == 1
    hits, passes = int((called & truth).sum()), int((~called & ~truth).sum())
    positives, negatives = int(truth.sum()), int((~truth).sum())
    figures = {"accuracy": (hits + passes) / len(labels)}
    if positives:
        figures["recall_ai"] = hits / positives
        figures["f1"] = 2 * hits / (positives + int(called.sum()))
    if negatives:
        figures["recall_human"] = passes / negatives
    if positives and negatives:
        figures["balanced_accuracy"] = (figures["recall_ai"] + figures["recall_human"]) / 2
    return figures


def calibration_metrics(scores: Tensor, labels: Tensor) -> dict[str, float]:
    """How far a score can be read as a probability; 0 is best.

    `ece`: expected calibration error over 15 bins of equal width (Guo et al., ICML 2017);
    `brier`: mean squared distance between score and label (Brier, 1950).
    """
    return {
        "ece": float(binary_calibration_error(scores, labels, n_bins=CALIBRATION_BINS)),
        "brier": float((scores - labels).square().mean()),
    }


def tpr_at_fpr(scores: Tensor, labels: Tensor, rate: float) -> float:
    """The largest true-positive rate among thresholds whose false-positive rate is <= `rate`."""
    false_positives, true_positives, _ = binary_roc(scores, labels)
    return float(true_positives[false_positives <= rate].max())


def fit_threshold(scores: Tensor, labels: Tensor) -> float:
    """The threshold with the highest balanced accuracy, for use on other images.

    It lies in the middle between two neighbouring scores, so that small changes of a score
    change no verdict; of equally good ones, the nearest to 0.5 is taken. 0.5 where one class
    is absent.
    """
    if len(labels) == 0 or labels.min() == labels.max():
        return 0.5
    ordered, order = scores.sort()
    truth = labels[order] == 1
    # Calling the first k human: recall of human is their humans among the first k, and so on.
    humans_below = torch.cat([torch.zeros(1), (~truth).cumsum(0)]).double()
    ai_below = torch.cat([torch.zeros(1), truth.cumsum(0)]).double()
    balanced = (humans_below / (~truth).sum() + 1 - ai_below / truth.sum()) / 2
    edges = torch.cat([torch.zeros(1), ordered, torch.ones(1)]).double()
    middles = (edges[:-1] + edges[1:]) / 2
    balanced[1:-1][ordered[1:] == ordered[:-1]] = -1  # no threshold parts equal scores
    best = (balanced >= balanced.max() - 1e-12).nonzero().squeeze(1)
    nearest = best[(middles[best] - 0.5).abs().argmin()]
    return float(middles[nearest])
