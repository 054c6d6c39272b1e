"""How JPEGs were saved: counted, drawn, and repeated on other images."""

import dataclasses
from collections import Counter

import numpy as np
import pytest

from ai_vs_human.data.delivery.history import History, Saving, saved_before_cut
from ai_vs_human.data.index.facts import ImageFacts
from ai_vs_human.image.degrade import save_as_jpeg
from ai_vs_human.image.window import Window, cut
from ai_vs_human.labels import Label
from tests.data.delivery.files import facts_of, picture

BLACK = np.zeros((8, 8, 3), np.uint8)


def jpegs(*qualities: int) -> list[ImageFacts]:
    return [one for quality in qualities for one in [facts_of(BLACK, "JPEG", quality)] * 200]


def best(human: list[ImageFacts], ai: list[ImageFacts]) -> tuple[int, int] | None:
    history = History.of({Label.HUMAN: human, Label.AI: ai})
    return None if history is None else history.qualities


def test_what_is_no_jpeg_is_saved_as_the_others_are_and_what_pillow_cannot_write_as_4_2_0() -> None:
    png = facts_of(BLACK)
    jpeg = facts_of(BLACK, "JPEG", 80)
    odd = dataclasses.replace(jpeg, jpeg_subsampling="4:1:1")
    full = dataclasses.replace(jpeg, jpeg_subsampling="4:4:4", jpeg_quality=95)

    history = History.of({Label.HUMAN: [full, jpeg, odd], Label.AI: [png] * 3})

    assert history == History((Saving(80, "4:2:0"), Saving(95, "4:4:4")), (2, 1))
    assert history.is_missing_in(png)
    assert not history.is_missing_in(full)


def test_the_highest_quality_with_which_classes_agree_is_left_alone() -> None:
    pngs = [facts_of(BLACK)] * 200

    assert best(jpegs(75), jpegs(95)) == (75, 75)
    assert best(jpegs(55, 60, 65), jpegs(85, 90)) == (55, 65)
    assert best(jpegs(60, 70, 80, 90, 98), jpegs(90)) == (60, 80)
    assert best(jpegs(60, 90), [*jpegs(60, 90), *pngs]) == (60, 90)


def test_finer_chroma_of_one_class_is_made_as_coarse_as_the_other_s() -> None:
    coarse = jpegs(80)
    fine = [dataclasses.replace(one, jpeg_subsampling="4:4:4") for one in coarse]

    history = History.of({Label.HUMAN: coarse, Label.AI: fine})

    assert history == History((Saving(80, "4:2:0"),), (200,))
    assert all(map(history.is_missing_in, fine))
    assert not any(map(history.is_missing_in, coarse))
    assert best([*coarse, *fine], [*fine, *coarse]) is None


def test_the_lowest_quality_with_the_coarsest_chroma_is_good_enough_if_nobody_saved_so() -> None:
    fine = [dataclasses.replace(one, jpeg_subsampling="4:4:4") for one in jpegs(60)]

    history = History.of({Label.HUMAN: fine, Label.AI: jpegs(90)})

    assert history == History((Saving(60, "4:2:0"),), (1,))


def test_files_that_agree_already_need_none() -> None:
    assert best(jpegs(60, 75, 90), jpegs(60, 75, 90)) is None
    assert best([facts_of(BLACK)], [facts_of(BLACK)]) is None
    assert best(jpegs(60, 75), jpegs(60, 75) + jpegs(95)[:20]) is None  # a twentieth
    few = ([*jpegs(60)[:5], *jpegs(90)[:4]], [*jpegs(60)[:3], *jpegs(90)[:5]])
    assert best(*few) is None  # chance


def test_each_way_is_drawn_as_often_as_it_occurs() -> None:
    history = History((Saving(60, "4:2:0"), Saving(90, "4:2:0"), Saving(95, "4:4:4")), (1, 6, 3))
    rng = np.random.default_rng(0)

    drawn = Counter(history.draw(rng).quality for _ in range(2000))

    assert drawn[60] == pytest.approx(200, abs=50)
    assert drawn[90] == pytest.approx(1200, abs=90)
    assert drawn[95] == pytest.approx(600, abs=90)


@pytest.mark.parametrize("subsampling", ["4:4:4", "4:2:2", "4:2:0"])
@pytest.mark.parametrize(
    "window",
    [
        Window(0, 0, 100, 90),
        Window(32, 16, 48, 32),
        Window(33, 17, 40, 40),
        Window(69, 49, 31, 41),
        Window(-3, 60, 50, 50),
    ],
)
def test_saving_the_blocks_round_a_cut_is_saving_the_whole_image(
    window: Window, subsampling: str
) -> None:
    image = np.ascontiguousarray(picture(1, 100)[:, :90])
    whole = cut(save_as_jpeg(image, 70, subsampling), window)

    assert np.array_equal(saved_before_cut(image, Saving(70, subsampling), window), whole)
