"""Pixels to what they can be recognised by: exactly, nearly, and at a glance."""

import hashlib
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ai_vs_human.image.arrays import RgbImage

HASH_BITS: Final = 64
THUMBNAIL_SIDE: Final = 8
_SIDE: Final = 32


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """What an image can be recognised by.

    Attributes:
        pixels_sha256: of the pixels and their shape, in hexadecimal.
        perceptual_hash: 64 bits, unsigned; few differ where the same picture was stored otherwise.
        thumbnail: 8 x 8 pixels of RGB, row by row, 192 bytes.
    """

    pixels_sha256: str
    perceptual_hash: int
    thumbnail: bytes


def take_fingerprints(pixels: RgbImage) -> Fingerprints:
    """What an upright image can be recognised by."""
    image = Image.fromarray(pixels)
    small = image.resize((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.BOX)
    grey = image.convert("L").resize((_SIDE, _SIDE), Image.Resampling.BOX)
    return Fingerprints(_sha256(pixels), _perceptual_hash(np.asarray(grey)), small.tobytes())


def _sha256(pixels: RgbImage) -> str:
    height, width, _ = pixels.shape
    digest = hashlib.sha256(f"{height}x{width}\n".encode())
    digest.update(np.ascontiguousarray(pixels).data)
    return digest.hexdigest()


def _cosines() -> NDArray[np.float32]:
    """The first eight rows of the DCT-II of 32 samples, unscaled."""
    place = np.pi * (np.arange(_SIDE) + 0.5) / _SIDE
    cosines: NDArray[np.float32] = np.cos(np.outer(np.arange(8), place)).astype(np.float32)
    return cosines


_COSINES: Final = _cosines()


def _perceptual_hash(grey: NDArray[np.uint8]) -> int:
    """Which of the lowest frequencies are above their median: pHash."""
    lowest = (_COSINES @ grey.astype(np.float32) @ _COSINES.T).ravel()
    bits = lowest > np.median(lowest[1:])
    return int.from_bytes(np.packbits(bits).tobytes(), "big")
