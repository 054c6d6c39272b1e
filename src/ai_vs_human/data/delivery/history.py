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
"""Largest distance of the classes' distributions of quality; it bounds what they can tell."""


@dataclass(frozen=True, slots=True, order=True)
class Saving:
    """One way to save a JPEG.

    Attributes:
        quality: 1 to 100, on Pillow's scale.
        subsampling: of the chroma: 4:4:4, 4:2:2 or 4:2:0.
    """

    quality: int
    subsampling: str


@dataclass(frozen=True, slots=True)
class History:
    """Ways to save a JPEG that images of both classes can be made to have in common.

    Attributes:
        savings: ways that occur in the set, in order of quality.
        counts: how many files were saved so.
    """

    savings: tuple[Saving, ...]
    counts: tuple[int, ...]

    @classmethod
    def of(cls, classes: Mapping[Label, Sequence[ImageFacts]]) -> "History | None":
        """The best ways with which the classes' qualities agree; None where no file needs any.

        A JPEG cannot be made better than it is, only worse. So there is a highest quality that
        is left alone; whatever is above it, or no JPEG, is saved in a way drawn from those up to
        it. It is the highest for which the classes' distributions then differ by no more than
        `_TOLERANCE`, or than chance makes them differ in so few files (Smirnov's two-sample
        statistic and its 5 % point); the lowest quality that occurs is always good enough.
        """
        every = [one for facts in classes.values() for one in facts]
        found = Counter(_saving(one) for one in every if one.format == "JPEG")
        for ceiling in sorted({saving.quality for saving in found}, reverse=True):
            savings = sorted(one for one in found if one.quality <= ceiling)
            history = cls(tuple(savings), tuple(found[one] for one in savings))
            if history._makes_alike(classes):
                return history if any(map(history.is_missing_in, every)) else None
        return None

    @property
    def qualities(self) -> tuple[int, int]:
        """The lowest and the highest."""
        return self.savings[0].quality, self.savings[-1].quality

    def is_missing_in(self, facts: ImageFacts) -> bool:
        """Whether an image must be saved so, as it was not saved as badly."""
        return facts.format != "JPEG" or facts.jpeg_quality > self.qualities[1]

    def draw(self, rng: np.random.Generator) -> Saving:
        """One way, as often as it occurs."""
        ends = np.cumsum(self.counts)
        return self.savings[int(np.searchsorted(ends, rng.integers(ends[-1]), side="right"))]

    def _makes_alike(self, classes: Mapping[Label, Sequence[ImageFacts]]) -> bool:
        curves = [self._qualities_after(facts) for facts in classes.values()]
        by_chance = 1.36 * sum(1 / len(facts) for facts in classes.values()) ** 0.5
        return bool(np.ptp(curves, axis=0).max() <= max(_TOLERANCE, by_chance))

    def _qualities_after(self, facts: Sequence[ImageFacts]) -> NDArray[np.float64]:
        """The share of images of each quality or less, from 0 to 100, once all are saved so."""
        kept = [one.jpeg_quality for one in facts if not self.is_missing_in(one)]
        drawn = np.bincount([s.quality for s in self.savings], self.counts, minlength=101)
        missing = (len(facts) - len(kept)) / sum(self.counts)
        shares: NDArray[np.float64] = np.bincount(kept, minlength=101) + missing * drawn
        return np.cumsum(shares) / len(facts)


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


def _saving(facts: ImageFacts) -> Saving:
    """How a JPEG was saved, as far as Pillow can write it; a grey one has no chroma."""
    known = facts.jpeg_subsampling in ("4:4:4", "4:2:2")
    return Saving(facts.jpeg_quality, facts.jpeg_subsampling if known else "4:2:0")
