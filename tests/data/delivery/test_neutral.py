"""One law for all images: what it does, and that chance follows from content alone."""

import dataclasses
from collections import Counter

import numpy as np
import pytest

from ai_vs_human.data.delivery.history import History, Saving
from ai_vs_human.data.delivery.neutral import Neutral, content_rng, random_place
from ai_vs_human.image.degrade import save_as_jpeg
from ai_vs_human.image.window import Window, cut
from tests.data.delivery.files import as_jpeg_file, facts_of, picture

HISTORY = History((Saving(60, "4:2:0"),), (1,))
LAW = Neutral(quality=(70, 95), size="crop", side=32, history=HISTORY)


def test_equal_pixels_are_delivered_alike_whatever_else_is_known_of_their_file() -> None:
    pixels = picture(0)
    before = pixels.copy()
    facts = facts_of(pixels)
    elsewhere = dataclasses.replace(facts, sha256="0" * 64, size=7, has_icc=True)

    first = LAW(pixels, facts)

    assert first.shape == (32, 32, 3)
    assert np.array_equal(first, LAW(pixels, elsewhere))
    assert np.array_equal(pixels, before)


def test_another_seed_or_content_draws_otherwise() -> None:
    numbers = {
        content_rng(seed, content).integers(2**63)
        for seed in (0, 1)
        for content in ("ab" * 32, "ab" * 8 + "cd" * 24, "cd" * 8 + "ab" * 24)
    }

    assert len(numbers) == 6


def test_a_history_is_given_to_what_is_no_jpeg_or_a_better_one() -> None:
    law = Neutral(quality=None, size="keep", side=None, history=HISTORY)
    pixels = picture(0)
    jpeg, facts = as_jpeg_file(pixels, 60)
    better, better_facts = as_jpeg_file(pixels, 61)

    assert np.array_equal(law(jpeg, facts), jpeg)
    assert np.array_equal(law(better, better_facts), save_as_jpeg(better, 60, "4:2:0"))
    assert np.array_equal(law(pixels, facts_of(pixels)), save_as_jpeg(pixels, 60, "4:2:0"))


def test_the_last_jpegs_have_each_quality_of_the_range_and_both_chromas() -> None:
    law = Neutral(quality=(80, 82), size="keep", side=None, history=None)
    ways = [(quality, chroma) for quality in (80, 81, 82) for chroma in ("4:4:4", "4:2:0")]
    pixels = picture(0, 16)
    known = {save_as_jpeg(pixels, *way).tobytes(): way for way in ways}
    facts = facts_of(pixels)
    contents = [f"{number:02x}" * 32 for number in range(120)]

    found = Counter(
        known[law(pixels, dataclasses.replace(facts, pixels_sha256=one)).tobytes()]
        for one in contents
    )

    assert set(found) == set(ways)
    assert min(found.values()) >= 8


@pytest.mark.parametrize("length", [47, 48, 55, 63, 64, 200])
def test_a_cut_begins_as_often_at_each_pixel_of_a_block_however_large_the_image_is(
    length: int,
) -> None:
    rng = np.random.default_rng(0)
    places = [random_place(length, 32, rng) for _ in range(8000)]
    counts = np.bincount(np.array(places) % 16, minlength=16)

    assert min(places) == 0
    assert max(places) == length - 32
    assert counts == pytest.approx(500, abs=110)


def test_an_image_that_is_too_small_goes_on_as_its_mirror_image() -> None:
    law = Neutral(quality=None, size="crop", side=32, history=None)
    pixels = picture(0, 20)

    shown = law(pixels, facts_of(pixels))

    places = [cut(pixels, Window(-top, -left, 32, 32)) for top in range(13) for left in range(13)]
    assert any(np.array_equal(shown, place) for place in places)


def test_resizing_keeps_the_middle_square() -> None:
    law = Neutral(quality=None, size="resize", side=16, history=None)
    pixels = np.zeros((32, 64, 3), np.uint8)
    pixels[:, 14:50] = 255

    assert (law(pixels, facts_of(pixels)) == 255).all()


def test_laws_that_differ_have_other_keys() -> None:
    others = [
        dataclasses.replace(LAW, quality=(70, 94)),
        dataclasses.replace(LAW, size="resize"),
        dataclasses.replace(LAW, side=33),
        dataclasses.replace(LAW, history=History((Saving(60, "4:2:0"),), (2,))),
        dataclasses.replace(LAW, seed=1),
    ]

    assert len({LAW.key, *(law.key for law in others)}) == 6
    assert dataclasses.replace(LAW).key == LAW.key


def test_it_says_what_it_does() -> None:
    assert LAW.describe() == {
        "law": "neutral",
        "size": "crop",
        "side": 32,
        "quality": [70, 95],
        "subsampling": ["4:4:4", "4:2:0"],
        "history": {"jpegs": 1, "quality": [60, 60]},
        "seed": 0,
        "key": LAW.key,
    }
    assert LAW.summary == (
        "saved as the set's JPEGs of quality 60 to 60 are, where they are none,"
        " then cut to 32 x 32, then saved as JPEG of quality 70 to 95"
    )
