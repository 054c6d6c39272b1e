"""Two thumbnails to whether they may show one picture."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ai_vs_human.data.alike.forest import Indices

# Mean absolute difference, in grey levels. Images of 32 pixels that are stored again at JPEG
# quality 60 and 5 % smaller are 2 off in the median and 5 at most, unrelated ones at least 13. Of
# CIFAKE's pairs within four bits of hash, a person calls those below 8 one picture; from 9 on,
# chance begins.
THUMBNAIL_LIMIT: Final = 8
_CHANNELS: Final = 3
_PAIRS_AT_A_TIME: Final = 2**14


class Thumbnails:
    """Many thumbnails, to be compared in pairs.

    Args:
        rows: one an image, of equally many pixels in RGB.
    """

    def __init__(self, rows: NDArray[np.uint8]) -> None:
        self._rows: Final = rows
        pixels = rows.reshape(len(rows), rows.shape[1] // _CHANNELS, _CHANNELS)
        self._colours: Final = pixels.sum(axis=1, dtype=np.int64)
        self.reach: Final[int] = THUMBNAIL_LIMIT * rows.shape[1]
        """How much the sums of two rows that agree may differ."""

    @property
    def brightness(self) -> NDArray[np.int64]:
        """The sum of each row."""
        brightness: NDArray[np.int64] = self._colours.sum(axis=1)
        return brightness

    def agree(self, left: Indices, right: Indices) -> NDArray[np.bool_]:
        """Whether the two of each pair differ little enough."""
        shift = np.abs(self._colours[left] - self._colours[right]).sum(axis=1)
        agree: NDArray[np.bool_] = shift <= self.reach  # the whole's colours say no sooner
        (rest,) = agree.nonzero()
        for start in range(0, len(rest), _PAIRS_AT_A_TIME):
            pairs = rest[start : start + _PAIRS_AT_A_TIME]
            one, other = self._rows[left[pairs]], self._rows[right[pairs]]
            difference = np.maximum(one, other) - np.minimum(one, other)
            agree[pairs] = difference.sum(axis=1, dtype=np.int64) <= self.reach
        return agree
