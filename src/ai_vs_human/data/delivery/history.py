"""Files' facts to how JPEGs among them were saved, and images to ones that were saved so too."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ai_vs_human.data.index.facts import ImageFacts
from ai_vs_human.image.arrays import ResizedImage, RgbImage
from ai_vs_human.image.degrade import MCU, save_as_jpeg
from ai_vs_human.image.window import Window, cut
from ai_vs_human.labels import Label

_TOLERANCE: Final = 0.1
"""Largest distance of the classes' distributions of quality and of chroma: what these can tell."""
_CHROMAS: Final = ("4:2:0", "4:2:2", "4:4:4")
"""From coarse to fine."""


@dataclass(frozen=True, slots=True, order=True)
class Saving:
    """One way to save a JPEG.

    Attributes:
        quality: 1 to 100, on Pillow's scale.
        subsampling: of the chroma: 4:4:4, 4:2:2 or 4:2:0.
    """

    quality: int
    subsampling: str

    @property
    def fineness(self) -> int:
        """Of the chroma, from 0 up."""
        return _CHROMAS.index(self.subsampling)

    def after(self, way: "Saving | None") -> "Saving":
        """As bad as an image is that was saved in another way before: the worse of both."""
        if way is None:
            return self
        worse = _CHROMAS[min(self.fineness, way.fineness)]
        return Saving(min(self.quality, way.quality), worse)


@dataclass(frozen=True, slots=True)
class History:
    """Ways to save a JPEG that images of both classes can be made to have in common.

    Attributes:
        savings: ways that occur in the set, in order of quality; or one that is as bad.
        counts: how many files were saved so, or 1.
    """

    savings: tuple[Saving, ...]
    counts: tuple[int, ...]

    @classmethod
    def of(cls, classes: Mapping[Label, Sequence[ImageFacts]]) -> "History | None":
        """The best ways with which the classes' JPEGs agree; None where no file needs any.

        A JPEG cannot be made better than it is, only worse. So there are a highest quality and a
        finest chroma that are left alone; what is above either, or no JPEG, is saved in a way
        drawn from those up to both. They are the highest and finest for which the classes'
        distributions of each then differ by no more than `_TOLERANCE`, or than chance makes them
        differ in so few files (Smirnov's two-sample statistic and its 5 % point); the lowest
        quality and the coarsest chroma that occur are always good enough.
        """
        ways = [Counter(map(_way, facts)) for facts in classes.values()]
        every = sum(ways, Counter())
        found = {way: count for way, count in every.items() if way is not None}
        for ceiling in sorted({saving.quality for saving in found}, reverse=True):
            for finest in sorted({saving.fineness for saving in found}, reverse=True):
                history = cls(*_up_to(found, ceiling, finest))
                if history._makes_alike(ways):
                    return history if any(map(history._is_above, every)) else None
        return None

    @property
    def qualities(self) -> tuple[int, int]:
        """The lowest and the highest."""
        return self.savings[0].quality, self.savings[-1].quality

    def is_missing_in(self, facts: ImageFacts) -> bool:
        """Whether an image must be saved so, as it was not saved as badly."""
        return self._is_above(_way(facts))

    def draw(self, rng: np.random.Generator) -> Saving:
        """One way, as often as it occurs."""
        ends = np.cumsum(self.counts)
        return self.savings[int(np.searchsorted(ends, rng.integers(ends[-1]), side="right"))]

    def _is_above(self, way: Saving | None) -> bool:
        finest = max(one.fineness for one in self.savings)
        return way is None or way.quality > self.qualities[1] or way.fineness > finest

    def _makes_alike(self, ways: Sequence[Mapping[Saving | None, int]]) -> bool:
        after = [self._after(counts) for counts in ways]
        by_chance = 1.36 * sum(1 / sum(counts.values()) for counts in ways) ** 0.5
        return bool(np.ptp(after, axis=0).max() <= max(_TOLERANCE, by_chance))

    def _after(self, ways: Mapping[Saving | None, int]) -> NDArray[np.float64]:
        """Shares of images once all are saved so: of each quality or less, then of each chroma."""
        total = sum(ways.values())
        counted: list[tuple[Saving, float]] = []
        for way, count in ways.items():
            if way is not None and not self._is_above(way):
                counted.append((way, count))
                continue
            each = count / sum(self.counts)
            drawn = zip(self.savings, self.counts, strict=True)
            counted += [(one.after(way), each * number) for one, number in drawn]
        shares = [count / total for _, count in counted]
        curves = [
            np.cumsum(np.bincount(places, shares, minlength=most))
            for places, most in (
                ([way.quality for way, _ in counted], 101),
                ([way.fineness for way, _ in counted], len(_CHROMAS)),
            )
        ]
        return np.concatenate(curves)


def _up_to(
    found: Mapping[Saving, int], ceiling: int, finest: int
) -> tuple[tuple[Saving, ...], tuple[int, ...]]:
    """The ways up to a quality and a fineness, and how many files were saved so."""
    savings = tuple(sorted(w for w in found if w.quality <= ceiling and w.fineness <= finest))
    if not savings:  # the worst of both may be of different files
        return (Saving(ceiling, _CHROMAS[finest]),), (1,)
    return savings, tuple(found[one] for one in savings)


def saved_before_cut(image: RgbImage, saving: Saving, window: Window) -> ResizedImage:
    """What a window shows of an image that was saved as JPEG.

    Only the blocks that the window touches are saved, and one more on each side, as a decoder
    interpolates chroma across their borders: the pixels are those of the image saved whole.
    """
    height, width, _ = image.shape
    top, bottom = _blocks(window.top, window.height, height)
    left, right = _blocks(window.left, window.width, width)
    saved = save_as_jpeg(
        np.ascontiguousarray(image[top:bottom, left:right]), saving.quality, saving.subsampling
    )
    shown = Window(window.top - top, window.left - left, window.height, window.width)
    return cut(saved, shown)


def _blocks(start: int, length: int, whole: int) -> tuple[int, int]:
    """First and last pixel of the largest coding units round a stretch of a side."""
    if start < 0 or start + length > whole:
        return 0, whole  # the rest is the mirror image of what may lie anywhere
    first = max(0, start // MCU - 1) * MCU
    last = (-(-(start + length) // MCU) + 1) * MCU
    return first, min(last, whole)


def _way(facts: ImageFacts) -> Saving | None:
    """How a JPEG was saved, as far as Pillow can write it; a grey one has no chroma."""
    if facts.format != "JPEG":
        return None
    known = facts.jpeg_subsampling in _CHROMAS
    return Saving(facts.jpeg_quality, facts.jpeg_subsampling if known else _CHROMAS[0])
