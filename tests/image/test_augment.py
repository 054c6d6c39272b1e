"""What chance does to training images."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from numpy.random import default_rng

from ai_vs_human.errors import ConfigError
from ai_vs_human.image.augment import Augment, SampleRngs, sample_rng

IMAGE = default_rng(0).integers(0, 256, (24, 24, 3), dtype=np.uint8)
WIDE = IMAGE[:16]
ALL: Mapping[str, Any] = {
    "flip": True,
    "rotate90": True,
    "colour_probability": 0.5,
    "resize_probability": 0.5,
    "blur_probability": 0.5,
    "noise_probability": 0.5,
    "jpeg_probability": 0.5,
}


def outcomes(augment: Augment, image: np.ndarray, draws: int = 64) -> list[bytes]:
    return [augment(image, sample_rng(0, 0, index)).tobytes() for index in range(draws)]


def test_the_same_address_gives_the_same_image() -> None:
    first, second = outcomes(Augment(**ALL), IMAGE), outcomes(Augment(**ALL), IMAGE)

    assert first == second
    assert len(set(first)) > 40


def test_one_generator_for_all_addresses_draws_what_one_for_each_would() -> None:
    rngs = SampleRngs(7)

    for address in ((0, 0), (3, 2**40), (3, 2), (0, 0)):
        mine, other = rngs.at(*address), sample_rng(7, *address)
        for draw in ("random", "standard_normal"):
            assert getattr(mine, draw)() == getattr(other, draw)()
        # 32 bits: the other half of a number is kept for the next draw, or thrown away.
        assert mine.integers(8, dtype=np.uint32) == other.integers(8, dtype=np.uint32)


@pytest.mark.parametrize("other", [(1, 0, 0), (0, 1, 0), (0, 0, 1), (0, 0, 2**40)])
def test_each_part_of_an_address_matters(other: tuple[int, int, int]) -> None:
    numbers = sample_rng(0, 0, 0).random(1000)

    assert not np.isin(sample_rng(*other).random(1000), numbers).any()


def test_numbers_of_neighbouring_addresses_are_spread_evenly() -> None:
    firsts = np.array([sample_rng(0, epoch, i).random() for epoch in (0, 1) for i in range(1000)])

    assert abs(firsts.mean() - 0.5) < 0.03
    assert abs(np.corrcoef(firsts[:1000], firsts[1000:])[0, 1]) < 0.1


def test_nothing_asked_for_changes_nothing() -> None:
    assert Augment()(IMAGE, default_rng(0)) is IMAGE


def test_flips_mirror_left_to_right_half_of_the_time() -> None:
    found = outcomes(Augment(flip=True), IMAGE, 200)

    assert set(found) == {IMAGE.tobytes(), IMAGE[:, ::-1].tobytes()}
    assert 70 < found.count(IMAGE.tobytes()) < 130


def test_turns_reach_all_eight_places_of_a_square() -> None:
    expected = {np.rot90(m, k).tobytes() for m in (IMAGE, IMAGE[:, ::-1]) for k in range(4)}

    assert set(outcomes(Augment(flip=True, rotate90=True), IMAGE, 200)) == expected


def test_turns_without_flips_do_not_mirror() -> None:
    expected = {np.rot90(IMAGE, k).tobytes() for k in range(4)}

    assert set(outcomes(Augment(rotate90=True), IMAGE)) == expected


def test_an_image_that_is_not_square_is_turned_upside_down_only() -> None:
    expected = {WIDE.tobytes(), WIDE[::-1, ::-1].tobytes()}

    assert set(outcomes(Augment(rotate90=True), WIDE)) == expected


@pytest.mark.parametrize("image", [IMAGE, WIDE, IMAGE[:1, :1]])
def test_size_type_and_the_given_image_stay(image: np.ndarray) -> None:
    before = image.copy()

    for index in range(30):
        changed = Augment(**ALL)(image, sample_rng(0, 0, index))
        assert (changed.shape, changed.dtype) == (image.shape, image.dtype)
    assert np.array_equal(before, image)


@pytest.mark.parametrize("name", ["colour", "resize", "blur", "noise", "jpeg"])
def test_a_probability_is_the_share_that_changes(name: str) -> None:
    found = outcomes(Augment(**{f"{name}_probability": 0.3}), IMAGE, 200)

    assert 30 < len(found) - found.count(IMAGE.tobytes()) < 90


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"jpeg_probability": 1.5}, r"in \[0, 1\], but got 1.5 \(data.augment.jpeg_probability\)"),
        ({"colour_strength": -0.1}, r"\(data.augment.colour_strength\)"),
        ({"jpeg_quality": [90, 60]}, r"within 1 to 100, but got \[90, 60\] \(data.augment.jpeg_q"),
        ({"jpeg_quality": [0, 60]}, r"data.augment.jpeg_quality=\[<lowest>,<highest>\]"),
        ({"blur_sigma": [1.0]}, r"but got \[1.0\] \(data.augment.blur_sigma\)"),
        ({"resize_scale": [0.0, 1.0]}, r"\(data.augment.resize_scale\)"),
        ({"noise_sigma": [0.0, 300.0]}, r"\(data.augment.noise_sigma\)"),
    ],
)
def test_numbers_that_cannot_be_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        Augment(**options)
