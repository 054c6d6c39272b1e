"""Every mode of Pillow's to RGB."""

import io

import numpy as np
import pytest
from PIL import Image, ImageCms

from ai_vs_human.errors import ImageDecodeError
from ai_vs_human.image.decode import decode_image
from ai_vs_human.image.rgb import to_rgb


def saved(image: Image.Image, name: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, name, **options)
    return file.getvalue()


def test_a_grey_png_decodes_to_three_equal_channels() -> None:
    levels = np.arange(256, dtype=np.uint8).reshape(16, 16)

    pixels = decode_image(saved(Image.fromarray(levels)))

    assert np.array_equal(np.dstack([levels] * 3), pixels)


def test_a_one_bit_png_is_black_and_white() -> None:
    bits = np.eye(8, dtype=bool)

    pixels = decode_image(saved(Image.fromarray(bits)))

    assert np.array_equal(pixels[..., 1], bits * 255)


@pytest.mark.parametrize("name", ["PNG", "TIFF"])
def test_sixteen_bit_grey_is_scaled_and_not_clipped(name: str) -> None:
    words = (np.arange(256, dtype=np.uint16) * 257).reshape(16, 16)

    pixels = decode_image(saved(Image.fromarray(words), name))

    assert np.array_equal(pixels[..., 0].ravel(), np.arange(256))


def test_sixteen_bit_big_endian_grey_is_scaled_too() -> None:
    words = np.array([[0, 257, 40_000, 65_535]], ">u2")
    image = Image.frombytes("I;16B", (4, 1), words.tobytes())

    assert to_rgb(image)[0, :, 0].tolist() == [0, 1, 156, 255]
    assert decode_image(saved(image, "TIFF"))[0, :, 2].tolist() == [0, 1, 156, 255]


def test_the_transparent_level_of_a_sixteen_bit_png_is_white() -> None:
    words = np.array([[0, 7, 65_535]], np.uint16)

    pixels = decode_image(saved(Image.fromarray(words), transparency=7))

    assert pixels[0, :, 0].tolist() == [0, 255, 255]


@pytest.mark.parametrize(
    ("values", "levels"),
    [
        ([0.0, 0.5, 1.0], [0, 128, 255]),
        ([0.0, 100.4, 200.0], [0, 100, 200]),
        ([0.0, 257.0, 65_535.0], [0, 1, 255]),
        ([-1.0, 0.0, 1.0], [0, 128, 255]),
        ([0.0, 0.0, 1e6], [0, 0, 255]),
        ([-3.0, -3.0, -3.0], [0, 0, 0]),
    ],
)
def test_floating_point_grey_finds_its_white(values: list[float], levels: list[int]) -> None:
    image = Image.fromarray(np.array([values], np.float32))

    assert decode_image(saved(image, "TIFF"))[0, :, 0].tolist() == levels


@pytest.mark.parametrize(
    ("values", "levels"),
    [([0, 1, 255], [0, 1, 255]), ([0, 257, 65_535], [0, 1, 255]), ([0, 1, 2**24], [0, 0, 255])],
)
def test_integer_grey_finds_its_white(values: list[int], levels: list[int]) -> None:
    image = Image.fromarray(np.array([values], np.int32))

    assert decode_image(saved(image, "TIFF"))[0, :, 0].tolist() == levels


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_pixels_that_are_no_numbers_are_refused(value: float) -> None:
    image = Image.fromarray(np.array([[0.0, value]], np.float32))

    with pytest.raises(ImageDecodeError, match="infinite or not a number"):
        decode_image(saved(image, "TIFF"))


@pytest.mark.parametrize("name", ["PNG", "WEBP", "TIFF"])
def test_colours_hidden_under_full_transparency_do_not_matter(name: str) -> None:
    rng = np.random.default_rng(0)
    shown = rng.integers(0, 256, (8, 8, 4), dtype=np.uint8)
    shown[..., 3] = np.where(np.eye(8), 0, 255)
    hidden = shown.copy()
    hidden[np.eye(8, dtype=bool), :3] = rng.integers(0, 256, (8, 3))
    options = {"lossless": True, "exact": True} if name == "WEBP" else {}

    first, second = (
        decode_image(saved(Image.fromarray(p), name, **options)) for p in (shown, hidden)
    )

    assert np.array_equal(first, second)
    assert (first[np.eye(8, dtype=bool)] == 255).all()
    assert np.array_equal(first[shown[..., 3] == 255], shown[shown[..., 3] == 255][:, :3])


def test_half_transparent_black_is_grey_on_white() -> None:
    for image in (
        Image.new("RGBA", (1, 1), (0, 0, 0, 128)),
        Image.new("LA", (1, 1), (0, 128)),
    ):
        assert decode_image(saved(image))[0, 0].tolist() == [127] * 3
    assert to_rgb(Image.new("La", (1, 1), (0, 128)))[0, 0].tolist() == [127] * 3


def test_the_transparent_colour_of_a_palette_is_white() -> None:
    image = Image.new("P", (2, 1))
    image.putpalette([200, 0, 0, 0, 0, 200])
    image.putpixel((1, 0), 1)

    for transparency in (0, bytes([0, 255])):
        pixels = decode_image(saved(image, transparency=transparency))
        assert pixels[0].tolist() == [[255, 255, 255], [0, 0, 200]]
    assert decode_image(saved(image))[0].tolist() == [[200, 0, 0], [0, 0, 200]]


def test_the_transparent_colour_of_an_rgb_png_is_white() -> None:
    image = Image.fromarray(np.array([[[9, 9, 9], [1, 2, 3]]], np.uint8))

    pixels = decode_image(saved(image, transparency=(9, 9, 9)))

    assert pixels[0].tolist() == [[255, 255, 255], [1, 2, 3]]


def test_a_cmyk_jpeg_keeps_its_colours() -> None:
    red = Image.new("CMYK", (16, 16), (0, 255, 255, 0))

    pixels = decode_image(saved(red, "JPEG", quality=95))

    assert np.abs(pixels.astype(int) - (255, 0, 0)).max() < 12


def test_ycbcr_and_lab_become_rgb() -> None:
    orange = Image.new("RGB", (8, 8), (250, 120, 20))
    profiles = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    lab = ImageCms.profileToProfile(orange, *profiles, outputMode="LAB")
    assert lab is not None

    for image in (orange.convert("YCbCr"), lab):
        for pixels in (to_rgb(image), decode_image(saved(image, "TIFF"))):
            assert np.abs(pixels.astype(int) - (250, 120, 20)).max() < 6
