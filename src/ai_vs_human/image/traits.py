"""An opened image file to what it says besides pixels: how it is stored, and what goes with it.

A detector may learn these instead of the pictures, so an audit compares them between the classes.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, JpegImagePlugin, TiffImagePlugin

_EXIF_POINTER: Final = 34665  # the tag of a TIFF file that leads to its EXIF
_DIGITS: Final = 16
# Luminance, ITU-T T.81, table K.1; the IJG's library scales it by quality.
_STANDARD: Final = (
    *(16, 11, 10, 16, 24, 40, 51, 61),
    *(12, 12, 14, 19, 26, 58, 60, 55),
    *(14, 13, 16, 24, 40, 57, 69, 56),
    *(14, 17, 22, 29, 51, 87, 80, 62),
    *(18, 22, 37, 56, 68, 109, 103, 77),
    *(24, 35, 55, 64, 81, 104, 113, 92),
    *(49, 64, 78, 87, 103, 121, 120, 101),
    *(72, 92, 95, 98, 112, 100, 103, 99),
)
_SUBSAMPLINGS: Final[Mapping[tuple[float, float], str]] = {
    (1, 1): "4:4:4",
    (2, 1): "4:2:2",
    (2, 2): "4:2:0",
    (1, 2): "4:4:0",
    (4, 1): "4:1:1",
    (4, 2): "4:1:0",
}


@dataclass(frozen=True, slots=True)
class Traits:
    """What a file says of its image besides pixels.

    Attributes:
        format: one of `ai_vs_human.image.decode.FORMATS`, whatever the file's name says.
        mode: Pillow's, before the conversion to RGB: RGB, RGBA, L, P and others.
        has_alpha: whether it can be transparent anywhere.
        has_icc: whether it brings a colour profile.
        has_exif: whether it brings EXIF.
        jpeg_quality: 1 to 100, whose standard luminance table is nearest; 0 if it is no JPEG.
        jpeg_tables: of the SHA-256 of its quantisation tables, the first 16 hexadecimal digits;
            empty if it is no JPEG.
        jpeg_subsampling: of its colours, such as 4:2:0; 4:0:0 without colours, and empty if it is
            no JPEG.
    """

    format: str
    mode: str
    has_alpha: bool
    has_icc: bool
    has_exif: bool
    jpeg_quality: int = 0
    jpeg_tables: str = ""
    jpeg_subsampling: str = ""


def read_traits(image: Image.Image) -> Traits:
    """What is said of an image that Pillow has opened and loaded, but nobody changed yet."""
    name = "JPEG" if image.format == "MPO" else str(image.format)
    shared = (name, image.mode, image.has_transparency_data, _has_icc(image), _has_exif(image))
    if not isinstance(image, JpegImagePlugin.JpegImageFile):
        return Traits(*shared)
    tables = tuple((key, tuple(table)) for key, table in sorted(image.quantization.items()))
    luminance = _luminance(image.quantization, image.layer)
    return Traits(*shared, _quality(luminance), _digest(tables), _subsampling(image.layer))


def _has_icc(image: Image.Image) -> bool:
    return bool(image.info.get("icc_profile"))


def _has_exif(image: Image.Image) -> bool:
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        return _EXIF_POINTER in image.tag_v2
    return bool(image.info.get("exif") or image.info.get("Raw profile type exif"))


def _luminance(
    tables: Mapping[int, Sequence[int]], layers: Sequence[tuple[int, int, int, int]]
) -> tuple[int, ...]:
    """The table of the first layer; a file that decodes may still name one that it lacks."""
    wanted = layers[0][3] if layers else 0
    return tuple(tables.get(wanted, next(iter(tables.values()), ())))


@lru_cache(maxsize=1024)  # whole sets share a table
def _quality(table: tuple[int, ...]) -> int:
    if len(table) != len(_STANDARD):
        return 0
    distances = np.abs(_standard_tables() - np.array(table)).sum(axis=1)
    return int(distances.argmin()) + 1


@lru_cache(maxsize=1)
def _standard_tables() -> NDArray[np.int64]:
    """The tables of qualities 1 to 100, as the IJG's jpeg_set_quality makes them for baseline."""
    quality = np.arange(1, 101)
    percent = np.where(quality < 50, 5000 // quality, 200 - 2 * quality)  # noqa: PLR2004 -- IJG's
    scaled = (np.outer(percent, _STANDARD) + 50) // 100
    return scaled.clip(1, 255)


@lru_cache(maxsize=1024)
def _digest(tables: tuple[tuple[int, tuple[int, ...]], ...]) -> str:
    return hashlib.sha256(repr(tables).encode()).hexdigest()[:_DIGITS]


def _subsampling(layers: Sequence[tuple[int, int, int, int]]) -> str:
    if len(layers) < 2:  # noqa: PLR2004 -- no second layer, no colour
        return "4:0:0"
    (_, width, height, _), (_, chroma_width, chroma_height, _) = layers[:2]
    ratio = (width / max(chroma_width, 1), height / max(chroma_height, 1))
    return _SUBSAMPLINGS.get(ratio, f"{ratio[0]:g}x{ratio[1]:g}")
