"""A sample to the traits that tell its classes apart, the one that tells most first."""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ai_vs_human.data.audit.auroc import auroc_within_folds
from ai_vs_human.data.audit.bins import Binned, cut_evenly
from ai_vs_human.data.audit.report import Cue
from ai_vs_human.data.audit.sample import Sample
from ai_vs_human.data.audit.traits import TRAITS, Trait

_PRIOR: Final = 2.0
"""Images of each class that every value is thought to have besides those that were seen."""
_TIE: Final = 0.01


def find_cues(sample: Sample) -> tuple[Cue, ...]:
    """Every trait that differs among the images, by the AUROC of a guess from it alone.

    Of traits that tell about as much (all JPEG traits tell that a file is a JPEG), the one that
    comes first in `TRAITS` comes first: it is the simplest.
    """
    cues = list(_cues(sample))
    best = max((cue.auroc.value for cue in cues), default=0.0)
    leading = [cue for cue in cues if cue.auroc.value >= best - _TIE]
    others = [cue for cue in cues if cue not in leading]
    return (*leading, *sorted(others, key=lambda cue: -cue.auroc.value))


def _cues(sample: Sample) -> Iterator[Cue]:
    for trait in TRAITS:
        binned = cut_evenly(trait, sample.facts)
        if trait.is_cue and not binned.is_constant:
            scores = _guess(binned, sample)
            auroc = auroc_within_folds(scores, sample.is_ai, sample.folds, sample.groups)
            yield Cue(trait.name, trait.title, auroc, _words(trait, binned, sample.is_ai))


def _guess(binned: Binned, sample: Sample) -> NDArray[np.float64]:
    """The share of AI images among those of the same bin in the other folds."""
    scores = np.zeros(len(sample))
    for fold in np.unique(sample.folds):
        others = sample.folds != fold
        ai = binned.counts(others & sample.is_ai) / max(1, int((others & sample.is_ai).sum()))
        human = binned.counts(others & ~sample.is_ai) / max(1, int((others & ~sample.is_ai).sum()))
        prior = _PRIOR / max(1, int(others.sum()))
        share = (ai + prior) / (ai + human + 2 * prior)
        scores[~others] = share[binned.bins[~others]]
    return scores


def _words(trait: Trait, binned: Binned, is_ai: NDArray[np.bool_]) -> str:
    """`all 500 AI images are PNG files, 96 % of the human ones are JPEG files`."""
    ai, human = binned.counts(is_ai), binned.counts(~is_ai)
    difference = ai / max(1, ai.sum()) - human / max(1, human.sum())
    most, least = int(difference.argmax()), int(difference.argmin())
    of_ai = _amount(int(ai[most]), int(ai.sum()), "AI images")
    of_human = _amount(int(human[least]), int(human.sum()), "human images")
    return (
        f"{of_ai} {trait.phrase(binned.words[most])},"
        f" {of_human} {trait.phrase(binned.words[least])}"
    )


def _amount(count: int, total: int, noun: str) -> str:
    if count == total:
        return f"all {total:,} {noun}"
    share = 100 * count / total
    return f"{share:.0f} % of the {noun}" if share >= 1 else f"{count:,} of the {noun}"
