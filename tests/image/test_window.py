"""Cut-outs, and what lies beyond an image's edge."""

import numpy as np
import pytest

from ai_vs_human.image.window import Window, centre_window, cut, random_window

IMAGE = np.random.default_rng(0).integers(0, 256, (5, 7, 3), dtype=np.uint8)


def test_a_window_inside_is_a_copy_of_its_pixels() -> None:
    part = cut(IMAGE, Window(1, 2, 3, 4))

    assert np.array_equal(part, IMAGE[1:4, 2:6])
    assert not np.shares_memory(part, IMAGE)


@pytest.mark.parametrize("spare", [0, 1, 5, 23])
def test_beyond_the_edge_numpy_pads_the_same(spare: int) -> None:
    window = Window(-spare, -spare, 5 + 2 * spare, 7 + 2 * spare)

    padded = np.pad(IMAGE, ((spare, spare), (spare, spare), (0, 0)), mode="symmetric")

    assert np.array_equal(padded, cut(IMAGE, window))


def test_one_pixel_fills_any_window() -> None:
    assert (cut(IMAGE[:1, :1], Window(-100, -100, 224, 224)) == IMAGE[0, 0]).all()


def test_the_centre_is_in_the_middle_on_both_sides_of_the_edge() -> None:
    assert centre_window(10, 20, 4, 4) == Window(3, 8, 4, 4)
    assert centre_window(2, 2, 6, 6) == Window(-2, -2, 6, 6)


def test_random_windows_reach_every_place_and_no_other() -> None:
    rng = np.random.default_rng(0)

    places = {(w.top, w.left) for w in (random_window(5, 3, 3, 5, rng) for _ in range(300))}

    assert places == {(top, left) for top in (0, 1, 2) for left in (-2, -1, 0)}
