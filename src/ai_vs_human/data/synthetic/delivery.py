"""Display values to what a viewer gets: resized, cropped, compressed, alike for both classes.

What a platform does to a picture tells nothing about who made it; both classes draw it from one
distribution, independently, or a detector would learn the platform.
"""

import io
from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import UInt8
from numpy.random import Generator
from PIL import Image

from ai_vs_human.data.synthetic.planes import Planes

Pixels = UInt8[np.ndarray[tuple[int, ...], np.dtype[np.uint8]], "row column channel"]

_FILTERS: Final = (
    Image.Resampling.BILINEAR,
    Image.Resampling.BICUBIC,
    Image.Resampling.LANCZOS,
)
_SUBSAMPLINGS: Final = ("4:4:4", "4:2:0")
_SCALES: Final = (0.8, 1.25)


@dataclass(frozen=True, slots=True)
class Channel:
    """How often and how strongly pictures are handled on their way.

    Attributes:
        resize_probability: in [0, 1]; resized by a factor in [0.8, 1.25].
        jpeg_probability: in [0, 1].
        jpeg_qualities: lowest and highest JPEG quality, both included.
    """

    resize_probability: float
    jpeg_probability: float
    jpeg_qualities: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Delivered:
    """A picture at its destination, and what happened on the way.

    Attributes:
        pixels: after decoding.
        uncompressed: before JPEG; the same on every machine, where libjpeg's builds differ.
        jpeg_quality: 0 where it was not compressed.
        scale: 1 where it was not resized.
    """

    pixels: Pixels
    uncompressed: Pixels
    jpeg_quality: int
    scale: float


def deliver(rng: Generator, shown: Planes, edge: int, channel: Channel) -> Delivered:
    """Round to bytes, then resize, crop to `edge` x `edge` and compress, each by chance."""
    picture = Image.fromarray(_rounded(shown))
    resized = rng.random() < channel.resize_probability
    scale = float(rng.uniform(*_SCALES))
    method = _FILTERS[int(rng.integers(0, len(_FILTERS)))]
    offsets = rng.random(2)
    if not resized:
        scale = 1.0
    picture = _cropped(picture, edge, scale, (offsets[0], offsets[1]), method)
    uncompressed = np.asarray(picture)
    compressed = rng.random() < channel.jpeg_probability
    low, high = channel.jpeg_qualities
    quality = int(rng.integers(low, high + 1))
    subsampling = _SUBSAMPLINGS[int(rng.integers(0, len(_SUBSAMPLINGS)))]
    if not compressed:
        return Delivered(uncompressed, uncompressed, 0, scale)
    return Delivered(_compressed(picture, quality, subsampling), uncompressed, quality, scale)


def _rounded(shown: Planes) -> Pixels:
    scaled = np.clip(shown * np.float32(255) + np.float32(0.5), 0, 255)
    return np.ascontiguousarray(scaled.astype(np.uint8).transpose(1, 2, 0))


def _cropped(
    picture: Image.Image,
    edge: int,
    scale: float,
    offsets: tuple[float, float],
    method: Image.Resampling,
) -> Image.Image:
    """Resize by `scale` and crop, in one step: the crop's box is resized to `edge`."""
    taken = edge / scale
    spare = picture.width - taken
    if scale == 1:
        column, row = (int(offset * (spare + 1)) for offset in offsets)
        return picture.crop((column, row, column + edge, row + edge))
    left, top = (offset * spare for offset in offsets)
    box = (left, top, left + taken, top + taken)
    return picture.resize((edge, edge), method, box=box)


def _compressed(picture: Image.Image, quality: int, subsampling: str) -> Pixels:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality, subsampling=subsampling)
    with Image.open(buffer) as decoded:
        return np.asarray(decoded)
