"""Values of a trait to a few bins, with words for each."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ai_vs_human.data.audit.traits import Trait
from ai_vs_human.data.index.facts import ImageFacts

_FEW: Final = 12
"""Values that are shown one by one."""
_CUTS: Final = 16
"""Bins that many different numbers are cut into, each of about as many images."""
_RARE: Final = "others"


@dataclass(frozen=True)
class Binned:
    """A trait of some images.

    Attributes:
        words: of each bin.
        bins: the bin of each image.
    """

    words: tuple[str, ...]
    bins: NDArray[np.int64]

    @property
    def is_constant(self) -> bool:
        """Whether all images share one value."""
        return len(self.words) < 2  # noqa: PLR2004 -- two values differ

    def counts(self, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
        """How many of the chosen images are in each bin."""
        return np.bincount(self.bins[chosen], minlength=len(self.words))


def cut_evenly(trait: Trait, facts: Sequence[ImageFacts]) -> Binned:
    """Bins of about as many images each; text keeps all its values."""
    values = [trait.value(one) for one in facts]
    if any(isinstance(value, str) for value in values):
        return _by_value([str(value) for value in values], len(values))
    numbers = np.array(values, float)
    some = numbers[numbers > 0] if numbers.any() else numbers
    shares = np.linspace(0, 1, _CUTS + 1)[:-1]
    return _between(trait, numbers, np.quantile(some, shares, method="lower"))


def cut_for_show(trait: Trait, facts: Sequence[ImageFacts]) -> Binned:
    """Bins of equal width, and for text the most frequent values."""
    values = [trait.value(one) for one in facts]
    if any(isinstance(value, str) for value in values):
        return _by_value([str(value) for value in values], _FEW)
    numbers = np.array(values, float)
    some = numbers[numbers > 0] if numbers.any() else numbers
    if len(np.unique(some)) <= _FEW:
        return _between(trait, numbers, np.unique(some))
    low, high = np.quantile(some, [0.005, 0.995])
    spread = np.geomspace if high / low > _FEW else np.linspace
    return _between(trait, numbers, spread(low, high, _FEW + 1)[:-1])


def _by_value(values: Sequence[str], most: int) -> Binned:
    frequent = [value for value, _ in Counter(values).most_common(most)]
    places = {value: place for place, value in enumerate(frequent)}
    words = tuple(frequent)
    if len(places) < len(set(values)):
        words = (*words, _RARE)
    return Binned(words, np.array([places.get(v, len(places)) for v in values], np.int64))


def _between(trait: Trait, numbers: NDArray[np.float64], starts: NDArray[np.float64]) -> Binned:
    """Bins that begin at `starts`; the first takes what is below, too, but for 0: it is nothing."""
    bins = np.searchsorted(np.unique(starts), numbers, "right").clip(1)
    used, bins = np.unique(np.where(numbers > 0, bins, 0), return_inverse=True)
    words = []
    for one in range(len(used)):
        inside = numbers[bins == one]
        low, high = trait.show(float(inside.min())), trait.show(float(inside.max()))
        words.append(low if low == high else f"{low} to {high}")
    return Binned(tuple(words), bins.astype(np.int64))
