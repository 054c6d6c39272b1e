"""Perceptual hashes and thumbnails to the pairs of images that are near in both.

Hashes of at most d different bits agree in at least one of d + 1 parts of their bits, so that only
images which share a part are compared (multi-index hashing: Norouzi, Punjani and Fleet, 2012).
Small or plain images share hashes by chance; their thumbnails tell them apart.
"""

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ai_vs_human.data.alike.forest import Forest, Indices
from ai_vs_human.data.alike.thumbnails import Thumbnails

_HASH_BITS: Final = 64
_STEPS_WHEN_FULL: Final = 1_000

Pairs = NDArray[np.int64]
"""One row a pair: the smaller place, the larger one, and how many bits of the hashes differ."""


def search(
    hashes: NDArray[np.uint64],
    thumbnails: NDArray[np.uint8],
    distance: int,
    *,
    most: int = 2_000_000,
) -> Pairs:
    """All pairs of near images, in no particular order.

    Args:
        hashes: of 64 bits, one an image.
        thumbnails: rows of RGB, one an image.
        distance: how many bits may differ.
        most: once there are so many, as of thousands of images of nearly one colour, an image is
            compared with the thousand next brighter ones only, and a pair is added only if no
            chain of pairs joins its images: time and memory are bounded.
    """
    looks, forest = Thumbnails(thumbnails), Forest(len(hashes))
    found, total = [np.empty((2, 0), dtype=np.int64)], 0
    masks = _masks(distance + 1)
    for turn in range(len(masks)):
        for step, pairs in enumerate(_candidates(hashes, looks, masks[: turn + 1], distance)):
            full = total >= most
            if full and step >= _STEPS_WHEN_FULL:
                break
            apart = forest.apart(*pairs) if full else slice(None)
            near = pairs[:, apart]
            near = near[:, looks.agree(*near)]
            joining = forest.join(*near)
            found.append(near[:, joining] if full else near)
            total += found[-1].shape[1]
    left, right = np.sort(np.concatenate(found, axis=1), axis=0)
    return np.column_stack([left, right, np.bitwise_count(hashes[left] ^ hashes[right])])


def _candidates(
    hashes: NDArray[np.uint64], looks: Thumbnails, masks: Sequence[np.uint64], distance: int
) -> Iterator[Indices]:
    """Pairs of near hashes that agree in the last mask and in none before, about equally bright.

    Left ones in the first row, right ones in the second.
    """
    *earlier, mask = masks
    order = np.lexsort((looks.brightness, hashes & mask))
    ordered = hashes[order]
    for rows, others in _neighbours(ordered & mask, looks.brightness[order], looks.reach):
        different = ordered[rows] ^ ordered[others]
        near = np.bitwise_count(different) <= distance
        for part in earlier:
            near &= (different & part) != 0
        yield np.stack([order[rows[near]], order[others[near]]])


def _masks(parts: int) -> list[np.uint64]:
    """Every bit in one of so many parts; neighbouring bits apart, as some hashes use only some."""
    return [np.uint64(sum(1 << b for b in range(part, _HASH_BITS, parts))) for part in range(parts)]


def _neighbours(
    part: NDArray[np.uint64], brightness: NDArray[np.int64], reach: int
) -> Iterator[tuple[Indices, Indices]]:
    """Rows of two sorted columns, and others of the same part with a brightness within reach.

    First those one row on, then those two rows on: no more at once than there are rows.
    """
    rows = np.arange(len(part))
    for step in count(1):
        rows = rows[rows + step < len(part)]
        others = rows + step
        close = brightness[others] - brightness[rows] <= reach
        rows = rows[close & (part[rows] == part[others])]
        if not len(rows):
            return
        yield rows, rows + step
