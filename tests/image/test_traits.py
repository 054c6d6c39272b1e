"""What files say besides pixels, of ordinary files and of odd ones."""

import io
from collections.abc import Sequence

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageOps, JpegImagePlugin

from ai_vs_human.errors import ImageDecodeError
from ai_vs_human.image.decode import DEFAULT_LIMITS, FORMATS, decode
from ai_vs_human.image.rgb import to_rgb
from ai_vs_human.image.traits import Traits, read_traits

NOISE = Image.fromarray(np.random.default_rng(0).integers(0, 256, (24, 36, 3), dtype=np.uint8))
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def encoded(image: Image.Image, name: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, name, **options)
    return file.getvalue()


def traits(image: Image.Image, name: str, **options: object) -> Traits:
    return decode(encoded(image, name, **options)).traits


def described() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6  # lying on its side
    exif.get_ifd(0x8769)[0x9003] = "2026:11:24 12:00:00"
    again = Image.Exif()
    again.load(exif.tobytes())  # as a camera's, from which Pillow writes any format
    return again


def test_the_quality_of_every_standard_jpeg_is_found() -> None:
    found = [traits(NOISE, "JPEG", quality=quality).jpeg_quality for quality in range(1, 101)]

    assert found == list(range(1, 101))


def test_the_quality_of_other_tables_is_that_of_the_nearest() -> None:
    photoshop_like = [min(255, 3 + place // 4) for place in range(64)]

    for tables in ([photoshop_like], [photoshop_like, [255] * 64]):
        assert 88 <= traits(NOISE, "JPEG", qtables=tables).jpeg_quality <= 95


def test_tables_are_told_apart_and_do_not_depend_on_the_picture() -> None:
    other = NOISE.transpose(Image.Transpose.ROTATE_90)

    by_quality = [traits(NOISE, "JPEG", quality=quality).jpeg_tables for quality in range(1, 101)]

    assert len(set(by_quality)) == 100
    assert traits(other, "JPEG", quality=75).jpeg_tables == by_quality[74]
    assert {len(tables) for tables in by_quality} == {16}


def test_a_jpeg_without_the_table_that_it_names_has_the_quality_of_another() -> None:
    with Image.open(io.BytesIO(encoded(NOISE, "JPEG", quality=80))) as image:
        image.load()
        assert isinstance(image, JpegImagePlugin.JpegImageFile)
        image.layer = [(1, 2, 2, 7), *image.layer[1:]]

        assert read_traits(image).jpeg_quality == 80


@pytest.mark.parametrize("subsampling", ["4:4:4", "4:2:2", "4:2:0"])
def test_subsampling_is_named_as_it_was_asked_for(subsampling: str) -> None:
    assert traits(NOISE, "JPEG", subsampling=subsampling).jpeg_subsampling == subsampling


def test_a_grey_jpeg_has_no_colours_to_sample() -> None:
    found = traits(NOISE.convert("L"), "JPEG", quality=80)

    assert (found.mode, found.jpeg_quality, found.jpeg_subsampling) == ("L", 80, "4:0:0")


def test_a_jpeg_of_several_frames_is_a_jpeg() -> None:
    found = traits(NOISE, "MPO", save_all=True, append_images=[NOISE], quality=60)

    assert (found.format, found.jpeg_quality) == ("JPEG", 60)


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "JPEG"])
def test_what_is_no_jpeg_has_nothing_of_one(name: str) -> None:
    found = traits(NOISE, name)

    assert found.format == name
    assert (found.jpeg_quality, found.jpeg_tables, found.jpeg_subsampling) == (0, "", "")
    assert (found.has_icc, found.has_exif) == (False, False)


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_profile_and_exif_are_seen_each_by_itself(name: str) -> None:
    profiled, photographed = (
        traits(NOISE, name, icc_profile=PROFILE),
        traits(NOISE, name, exif=described()),
    )

    assert (profiled.has_icc, profiled.has_exif) == (True, False)
    assert (photographed.has_icc, photographed.has_exif) == (False, True)


@pytest.mark.parametrize(
    ("mode", "name", "has_alpha"),
    [
        ("RGB", "PNG", False),
        ("RGBA", "PNG", True),
        ("LA", "PNG", True),
        ("P", "PNG", False),
        ("1", "PNG", False),
        ("CMYK", "JPEG", False),
        ("RGBA", "WEBP", True),
        ("P", "GIF", False),
    ],
)
def test_modes_and_transparency_are_the_files(
    mode: str,
    name: str,
    has_alpha: bool,  # noqa: FBT001 -- a case's expectation
) -> None:
    image = NOISE.convert(mode)
    if mode == "RGBA":
        image.putalpha(40)

    found = traits(image, name)

    assert (found.mode, found.has_alpha) == (mode, has_alpha)


def test_a_palette_can_be_transparent() -> None:
    assert traits(NOISE.convert("P"), "PNG", transparency=3).has_alpha


def decodes_without_traits(data: bytes) -> bool:
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            if max(image.size) > DEFAULT_LIMITS.max_side:
                return False
            image.load()
            ImageOps.exif_transpose(image, in_place=True)
            to_rgb(image)
    except Exception:  # noqa: BLE001 -- Pillow promises no class
        return False
    return True


def damaged(intact: bytes, times: int) -> Sequence[bytes]:
    rng = np.random.default_rng(0)
    copies = [bytearray(intact) for _ in range(times)]
    for copy in copies:
        # In the head, where tables and layers are described.
        for place in rng.integers(min(len(intact), 700), size=3):
            copy[place] = rng.integers(256)
    return [bytes(copy) for copy in copies]


# A PNG's checksums refuse whatever was damaged.
@pytest.mark.parametrize("name", [name for name in FORMATS if name != "PNG"])
def test_traits_refuse_nothing_that_decodes(name: str) -> None:
    intact = encoded(NOISE, name, **({} if name in {"BMP", "GIF"} else {"exif": described()}))
    decodable = 0

    for data in damaged(intact, 150):
        if decodes_without_traits(data):
            decodable += 1
            assert decode(data).traits.format in FORMATS
        else:
            with pytest.raises(ImageDecodeError, match="expected"):
                decode(data)

    assert decodable > 0
