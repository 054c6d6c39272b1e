import numpy as np
import pytest
from numpy.random import default_rng

from ai_vs_human.data.synthetic.generators import (
    REACH,
    SIMULATORS,
    gan_deconv,
    gan_nearest,
    simulate,
    vae8,
)
from ai_vs_human.data.synthetic.planes import Planes, noise


@pytest.fixture
def image() -> Planes:
    return (0.5 + 0.03 * noise(default_rng(0), (3, 64, 64))).astype(np.float32)


def _block_correlation(image: Planes, offset: int) -> float:
    """Of horizontal neighbours whose left one stands in an even (0) or odd (1) column."""
    left, right = image[:, :, offset:-1:2], image[:, :, offset + 1 :: 2]
    return float(np.corrcoef(left.ravel(), right.ravel())[0, 1])


@pytest.mark.parametrize("generator", SIMULATORS)
def test_a_generator_changes_the_image_within_its_reach_and_keeps_the_mean(
    generator: str, image: Planes
) -> None:
    made = simulate(generator, default_rng(1), image)

    assert made.dtype == np.float32
    assert np.abs(made - image).mean() > 0.001
    assert np.abs(made - image).max() <= REACH + 1e-6
    assert made.mean() == pytest.approx(float(image.mean()), abs=0.01)


@pytest.mark.parametrize("generator", ["gan_nearest", "vae8"])
def test_nearest_doubling_ties_pixels_of_a_block_more_than_neighbours_across(
    generator: str, image: Planes
) -> None:
    made = SIMULATORS[generator](default_rng(1), image)

    assert _block_correlation(image, 0) == pytest.approx(_block_correlation(image, 1), abs=0.06)
    assert _block_correlation(made, 0) > _block_correlation(made, 1) + 0.1


def test_deconv_leaves_a_checkerboard_of_uneven_brightness() -> None:
    made = gan_deconv(default_rng(1), np.full((3, 64, 64), 0.5, np.float32))

    phases = [
        made[:, 2 + row : -2 : 2, 2 + column : -2 : 2].mean() for row in (0, 1) for column in (0, 1)
    ]

    assert np.ptp(phases) > 0.005


@pytest.mark.parametrize("generator", ["gan_bilinear", "pixelshuffle"])
def test_bilinear_doubling_ties_all_neighbours(generator: str, image: Planes) -> None:
    made = SIMULATORS[generator](default_rng(1), image)

    assert min(_block_correlation(made, offset) for offset in (0, 1)) > 0.3


def test_diffusion_leaves_no_grid(image: Planes) -> None:
    made = SIMULATORS["diffusion"](default_rng(1), image)

    assert _block_correlation(made, 0) == pytest.approx(_block_correlation(made, 1), abs=0.06)


def test_checkpoints_of_one_generator_differ(image: Planes) -> None:
    made = [gan_nearest(default_rng(seed), image) for seed in range(8)]

    correlations = {round(_block_correlation(each, 0), 1) for each in made}

    assert len(correlations) > 1


def test_vae8_leaves_a_flat_image_flat() -> None:
    flat = np.full((3, 64, 64), 0.4, np.float32)

    assert vae8(default_rng(0), flat) == pytest.approx(0.4, abs=1e-3)
