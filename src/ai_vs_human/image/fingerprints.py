"""Pixels to what they can be recognised by: exactly, nearly, and at a glance."""

import hashlib
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ai_vs_human.image.arrays import RgbImage

THUMBNAIL_SIDE: Final = 8
_SIDE: Final = 32
# Low frequencies survive: of images stored again at JPEG quality 60 and 5 % smaller, 48 bits find
# 99.9 % within four bits, 64 bits 99.2 %. What they confuse beyond that, thumbnails tell apart.
_BITS: Final = 48
# Averages whole blocks of a large image first: a third of the time, and nothing lost.
_REDUCING_GAP: Final = 3.0


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """What an image can be recognised by.

    Attributes:
        pixels_sha256: of the pixels and their shape, in hexadecimal.
        perceptual_hash: 64 bits, unsigned, the upper 16 unused; few differ where one picture was
            stored in two ways. An image of one colour has 0.
        thumbnail: 8 x 8 pixels of RGB, row by row, 192 bytes.
    """

    pixels_sha256: str
    perceptual_hash: int
    thumbnail: bytes


def take_fingerprints(pixels: RgbImage) -> Fingerprints:
    """What an upright image can be recognised by; equal on every machine with one Pillow."""
    image = Image.fromarray(pixels)
    grey = np.asarray(_shrunk(image.convert("L"), _SIDE), dtype=np.float64)
    thumbnail = _shrunk(image, THUMBNAIL_SIDE).tobytes()
    return Fingerprints(_sha256(pixels), _perceptual_hash(grey), thumbnail)


def _shrunk(image: Image.Image, side: int) -> Image.Image:
    # Pillow's box filter would take the nearest pixel wherever the sides are nearly equal.
    bilinear = Image.Resampling.BILINEAR
    return image.resize((side, side), bilinear, reducing_gap=_REDUCING_GAP)


def _sha256(pixels: RgbImage) -> str:
    height, width, _ = pixels.shape
    digest = hashlib.sha256(f"{height}x{width}\n".encode())
    digest.update(np.ascontiguousarray(pixels).data)
    return digest.hexdigest()


def _lowest() -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of the lowest frequencies but the mean, by distance from it."""
    row, column = np.indices((_SIDE // 2, _SIDE // 2)).reshape(2, -1)
    order = np.lexsort((row, row**2 + column**2))[1 : _BITS + 1]
    return row[order], column[order]


def _cosines(rows: int) -> NDArray[np.float64]:
    """The DCT-II in whole numbers: its sums are exact, in whatever order they are added."""
    places = np.pi * (np.arange(_SIDE) + 0.5) / _SIDE
    whole: NDArray[np.float64] = np.rint(1024 * np.cos(np.outer(np.arange(rows), places)))
    return whole


_LOWEST: Final = _lowest()
_COSINES: Final = _cosines(int(np.max(_LOWEST)) + 1)


def _perceptual_hash(grey: NDArray[np.float64]) -> int:
    """Which of the lowest frequencies are above their median, as pHash has it."""
    spectrum = (_COSINES @ grey @ _COSINES.T)[_LOWEST]
    middle = np.sort(spectrum)[_BITS // 2 - 1 : _BITS // 2 + 1].mean()
    return int.from_bytes(np.packbits(spectrum > middle).tobytes(), "big")
