"""Bytes that are images, nearly images, and no images at all."""

import io
import pickle
import struct
import subprocess
import sys
import time
import warnings
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from ai_vs_human.errors import ConfigError, ImageDecodeError
from ai_vs_human.image.decode import (
    FORMATS,
    IMAGE_SUFFIXES,
    DecodeLimits,
    decode,
    decode_image,
    read_bytes,
    read_image,
)

TURNS = (None, *(Image.Transpose(number) for number in (0, 3, 1, 5, 2, 6, 4)))
"""What a camera that writes EXIF orientation 1 to 8 has done to an upright image."""


def picture(height: int = 24, width: int = 36) -> NDArray[np.uint8]:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)


def encoded(image: Image.Image | NDArray[np.uint8], name: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    image = image if isinstance(image, Image.Image) else Image.fromarray(image)
    image.save(file, name, **options)
    return file.getvalue()


def png_header(width: int, height: int) -> bytes:
    """A PNG that says how large it is, and holds next to nothing."""

    def chunk(name: bytes, content: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(name + content))
        return struct.pack(">I", len(content)) + name + content + checksum

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    data = zlib.compress(bytes(1000))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("name", ["PNG", "BMP", "TIFF", "WEBP"])
def test_lossless_formats_come_back_bit_for_bit(name: str) -> None:
    data = encoded(picture(), name, **({"lossless": True} if name == "WEBP" else {}))

    decoded = decode(data)

    assert decoded.traits.format == name
    assert np.array_equal(picture(), decoded.pixels)


def test_a_jpeg_decodes_as_pillow_decodes_it() -> None:
    data = encoded(picture(), "JPEG")

    assert np.array_equal(np.array(Image.open(io.BytesIO(data))), decode_image(data))


def test_a_file_decodes_by_its_bytes_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "x.jpg"
    path.write_bytes(encoded(picture(), "PNG"))

    assert np.array_equal(picture(), read_image(path))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["PNG", "TIFF", "WEBP"])
def test_the_eight_orientations_decode_equal(name: str, orientation: int) -> None:
    turn = TURNS[orientation - 1]
    upright = Image.fromarray(picture())
    stored = upright if turn is None else upright.transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = orientation

    pixels = decode_image(
        encoded(stored, name, exif=exif, **({"lossless": True} if name == "WEBP" else {}))
    )

    assert np.array_equal(picture(), pixels)


def test_the_first_frame_of_an_animation_is_the_image() -> None:
    red, blue = (Image.new("RGB", (8, 8), colour) for colour in ("red", "blue"))

    for name in ("GIF", "PNG", "WEBP", "TIFF"):
        options = {"lossless": True} if name == "WEBP" else {}
        data = encoded(red, name, save_all=True, append_images=[blue], **options)

        assert (decode_image(data) == (255, 0, 0)).all(), name


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("kept", [0.2, 0.6])
def test_a_truncated_file_is_refused(name: str, kept: float) -> None:
    data = encoded(picture(100, 100), name)

    with pytest.raises(ImageDecodeError, match=r"expected .*, but got .* \(half\.x\)"):
        decode_image(data[: int(len(data) * kept)], where="half.x")


def test_a_bomb_is_refused_before_it_goes_off() -> None:
    start = time.process_time()

    with pytest.raises(ImageDecodeError, match="at most 40,000,000 pixels, but got 9,400 x 9,400"):
        decode_image(png_header(9_400, 9_400))
    with pytest.raises(ImageDecodeError, match="at most 16,384 pixels, but got 20,000 x 1"):
        decode_image(png_header(20_000, 1))
    # Pillow warns about the first of these and refuses the second, before anyone asks for a size.
    for side in (13_000, 60_000):
        with pytest.raises(ImageDecodeError, match="exceeds limit"):
            decode_image(png_header(side, side))

    assert time.process_time() - start < 1


def test_limits_are_the_callers() -> None:
    data = encoded(picture(24, 36))

    for limits, message in (
        (DecodeLimits(max_pixels=863), "at most 863 pixels"),
        (DecodeLimits(max_side=35), "at most 35 pixels"),
        (DecodeLimits(max_bytes=len(data) - 1), f"at most {len(data) - 1:,} bytes"),
        (DecodeLimits(formats=("JPEG",)), "a JPEG file, but got bytes that begin with"),
    ):
        with pytest.raises(ImageDecodeError, match=message):
            decode_image(data, limits)
    exact = DecodeLimits(max_pixels=864, max_side=36, max_bytes=len(data), formats=("PNG",))
    assert decode_image(data, exact).shape == (24, 36, 3)


