"""Scores of both classes to the area under the ROC curve, and how sure that is."""

from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ai_vs_human.data.audit.report import Auroc

_TWO_SIDED_95: Final = 1.959964
"""Of the normal distribution."""


def auroc_within_folds(
    scores: NDArray[np.float64], is_ai: NDArray[np.bool_], folds: NDArray[np.int64], groups: int
) -> Auroc:
    """The share of pairs of an AI and a human image of one fold that are in the right order.

    Only images of one fold are compared: scores of two models are on two scales. The standard
    error is that of Hanley and McNeil (Radiology 143, 1982), with groups in place of images:
    copies of an image make nothing surer.

    Args:
        scores: of each image, from a model that has not seen its fold.
        is_ai: the class of each image.
        folds: of each image.
        groups: how many independent images of the rarer class there are; at least 1.
    """
    right = pairs = 0.0
    for fold in np.unique(folds):
        ai = scores[(folds == fold) & is_ai]
        human = np.sort(scores[(folds == fold) & ~is_ai])
        below = np.searchsorted(human, ai, "left") + np.searchsorted(human, ai, "right")
        right += float(below.sum()) / 2
        pairs += len(ai) * len(human)
    value = right / pairs if pairs else 0.5
    margin = _TWO_SIDED_95 * standard_error(value, groups, groups)
    return Auroc(
        round(value, 4), round(max(0.0, value - margin), 4), round(min(1.0, value + margin), 4)
    )


def standard_error(value: float, positives: int, negatives: int) -> float:
    """Of an AUROC, after Hanley and McNeil (1982), equations 1 and 2."""
    q1, q2 = value / (2 - value), 2 * value**2 / (1 + value)
    variance = value * (1 - value)
    variance += (positives - 1) * (q1 - value**2) + (negatives - 1) * (q2 - value**2)
    return sqrt(max(0.0, variance) / (positives * negatives))
