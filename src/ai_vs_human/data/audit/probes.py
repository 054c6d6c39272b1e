"""A sample to how well two small classifiers do that cannot see what generators leave behind."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ai_vs_human.data.audit.auroc import auroc_within_folds
from ai_vs_human.data.audit.report import Probe
from ai_vs_human.data.audit.sample import Sample
from ai_vs_human.data.audit.traits import TRAITS, Trait

_CATEGORIES: Final = 32
"""Values of a trait in words that the trees tell apart; the rare ones count as one."""
_STRONGEST: Final = 6
_CHANNELS: Final = ("red", "green", "blue")
_SIDE: Final = 8

Features = NDArray[np.float64]


def probe_metadata(sample: Sample, *, visible: bool = False) -> Probe:
    """Boosted trees on the traits of the files; sizes in bytes are left out (see `Trait`).

    A trait's weight is what the AUROC loses where its values are dealt out at random.

    Args:
        sample: to be tried on.
        visible: only on traits that pixels can keep a trace of.
    """
    traits = [t for t in TRAITS if t.is_cue and (t.is_visible or not visible)]
    columns = {t.title: _column(t, sample) for t in traits}
    columns = {title: values for title, values in columns.items() if len(np.unique(values)) > 1}
    if not columns or not sample.is_enough:
        return _untried("metadata", sample, is_chance=not columns)
    features = np.stack(list(columns.values()), axis=1)
    scores = np.zeros(len(sample))
    losses = np.zeros(len(columns))
    for fold in np.unique(sample.folds):
        inside = sample.folds == fold
        model = _trees()
        with _one_thread():  # which knows of the threads of what has been imported
            model.fit(features[~inside], sample.is_ai[~inside])
            scores[inside] = model.decision_function(features[inside])
            losses += _losses(model.decision_function, features[inside], sample.is_ai[inside])
    auroc = auroc_within_folds(scores, sample.is_ai, sample.folds, sample.groups)
    weights = losses / len(np.unique(sample.folds))
    return Probe("metadata", auroc, len(sample), _strongest(zip(columns, weights, strict=True)))


def probe_thumbnail(sample: Sample) -> Probe:
    """Logistic regression on 8 x 8 RGB: what images show, without anything fine.

    A place's weight is the difference of the classes' means there, in standard deviations.
    """
    if not sample.is_enough:
        return _untried("thumbnail", sample, is_chance=False)
    pixels = sample.thumbnails.astype(np.float64)
    spread = pixels.std(axis=0)
    features = (pixels - pixels.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    scores = np.zeros(len(sample))
    for fold in np.unique(sample.folds):
        inside = sample.folds == fold
        model = _regression()
        with _one_thread():
            model.fit(features[~inside], sample.is_ai[~inside])
            scores[inside] = model.decision_function(features[inside])
    auroc = auroc_within_folds(scores, sample.is_ai, sample.folds, sample.groups)
    differences = features[sample.is_ai].mean(axis=0) - features[~sample.is_ai].mean(axis=0)
    return Probe(
        "thumbnail", auroc, len(sample), _strongest(zip(_places(), differences, strict=True))
    )


def mean_thumbnails(sample: Sample) -> dict[str, tuple[int, ...]]:
    """The mean thumbnail of each class that there is, as 192 numbers from 0 to 255."""
    chosen = {"ai": sample.is_ai, "human": ~sample.is_ai}
    return {
        key: tuple(round(float(level)) for level in sample.thumbnails[mask].mean(axis=0))
        for key, mask in chosen.items()
        if mask.any()
    }


def _untried(name: str, sample: Sample, *, is_chance: bool) -> Probe:
    """Where all files are alike in every trait there is nothing to go by."""
    chance = auroc_within_folds(
        np.zeros(len(sample)), sample.is_ai, sample.folds, max(1, sample.groups)
    )
    return Probe(name, chance if is_chance and sample.is_enough else None, len(sample))


def _column(trait: Trait, sample: Sample) -> Features:
    """Numbers as they are; words by how frequent they are."""
    values = [trait.value(facts) for facts in sample.facts]
    if not any(isinstance(value, str) for value in values):
        return np.array(values, np.float64)
    frequent = Counter(values).most_common(_CATEGORIES)
    places = {value: place for place, (value, _) in enumerate(sorted(frequent, key=_rank))}
    return np.array([places.get(value, _CATEGORIES) for value in values], np.float64)


def _rank(counted: tuple[str | float, int]) -> tuple[int, str]:
    return -counted[1], str(counted[0])


def _losses(
    score: Callable[[Features], Any], features: Features, is_ai: NDArray[np.bool_]
) -> Features:
    random = np.random.default_rng(0)
    whole = _auroc(score(features), is_ai)
    losses = []
    for place in range(features.shape[1]):
        shuffled = features.copy()
        shuffled[:, place] = random.permutation(shuffled[:, place])
        losses.append(whole - _auroc(score(shuffled), is_ai))
    return np.array(losses, np.float64)


def _auroc(scores: Features, is_ai: NDArray[np.bool_]) -> float:
    return auroc_within_folds(scores, is_ai, np.zeros(len(scores), np.int64), 1).value


def _strongest(weights: Iterable[tuple[str, Any]]) -> tuple[tuple[str, float], ...]:
    ordered = sorted(weights, key=lambda pair: -abs(pair[1]))
    return tuple((name, round(float(weight), 4)) for name, weight in ordered[:_STRONGEST])


def _places() -> list[str]:
    return [
        f"{channel} in row {row + 1}, column {column + 1} of 8"
        for row in range(_SIDE)
        for column in range(_SIDE)
        for channel in _CHANNELS
    ]


def _trees() -> Any:
    # Only here: a report that is read back must not wait for scikit-learn.
    from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415

    return HistGradientBoostingClassifier(
        max_iter=60, max_leaf_nodes=15, min_samples_leaf=10, early_stopping=False, random_state=0
    )


def _one_thread() -> Any:
    """Threads that wait for each other on a busy machine take twenty times as long."""
    # A part of scikit-learn.
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # noqa: PLC0415

    return threadpool_limits(1)


def _regression() -> Any:
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 -- as above

    # Many alike columns: a strong penalty, and a solver that ends in a few steps.
    return LogisticRegression(C=0.01, solver="newton-cholesky", max_iter=200)
