"""Decoded images to images of the network's size, by one rule for training and every later use."""

import difflib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, get_args

import numpy as np
from PIL import Image

from ai_vs_human.errors import ConfigError
from ai_vs_human.image.arrays import ResizedImage, RgbImage
from ai_vs_human.image.window import centre_window, cut, random_window

Mode = Literal["as_is", "crop", "resize"]
MODES: Final[tuple[Mode, ...]] = get_args(Mode)


@dataclass(frozen=True, slots=True)
class Preprocess:
    """How an image becomes the network's size.

    Attributes:
        mode: `as_is` changes nothing. `crop` cuts a square out, and pads a smaller image with
            its own reflection: pixels are never interpolated, since that wipes out the traces
            between neighbours. `resize` brings the shorter side to `size` (antialiased
            bilinear, enlarging where need be) and keeps the square in the middle.
        size: side of the square in pixels; None with `as_is`.

    Raises:
        ConfigError: if the size does not go with the mode.
    """

    mode: Mode
    size: int | None = None

    def __post_init__(self) -> None:
        if self.mode == "as_is" and self.size is not None:
            raise ConfigError(
                f"expected no size with as_is, but got {self.size} (data.preprocess.size)",
                hint=f"data/preprocess=crop data.preprocess.size={self.size}",
            )
        if self.mode != "as_is" and (self.size is None or self.size < 1):
            raise _no_size(self.size)

    def __call__(
        self, image: RgbImage, rng: np.random.Generator | None = None, *, copy: bool = True
    ) -> ResizedImage:
        """The image at the network's size.

        Args:
            image: as decoded.
            rng: where chance places a crop in training; None crops the centre. Of `resize`,
                the middle is kept in training too.
            copy: False lets a crop share memory with the image: for who copies it at once.
        """
        if self.size is None:
            return image
        if self.mode == "resize":
            return _resize(image, self.size)
        height, width, _ = image.shape
        if rng is None:
            window = centre_window(height, width, self.size, self.size)
        else:
            window = random_window(height, width, self.size, self.size, rng)
        return cut(image, window, copy=copy)

    def to_dict(self) -> dict[str, str | int | None]:
        """Plain values for a checkpoint; `from_dict` reads them."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Preprocess":
        """From a config's or a checkpoint's plain values.

        Raises:
            ConfigError: if a key is missing or unknown, or a value cannot be.
        """
        unknown = sorted(set(values) - {"mode", "size"})
        if unknown:
            raise ConfigError(
                f"expected the keys mode and size, but got {unknown[0]} (data.preprocess)",
                hint=f"did you mean {_nearest(unknown[0], ('mode', 'size'))}?",
            )
        mode, size = values.get("mode"), values.get("size")
        if mode not in MODES:
            raise ConfigError(
                f"expected a mode among {', '.join(MODES)}, but got {mode!r}"
                " (data.preprocess.mode)",
                hint=f"data/preprocess={_nearest(str(mode), MODES)}",
            )
        if size is not None and (not isinstance(size, int) or isinstance(size, bool)):
            raise _no_size(size)
        return cls(mode, size)


def _resize(image: RgbImage, size: int) -> ResizedImage:
    height, width, _ = image.shape
    if height == width == size:
        return image
    side = min(height, width)
    left, top = (width - side) / 2, (height - side) / 2
    # The square in the middle only: a strip of 16,000 x 1 would become one of 3,584,000 x 224.
    square = Image.fromarray(image).resize(
        (size, size), Image.Resampling.BILINEAR, box=(left, top, left + side, top + side)
    )
    return np.asarray(square)


def _no_size(got: object) -> ConfigError:
    return ConfigError(
        f"expected a size of at least 1 pixel, but got {got!r} (data.preprocess.size)",
        hint="data.preprocess.size=224",
    )


def _nearest(word: str, known: tuple[str, ...]) -> str:
    return difflib.get_close_matches(word, known, n=1, cutoff=0)[0]
