import numpy as np
import pytest
from numpy.random import default_rng
from scipy import ndimage

from ai_vs_human.data.synthetic.planes import (
    blur,
    box,
    convolve3,
    double_bilinear,
    double_nearest,
    halve,
    moved,
    noise,
)

PLANES = noise(default_rng(0), (3, 24, 16))


@pytest.mark.parametrize("sigma", [0.6, 1.0, 2.4])
def test_blur_is_the_gaussian_of_scipy(sigma: float) -> None:
    expected = ndimage.gaussian_filter(
        PLANES, (0, sigma, sigma), radius=(0, *[round(3 * sigma)] * 2)
    )

    assert blur(PLANES, sigma) == pytest.approx(expected, abs=1e-5)


def test_box_is_the_uniform_filter_of_scipy() -> None:
    assert box(PLANES, 2) == pytest.approx(ndimage.uniform_filter(PLANES, (1, 5, 5)), abs=1e-5)


def test_a_kernel_is_correlated_not_flipped() -> None:
    kernel = np.arange(9, dtype=np.float32).reshape(3, 3)

    expected = np.stack([ndimage.correlate(plane, kernel) for plane in PLANES])

    assert convolve3(PLANES, kernel) == pytest.approx(expected, abs=1e-4)


def test_halving_undoes_nearest_doubling() -> None:
    assert halve(double_nearest(PLANES)) == pytest.approx(PLANES, abs=1e-6)


def test_bilinear_doubling_keeps_a_slope_straight() -> None:
    slope = np.broadcast_to(np.arange(8, dtype=np.float32), (1, 8, 8)).copy()

    steps = np.diff(double_bilinear(slope)[0, 4])

    assert steps[2:-2] == pytest.approx(0.5)


def test_a_move_down_and_right_brings_the_first_pixel_along() -> None:
    assert moved(PLANES, 1, 1)[:, 1:, 1:] == pytest.approx(PLANES[:, :-1, :-1])
