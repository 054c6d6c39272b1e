"""Untrusted bytes to RGB: the one decoder of training, prediction and serving.

A file is either decoded whole or refused with a reason. Refused are: other formats than the
listed ones, whatever is larger than the limits (before any pixel is decoded), truncated files,
and files that Pillow warns about. Of an animation, the first frame is the image.
"""

import io
import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Final

# The last two register their formats: Pillow would look for them in its forty other decoders.
from PIL import (
    Image,
    ImageOps,
    TiffImagePlugin,  # noqa: F401 -- see above
    UnidentifiedImageError,
    WebPImagePlugin,  # noqa: F401 -- see above
)

from ai_vs_human.errors import ConfigError, ImageDecodeError
from ai_vs_human.image.arrays import RgbImage
from ai_vs_human.image.rgb import to_rgb
from ai_vs_human.image.traits import Traits, read_traits

FORMATS: Final = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF")
IMAGE_SUFFIXES: Final = frozenset(
    {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff"}
)
_PILLOW: Final = r"PIL\."
_REASON_CHARACTERS: Final = 200


@dataclass(frozen=True, slots=True)
class DecodeLimits:
    """What a file may cost.

    Attributes:
        max_bytes: of the file; the default holds `max_pixels` uncompressed.
        max_pixels: width x height, checked before decoding.
        max_side: width or height in pixels.
        formats: which of `FORMATS` are read, by Pillow's names.

    Raises:
        ConfigError: if a limit is below 1, or a format is none of `FORMATS`.
    """

    max_bytes: int = 128 * 2**20
    max_pixels: int = 40_000_000
    max_side: int = 16_384
    formats: tuple[str, ...] = FORMATS

    def __post_init__(self) -> None:
        for name in ("max_bytes", "max_pixels", "max_side"):
            if getattr(self, name) < 1:
                raise ConfigError(
                    f"expected a limit of at least 1, but got {getattr(self, name)} ({name})"
                )
        unknown = [name for name in self.formats if name not in FORMATS]
        if unknown or not self.formats:
            raise ConfigError(
                f"expected formats among {', '.join(FORMATS)},"
                f" but got {', '.join(unknown) or 'none'} (formats)",
                hint="other formats have decoders that nobody here has tested against bad files",
            )


DEFAULT_LIMITS: Final = DecodeLimits()


@dataclass(frozen=True, slots=True)
class Decoded:
    """One decoded file.

    Attributes:
        pixels: upright, on white, 8 bits a channel.
        traits: what the file says besides.
    """

    pixels: RgbImage
    traits: Traits


def decode_image(
    data: bytes, limits: DecodeLimits = DEFAULT_LIMITS, *, where: str = ""
) -> RgbImage:
    """The pixels of an image file; copy the array before writing to it, a photograph is large.

    Args:
        data: the whole file.
        limits: what it may cost.
        where: what to call the file in an error.

    Raises:
        ImageDecodeError: if the bytes are no image, a damaged one or too large a one.
    """
    return decode(data, limits, where=where).pixels


def read_image(path: Path, limits: DecodeLimits = DEFAULT_LIMITS) -> RgbImage:
    """The pixels of an image in a file.

    Raises:
        ImageDecodeError: as `decode_image` does.
        OSError: if the file cannot be read at all.
    """
    return decode(read_bytes(path, limits), limits, where=str(path)).pixels


def read_bytes(path: Path, limits: DecodeLimits = DEFAULT_LIMITS) -> bytes:
    """A file's bytes; of one that is too large, just enough for `decode` to refuse it.

    Raises:
        OSError: if the file cannot be read.
    """
    with path.open("rb") as file:
        return file.read(limits.max_bytes + 1)


def decode(data: bytes, limits: DecodeLimits = DEFAULT_LIMITS, *, where: str = "") -> Decoded:
    """The pixels and the traits of an image file; arguments and errors are `decode_image`'s."""
    if len(data) > limits.max_bytes:
        raise _refusal(f"a file of at most {limits.max_bytes:,} bytes", "a larger one", where)
    if not data:
        raise _refusal("an image", "an empty file", where)
    _refuse_what_pillow_warns_about()
    try:
        with Image.open(io.BytesIO(data), formats=limits.formats) as image:
            _check_size(*image.size, limits, where)
            image.load()
            traits = read_traits(image)
            ImageOps.exif_transpose(image, in_place=True)
            return Decoded(to_rgb(image), traits)
    except ImageDecodeError:
        raise
    except UnidentifiedImageError as error:
        wanted = f"a {', '.join(limits.formats)} file"
        raise _refusal(wanted, f"bytes that begin with {data[:12]!r}", where) from error
    # Pillow promises no class: on bad files its decoders raise OSError, ValueError, TypeError,
    # SyntaxError, IndexError, struct.error, NotImplementedError, MemoryError and warnings.
    except Exception as error:
        raise _refusal("an intact image", _reason(error), where) from error


def _check_size(width: int, height: int, limits: DecodeLimits, where: str) -> None:
    got = f"{width:,} x {height:,}"
    if min(width, height) < 1:
        raise _refusal("an image of at least one pixel", got, where)
    if max(width, height) > limits.max_side:
        raise _refusal(f"sides of at most {limits.max_side:,} pixels", got, where)
    if width * height > limits.max_pixels:
        raise _refusal(f"an image of at most {limits.max_pixels:,} pixels", got, where)


def _refuse_what_pillow_warns_about() -> None:
    """Turn warnings from Pillow's modules into exceptions, in this process and for good.

    `warnings.catch_warnings` round each image would not do: its effect is not confined to a
    thread, and each use makes Python forget which of everybody's warnings it has shown.
    """
    if not warnings.filters or warnings.filters[0][3] != re.compile(_PILLOW):
        warnings.filterwarnings("error", module=_PILLOW)


def _reason(error: Exception) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return "".join(c for c in text if c.isprintable())[:_REASON_CHARACTERS].rstrip(".")


def _refusal(expected: str, got: str, where: str) -> ImageDecodeError:
    return ImageDecodeError(f"expected {expected}, but got {got}{where and f' ({where})'}")
