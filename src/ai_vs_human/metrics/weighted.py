"""Scores, labels and the weights of many resamples to each figure of each resample: pure formulas.

Names and conventions are those of `binary.py`: with weights of one, both give the same numbers
(float64 here, float32 inside torchmetrics). Only numpy is needed, so that a command line that
compares two files of predictions starts at once.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ai_vs_human.labels import Label

CALIBRATION_BINS: Final = 15
FALSE_POSITIVE_RATE: Final = 0.01

_BLOCK: Final = 2**18  # weights worked on at a time: their arrays stay in the processor's cache

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def weighted_metrics(
    scores: Floats,
    labels: NDArray[np.integer] | Flags,
    weights: NDArray[np.integer] | Floats,
    threshold: float,
) -> dict[str, Floats]:
    """Every figure of every resample, as if each image stood there as often as its weight says.

    The images are sorted once; what is needed besides `weights` does not grow with the number
    of resamples.

    Args:
        scores: P(AI) in [0, 1] [images].
        labels: 1 for AI, 0 for human [images].
        weights: how often each image counts, from 0 [resamples, images].
        threshold: score from which an image is called AI.

    Returns:
        By the names of `binary.binary_metrics`, one figure a resample [resamples]; NaN where
        the resample lacks the class or the images that the figure needs. Empty where there are
        no images.
    """
    if len(scores) == 0:
        return {}
    order = np.argsort(-scores, kind="stable")
    scores, truth = scores[order], labels[order] == Label.AI
    terms = np.column_stack([_decision_terms(scores, truth, threshold), _bins(scores, truth)])
    starts = np.flatnonzero(np.concatenate([[True], scores[1:] != scores[:-1]]))
    rows = max(1, _BLOCK // len(scores))
    blocks = []
    for row in range(0, max(1, len(weights)), rows):
        block = weights[row : row + rows, order].astype(np.float64)
        blocks.append({**_ranking(block, truth, starts), **_sums(block @ terms)})
    return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}


def _ranking(weights: Floats, truth: Flags, starts: NDArray[np.intp]) -> dict[str, Floats]:
    """What needs no threshold; images of one score, which no threshold parts, become one step.

    Args:
        weights: in the order of falling scores [resamples, images].
        truth: True for AI [images].
        starts: the first image of each score [steps].
    """
    ai = np.add.reduceat(np.where(truth, weights, 0), starts, axis=1)
    human = np.add.reduceat(np.where(truth, 0, weights), starts, axis=1)
    hits, alarms = ai.cumsum(axis=1), human.cumsum(axis=1)
    all_ai, all_human = hits[:, -1], alarms[:, -1]
    both = (all_ai > 0) & (all_human > 0)
    # Pairs of an AI and a human image in the right order; equal scores count one half.
    pairs = np.einsum("ij,ij->i", human, hits - ai / 2)
    precision = _share(hits, hits + alarms, absent=0.0)
    figures = {
        "auroc": _share(pairs, all_ai * all_human),
        "average_precision": _share(np.einsum("ij,ij->i", ai, precision), all_ai),
        "eer": _equal_error_rate(hits, alarms),
        "tpr_at_1pct_fpr": _share(_hits_within(hits, alarms), all_ai),
    }
    return {name: np.where(both, figure, np.nan) for name, figure in figures.items()}


def _equal_error_rate(hits: Floats, alarms: Floats) -> Floats:
    """Mean of both error rates where they are nearest [resamples].

    Two neighbouring steps can be equally near. They are parted by float32's rounding, as
    torchmetrics parts them: otherwise an interval and its figure would follow two definitions.
    """
    found = _share(hits, hits[:, -1:]).astype(np.float32)
    alarmed = _share(alarms, alarms[:, -1:]).astype(np.float32)
    nearest = np.abs(alarmed - (1 - found)).argmin(axis=1)[:, None]
    hit, alarm = (np.take_along_axis(c, nearest, axis=1)[:, 0] for c in (hits, alarms))
    return (_share(alarm, alarms[:, -1]) + 1 - _share(hit, hits[:, -1])) / 2


def _hits_within(hits: Floats, alarms: Floats) -> Floats:
    """The most AI images found while few enough human ones are called AI [resamples]."""
    allowed = _share(alarms, alarms[:, -1:]) <= FALSE_POSITIVE_RATE
    most: Floats = np.where(allowed, hits, 0).max(axis=1)
    return most


def _decision_terms(scores: Floats, truth: Flags, threshold: float) -> Floats:
    """What each image adds to the sums that `_sums` unpacks [images, 6]."""
    called = scores >= threshold
    squares = (scores - truth) ** 2
    return np.column_stack(
        [np.ones(len(scores)), truth, called, called & truth, ~called & ~truth, squares]
    )


def _bins(scores: Floats, truth: Flags) -> Floats:
    """What each image adds to its bin: label minus score, 0 elsewhere [images, bins + 1].

    A bin holds its lower edge; the last one holds the scores of exactly 1, as in torchmetrics.
    """
    edges = np.linspace(0, 1, CALIBRATION_BINS + 1)
    bins = np.searchsorted(edges, scores, side="right") - 1
    columns: Floats = (truth - scores)[:, None] * (bins[:, None] == np.arange(len(edges)))
    return columns


def _sums(sums: Floats) -> dict[str, Floats]:
    """What is a ratio of sums over images.

    Args:
        sums: of the terms of `_decision_terms` and `_bins` [resamples, terms].
    """
    images, ai, called, hits, passes, squares = sums[:, :6].T
    recall_ai, recall_human = _share(hits, ai), _share(passes, images - ai)
    return {
        "accuracy": _share(hits + passes, images),
        "recall_ai": recall_ai,
        "f1": np.where(ai > 0, _share(2 * hits, ai + called), np.nan),
        "recall_human": recall_human,
        "balanced_accuracy": (recall_ai + recall_human) / 2,
        # A bin's |mean label - mean score|, weighted by its share of the images: counts cancel.
        "ece": _share(np.abs(sums[:, 6:]).sum(axis=1), images),
        "brier": _share(squares, images),
    }


def _share(part: Floats, whole: Floats, absent: float = np.nan) -> Floats:
    """`part / whole`, and `absent` where `whole` is 0."""
    return np.divide(part, whole, out=np.full_like(part, absent), where=whole > 0)
