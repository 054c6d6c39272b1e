"""What editors and websites do to an image."""

import numpy as np
import pytest
from numpy.random import default_rng

from ai_vs_human.image.degrade import add_noise, blur, jitter_colour, recompress, resample

NOISE = default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
SMOOTH = np.broadcast_to(np.arange(40, 168, 2)[:, None, None], (64, 64, 3)).astype(np.uint8)


def difference(image: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(image.astype(int) - other).mean())


def test_factors_of_one_leave_colours_alone() -> None:
    assert np.array_equal(jitter_colour(NOISE, 1.0, 1.0, 1.0), NOISE)


def test_each_factor_does_what_it_is_called() -> None:
    assert jitter_colour(NOISE, 0.5, 1.0, 1.0).mean() == pytest.approx(NOISE.mean() / 2, abs=1)
    assert jitter_colour(NOISE, 1.0, 0.5, 1.0).std() == pytest.approx(NOISE.std() / 2, rel=0.02)
    grey = jitter_colour(NOISE, 1.0, 1.0, 0.0)
    assert np.array_equal(grey[..., 0], grey[..., 2])


def test_a_low_quality_costs_more_than_a_high_one() -> None:
    grey = NOISE[..., :1].repeat(3, axis=2)

    low, high = (recompress(grey, quality, default_rng(0)) for quality in (20, 95))

    assert difference(grey, low) > 4 * difference(grey, high) > 0


def test_chroma_is_halved_for_some_and_not_for_others() -> None:
    coloured = NOISE.copy()
    coloured[..., :] = 128
    coloured[:, ::2, 0] = 255

    lost = [difference(coloured, recompress(coloured, 98, default_rng(s))) for s in range(12)]

    assert min(lost) < 5
    assert max(lost) > 15


def test_the_grid_of_jpeg_lies_anywhere() -> None:
    edges = set()
    for seed in range(20):
        changed = recompress(NOISE // 4 + 96, 5, default_rng(seed)).astype(int)
        steps = np.abs(np.diff(changed.mean(axis=2), axis=1)).mean(axis=0)
        edges.add(int(np.argmax([steps[phase::8].mean() for phase in range(8)])))

    assert len(edges) >= 5


def test_the_image_stays_where_it_is_under_jpeg() -> None:
    ramp = np.random.default_rng(1).integers(60, 200, (8, 8, 3), dtype=np.uint8)
    blocks = ramp.repeat(8, axis=0).repeat(8, axis=1)

    for seed in range(6):
        assert difference(blocks, recompress(blocks, 98, default_rng(seed))) < 12


def test_blur_takes_variance_away_as_its_sigma_says() -> None:
    # Of white noise, a Gaussian leaves 1 / (4 pi sigma^2) of the variance.
    left = blur(NOISE, 1.5)[8:-8, 8:-8].var() / NOISE.var()

    assert left == pytest.approx(1 / (4 * np.pi * 1.5**2), rel=0.2)
    assert np.array_equal(blur(NOISE, 0.0), NOISE)


def test_noise_has_its_sigma() -> None:
    grey = np.full((64, 64, 3), 128, np.uint8)

    assert add_noise(grey, 4.0, default_rng(0)).std() == pytest.approx(4, rel=0.05)


def test_noise_stops_at_black_and_white() -> None:
    ends = np.array([[[0, 0, 0], [255, 255, 255]]], np.uint8).repeat(99, axis=0)

    noisy = add_noise(ends, 5.0, default_rng(0))

    assert noisy[:, 0].max() < 40
    assert noisy[:, 1].min() > 215


@pytest.mark.parametrize("scale", [0.3, 0.5, 1.25, 3.0])
def test_resampling_scales_what_is_in_the_image(scale: float) -> None:
    changed = resample(SMOOTH, scale, default_rng(0)).astype(int)

    assert changed.shape == SMOOTH.shape
    slopes = np.abs(np.diff(changed[:, 0, 0]))
    assert slopes[slopes > 0].mean() == pytest.approx(2 / scale, rel=0.5, abs=0.6)


def test_there_are_three_kernels() -> None:
    assert len({resample(NOISE, 0.5, default_rng(s)).sum() for s in range(30)}) == 3
