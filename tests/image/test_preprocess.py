"""Decoded images to the network's size."""

import numpy as np
import pytest
from numpy.random import default_rng
from PIL import Image

from ai_vs_human.errors import ConfigError
from ai_vs_human.image.preprocess import Preprocess

IMAGE = default_rng(0).integers(0, 256, (60, 90, 3), dtype=np.uint8)


def test_as_is_changes_nothing() -> None:
    assert Preprocess("as_is")(IMAGE) is IMAGE


def test_a_crop_is_the_centre_when_measuring() -> None:
    pixels = Preprocess("crop", 32)(IMAGE)

    assert np.array_equal(IMAGE[14:46, 29:61], pixels)


def test_a_crop_is_anywhere_in_training_and_follows_from_its_numbers() -> None:
    crop = Preprocess("crop", 32)

    crops = [crop(IMAGE, default_rng(seed)) for seed in range(24)]

    windows = np.lib.stride_tricks.sliding_window_view(IMAGE, (32, 32, 3))[:, :, 0]
    places = {tuple(np.argwhere((windows == c).all(axis=(2, 3, 4)))[0].tolist()) for c in crops}
    tops, lefts = ([place[axis] for place in places] for axis in (0, 1))
    assert min(tops) < 6
    assert 22 < max(tops) <= 28
    assert min(lefts) < 12
    assert 46 < max(lefts) <= 58
    assert np.array_equal(crops[3], crop(IMAGE, default_rng(3)))


def test_a_small_image_is_mirrored_and_never_enlarged() -> None:
    pixels = Preprocess("crop", 100)(IMAGE)

    assert np.array_equal(np.pad(IMAGE, ((20, 20), (5, 5), (0, 0)), mode="symmetric"), pixels)


def test_an_image_much_smaller_than_the_crop_fills_it() -> None:
    tiny = IMAGE[:3, :2]

    for pixels in (Preprocess("crop", 224)(tiny), Preprocess("crop", 224)(tiny, default_rng(0))):
        assert pixels.shape == (224, 224, 3)
        assert {tuple(p) for p in pixels.reshape(-1, 3).tolist()} == {
            tuple(p) for p in tiny.reshape(-1, 3).tolist()
        }


def test_resizing_brings_the_shorter_side_to_size_and_keeps_the_middle() -> None:
    whole = Image.fromarray(IMAGE).resize((48, 32), Image.Resampling.BILINEAR)

    pixels = Preprocess("resize", 32)(IMAGE)

    assert pixels.shape == (32, 32, 3)
    assert np.abs(pixels.astype(int) - np.array(whole)[:, 8:40]).max() <= 1


def test_resizing_is_antialiased() -> None:
    board = np.indices((64, 64)).sum(axis=0)[..., np.newaxis].repeat(3, axis=2) % 2 * 255

    pixels = Preprocess("resize", 16)(board.astype(np.uint8))

    assert np.abs(pixels.astype(int) - 127).max() <= 1


def test_resizing_gives_the_same_in_training() -> None:
    resize = Preprocess("resize", 32)

    assert np.array_equal(resize(IMAGE), resize(IMAGE, default_rng(5)))


def test_a_strip_is_resized_without_filling_the_memory() -> None:
    strip = np.zeros((1, 16_384, 3), np.uint8)

    assert Preprocess("resize", 224)(strip).shape == (224, 224, 3)


@pytest.mark.parametrize(
    "preprocess", [Preprocess("as_is"), Preprocess("crop", 96), Preprocess("resize", 1)]
)
def test_plain_values_give_it_back(preprocess: Preprocess) -> None:
    assert Preprocess.from_dict(preprocess.to_dict()) == preprocess


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            {"mode": "crop"},
            r"at least 1 pixel, but got None \(data.preprocess.size\)\nhint: data.p",
        ),
        ({"mode": "crop", "size": 0}, r"at least 1 pixel, but got 0"),
        ({"mode": "resize", "size": 2.5}, r"at least 1 pixel, but got 2.5"),
        ({"mode": "resize", "size": True}, r"at least 1 pixel, but got True"),
        ({"mode": "as_is", "size": 64}, r"(?s)no size with as_is, but got 64 .*crop"),
        ({"mode": "crap", "size": 64}, r"(?s)as_is, crop, resize, but got 'crap'.*preprocess=crop"),
        ({"size": 64}, r"as_is, crop, resize, but got None \(data.preprocess.mode\)"),
        ({"mode": "crop", "sise": 64}, r"(?s)but got sise .*did you mean size\?"),
    ],
)
def test_values_that_cannot_be_are_refused(values: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        Preprocess.from_dict(values)