def test_a_large_file_is_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    path.write_bytes(encoded(picture()))

    assert len(read_bytes(path, DecodeLimits(max_bytes=100))) == 101
    with pytest.raises(ImageDecodeError, match=r"at most 100 bytes, but got .* \(.*x\.png\)"):
        read_image(path, DecodeLimits(max_bytes=100))


@pytest.mark.parametrize(
    "limits", [{"max_bytes": 0}, {"max_side": -1}, {"formats": ("EPS",)}, {"formats": ()}]
)
def test_limits_that_cannot_be_are_refused(limits: dict[str, int]) -> None:
    with pytest.raises(ConfigError, match=r"expected (a limit|formats)"):
        DecodeLimits(**limits)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "expected an image, but got an empty file"),
        (b"hello, world", "begin with b'hello, world'"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "begin with b.<svg"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "begin with b'%!PS"),
        (b"\x89PNG\r\n\x1a\n" + b"\xff" * 50, "expected "),
        (b"GIF89a" + bytes(7), "expected "),
        (b"II*\x00" + b"\xff" * 40, "expected "),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 " + bytes(8), "expected "),
        (b"BM" + b"\xff" * 60, "expected "),
    ],
)
def test_what_is_no_image_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(ImageDecodeError, match=message):
        decode_image(data)


@pytest.mark.parametrize("name", FORMATS)
def test_damaged_bytes_are_decoded_or_refused_and_nothing_else(name: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = "described"
    intact = encoded(picture(), name, **({} if name in {"BMP", "GIF"} else {"exif": exif}))
    rng = np.random.default_rng(0)
    reasons = []

    for _ in range(60):
        damaged = bytearray(intact)
        for place in rng.integers(len(intact), size=6):
            damaged[place] = rng.integers(256)
        try:
            pixels = decode_image(bytes(damaged), DecodeLimits(max_pixels=100_000))
        except ImageDecodeError as error:
            reasons.append(error.sentence)
        else:
            assert pixels.ndim == 3

    assert all(reason.isprintable() and len(reason) < 400 for reason in reasons)


def corrupt_exif() -> bytes:
    """A JPEG whose EXIF points behind its end, which Pillow reports by a warning."""
    ifd = struct.pack("<HHHIII", 1, 0x010E, 2, 100, 500, 0)
    return encoded(picture(), "JPEG", exif=b"Exif\x00\x00II*\x00\x08\x00\x00\x00" + ifd)


@pytest.mark.parametrize("habit", ["ignore", "always"])
def test_what_pillow_warns_about_is_refused_without_a_warning(habit: str) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter(habit)
        for _ in range(2):
            with pytest.raises(ImageDecodeError, match=r"EXIF|[Tt]ag"):
                decode_image(corrupt_exif())
        warnings.warn("somebody else's", stacklevel=1)

    assert [str(warning.message) for warning in caught] == (
        [] if habit == "ignore" else ["somebody else's"]
    )


def test_threads_may_decode_at_once() -> None:
    good, bad = encoded(picture(), "PNG"), corrupt_exif()

    def attempt(data: bytes) -> bool:
        try:
            return np.array_equal(picture(), decode_image(data))
        except ImageDecodeError:
            return False

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(attempt, [good, bad] * 50)) == [True, False] * 50


def test_limits_and_errors_travel_between_processes() -> None:
    limits = DecodeLimits(max_side=7)
    assert pickle.loads(pickle.dumps(limits)) == limits  # noqa: S301 -- our own bytes
    with pytest.raises(ImageDecodeError) as caught:
        decode_image(b"x", where="x.png")

    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 -- our own bytes

    assert (type(again), str(again)) == (ImageDecodeError, str(caught.value))


def test_every_format_has_an_ending() -> None:
    endings: Callable[[str], set[str]] = lambda name: {  # noqa: E731 -- said once
        ending for ending, known in Image.registered_extensions().items() if known == name
    }

    assert all(endings(name) & IMAGE_SUFFIXES for name in FORMATS)
    assert set().union(*(endings(name) for name in FORMATS)) - IMAGE_SUFFIXES <= {".apng"}


def test_the_decoder_needs_neither_torch_nor_pillows_other_decoders(tmp_path: Path) -> None:
    code = (
        "import sys, ai_vs_human.image.augment as a, ai_vs_human.image.preprocess as p, numpy as np"
        "; from ai_vs_human.image.decode import decode_image"
        "; decode_image(open(sys.argv[1], 'rb').read())"
        "; print([m for m in sys.modules if m in ('torch', 'lightning', 'hydra', 'omegaconf',"
        " 'wandb', 'PIL.EpsImagePlugin')])"
    )

    path = tmp_path / "x.tif"
    path.write_bytes(encoded(picture(), "TIFF"))

    done = subprocess.run(
        [sys.executable, "-c", code, path], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"
