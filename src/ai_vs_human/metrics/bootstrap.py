"""Scores and labels of a set of images to how far chance in its choice may have moved the figures.

An interval answers: had other images of the same kind been picked for testing, where might this
detector's figure lie? It does not cover chance in training (other seeds give other detectors),
nor images of another kind (new generators, other sources, other compression). `ece` gains from
noise: in a resample it is larger than in the set, so that its interval may lie above its figure.

References:
    Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13: percentiles.
    Field and Welsh, Bootstrapping clustered data, JRSS B 69, 2007: drawing whole groups.
    Davison and Hinkley, Bootstrap Methods and their Application, 1997, section 4.2.3, and
    Phipson and Smyth, Permutation p-values should never be zero, 2010: the +1 of a p-value.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ai_vs_human.labels import Label
from ai_vs_human.metrics.weighted import Flags, Floats, weighted_metrics

_BLOCK: Final = 2**20  # weights drawn at a time: 8 MiB

Measure = Callable[[Floats], dict[str, Floats]]


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """How much a second detector's figure differs from a first one's, on the same images.

    Attributes:
        difference: second minus first, on the images as they are.
        low: lower end of the interval of the difference.
        high: upper end.
        p_value: two-sided, in (0, 1]: twice the share of resamples whose difference is 0 or has
            the other sign; never 0, as finitely many resamples cannot rule chance out.
    """

    difference: float
    low: float
    high: float
    p_value: float


def intervals(
    scores: Floats,
    labels: NDArray[np.integer] | Flags,
    threshold: float,
    *,
    groups: Sequence[str] | None = None,
    resamples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> dict[str, tuple[float, float]]:
    """The percentile bootstrap interval of each figure.

    Each class is drawn on its own, so that every resample has as many images of it as the set.
    With groups, whole groups are drawn in place of images. Where a group holds both classes,
    all groups are drawn together, and the classes' shares vary too.

    Args:
        scores: P(AI) in [0, 1] [images]; the order of the images changes nothing.
        labels: 1 for AI, 0 for human [images].
        threshold: score from which an image is called AI; taken as given, not fitted again.
        groups: name of what each image shares with others (a scene, a subject); empty for an
            image that stands alone.
        resamples: how many to draw; 0 gives no intervals.
        confidence: of the interval, in (0, 1).
        seed: of the draws; the same seed gives the same intervals.

    Returns:
        Lower and upper end, by the names of `binary.binary_metrics`. A figure that the images
        cannot give is left out; all are where a class has only one image (or group), whose
        spread nobody can tell.
    """
    order, units = _arrange(labels, groups, scores)
    measure = _measure(scores[order], labels[order], threshold)
    drawn = _resample(measure, labels[order], units, resamples, seed)
    return {name: _percentiles(values, confidence) for name, values in drawn.items()}


def paired(
    first_scores: Floats,
    second_scores: Floats,
    labels: NDArray[np.integer] | Flags,
    first_threshold: float,
    second_threshold: float,
    *,
    groups: Sequence[str] | None = None,
    resamples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> dict[str, PairedDifference]:
    """How two detectors differ on the same images: what is hard for both cancels.

    Both are measured on the same resamples, drawn as in `intervals`; arguments that are not
    described here are those of `intervals`.

    Args:
        first_scores: of the first detector [images].
        second_scores: of the second, on the same images in the same order.
        labels: 1 for AI, 0 for human [images].
        first_threshold: of the first detector.
        second_threshold: of the second.
        groups: see `intervals`.
        resamples: see `intervals`; no p-value is below `2 / (resamples + 1)`.
        confidence: see `intervals`.
        seed: see `intervals`.

    Returns:
        By name; what is left out is as in `intervals`.
    """
    order, units = _arrange(labels, groups, first_scores, second_scores)
    labels = labels[order]
    first = _measure(first_scores[order], labels, first_threshold)
    second = _measure(second_scores[order], labels, second_threshold)

    def difference(weights: Floats) -> dict[str, Floats]:
        before, after = first(weights), second(weights)
        return {name: after[name] - before[name] for name in before}

    drawn = _resample(difference, labels, units, resamples, seed)
    whole = difference(np.ones((1, len(labels))))
    return {
        name: _compare(float(whole[name][0]), values, confidence) for name, values in drawn.items()
    }


def _measure(scores: Floats, labels: NDArray[np.integer] | Flags, threshold: float) -> Measure:
    return lambda weights: weighted_metrics(scores, labels, weights, threshold)


def _arrange(
    labels: NDArray[np.integer] | Flags, groups: Sequence[str] | None, *scores: Floats
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where to find the images in an order of their own, and then what each is drawn with.

    Images are sorted by what is known of them, so that a seed draws the same ones in whatever
    order they come. Units are counted from 0.
    """
    names = np.asarray(groups if groups is not None else [""] * len(labels), dtype=np.str_)
    _, codes = np.unique(names, return_inverse=True)
    order = np.lexsort((codes, *scores, labels))
    alone = names[order] == ""
    keys = np.where(alone, len(names) + np.arange(len(names)), codes[order])
    return order, np.unique(keys, return_inverse=True)[1]


def _resample(
    measure: Measure,
    labels: NDArray[np.integer] | Flags,
    units: NDArray[np.intp],
    resamples: int,
    seed: int,
) -> dict[str, Floats]:
    """The finite figures of all resamples, without those that have none."""
    strata = _strata(labels, units)
    blocks = [measure(weights) for weights in _draw(strata, units, resamples, seed)]
    if not blocks:
        return {}
    joined = {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
    finite = {name: values[np.isfinite(values)] for name, values in joined.items()}
    return {name: values for name, values in finite.items() if len(values)}


def _strata(labels: NDArray[np.integer] | Flags, units: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """The units that are drawn together; none where a class has a single unit."""
    human, ai = (np.unique(units[labels == label]) for label in Label)
    if len(human) == 1 or len(ai) == 1:
        return []
    if len(np.intersect1d(human, ai)):
        return [np.unique(units)]
    return [own for own in (human, ai) if len(own)]


def _draw(
    strata: Sequence[NDArray[np.intp]], units: NDArray[np.intp], resamples: int, seed: int
) -> Iterator[Floats]:
    """How often each image counts, some resamples at a time [resamples, images].

    Each stratum has a stream of its own, so that the size of a block changes no draw.
    """
    if not strata:
        return
    streams = np.random.default_rng(seed).spawn(len(strata))
    rows = max(1, _BLOCK // len(units))
    for start in range(0, resamples, rows):
        count = min(rows, resamples - start)
        counts = np.empty((count, units.max() + 1))
        for stratum, stream in zip(strata, streams, strict=True):
            drawn = stream.integers(len(stratum), size=(count, len(stratum)))
            cells = drawn + len(stratum) * np.arange(count)[:, None]
            counts[:, stratum] = np.bincount(cells.ravel(), minlength=count * len(stratum)).reshape(
                count, -1
            )
        yield counts[:, units]


def _percentiles(values: Floats, confidence: float) -> tuple[float, float]:
    tail = (1 - confidence) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return float(low), float(high)


def _compare(difference: float, resampled: Floats, confidence: float) -> PairedDifference:
    low, high = _percentiles(resampled, confidence)
    opposite = int((np.sign(difference) * resampled <= 0).sum())
    p_value = min(1.0, 2 * (opposite + 1) / (len(resampled) + 1))
    return PairedDifference(difference, low, high, p_value)
