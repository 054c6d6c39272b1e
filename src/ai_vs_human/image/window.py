"""An image and a place to a cut-out, which reflections fill where it leaves the image."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ai_vs_human.image.arrays import ResizedImage, RgbImage


@dataclass(frozen=True, slots=True)
class Window:
    """A rectangle of pixels; it may begin before the image and end behind it."""

    top: int
    left: int
    height: int
    width: int


def centre_window(height: int, width: int, out_height: int, out_width: int) -> Window:
    """The window round the middle of an image; the odd pixel is left over at the far end."""
    return Window((height - out_height) // 2, (width - out_width) // 2, out_height, out_width)


def random_window(
    height: int, width: int, out_height: int, out_width: int, rng: np.random.Generator
) -> Window:
    """A window at any place inside an image, or, along a shorter side, one with all of it."""
    return Window(
        top=_random_start(height, out_height, rng),
        left=_random_start(width, out_width, rng),
        height=out_height,
        width=out_width,
    )


def cut(image: RgbImage, window: Window, *, copy: bool = True) -> ResizedImage:
    """What a window shows; beyond its edges an image goes on as its mirror image.

    The edge pixel comes twice (`symmetric` in numpy), and reflections of reflections go on as
    far as needed, so that 3 pixels fill 224. The result is a copy unless `copy` is False.
    """
    height, width, _ = image.shape
    bottom, right = window.top + window.height, window.left + window.width
    if window.top >= 0 and window.left >= 0 and bottom <= height and right <= width:
        shown = image[window.top : bottom, window.left : right]
        # A view would keep the whole photograph in memory for the sake of a small crop.
        return shown.copy() if copy else shown
    rows = _reflected(window.top, window.height, height)
    columns = _reflected(window.left, window.width, width)
    return image[rows[:, np.newaxis], columns]


def _random_start(length: int, out: int, rng: np.random.Generator) -> int:
    spare = length - out
    return int(rng.integers(min(0, spare), max(0, spare), endpoint=True))


def _reflected(start: int, count: int, length: int) -> NDArray[np.intp]:
    """Indices into an axis of `length` for the positions from `start` on."""
    there_and_back = np.arange(start, start + count) % (2 * length)
    return np.minimum(there_and_back, 2 * length - 1 - there_and_back)
