"""A Pillow image of any mode to 8-bit RGB, by one set of rules.

* What is transparent shows white: the colours hidden under it must not steer a verdict.
* More than 8 bits a pixel are scaled, where Pillow's own conversion would clip them.
* Colour profiles (ICC) are not applied: pixels count as sRGB, in training and in use alike.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ai_vs_human.image.arrays import RgbImage

_WHITE: Final = (255, 255, 255, 255)
_BYTE: Final = 255
_WORD: Final = 65_535


def to_rgb(image: Image.Image) -> RgbImage:
    """The pixels of an image, in an array that may be read-only.

    Modes of 16 bits are scaled by 255/65535. Modes of 32 bits (`I`, `F`) do not say what white
    is: it is taken to be the smallest of 1 (`F` only), 255 and 65535 that no pixel exceeds;
    images beyond these, or below 0, are stretched from their darkest pixel to their brightest.

    Raises:
        ValueError: if a floating-point pixel is infinite or not a number, or if Pillow knows no
            way from the mode to RGB.
    """
    if image.mode == "RGB" and "transparency" not in image.info:
        return np.asarray(image)
    if image.mode.startswith("I;16"):
        return _grey(_from_words(image))
    if image.mode in {"I", "F"}:
        return _grey(_from_numbers(np.asarray(image, dtype=np.float64), image.mode))
    if image.has_transparency_data:
        return np.asarray(_on_white(image))
    return np.asarray(image.convert("RGB"))


def _on_white(image: Image.Image) -> Image.Image:
    # The premultiplied grey mode has only one way out.
    visible = (image.convert("LA") if image.mode == "La" else image).convert("RGBA")
    white = Image.new("RGBA", visible.size, _WHITE)
    return Image.alpha_composite(white, visible).convert("RGB")


def _from_words(image: Image.Image) -> NDArray[np.uint8]:
    words = np.asarray(image)
    scaled = (words.astype(np.uint32) * _BYTE + _WORD // 2) // _WORD
    transparent = image.info.get("transparency")
    if transparent is not None:
        scaled[words == transparent] = _BYTE
    return scaled.astype(np.uint8)


def _from_numbers(values: NDArray[np.float64], mode: str) -> NDArray[np.uint8]:
    darkest, brightest = float(values.min()), float(values.max())
    if not np.isfinite([darkest, brightest]).all():
        raise ValueError("pixels that are infinite or not a number")
    if darkest < 0 or brightest > _WORD:
        values, white = values - darkest, brightest - darkest or 1.0
    else:
        whites = (1.0, _BYTE, _WORD) if mode == "F" else (_BYTE, _WORD)
        white = next(white for white in whites if brightest <= white)
    levels: NDArray[np.uint8] = np.rint(values * (_BYTE / white)).astype(np.uint8)
    return levels


def _grey(levels: NDArray[np.uint8]) -> RgbImage:
    return np.repeat(levels[:, :, np.newaxis], 3, axis=2)
