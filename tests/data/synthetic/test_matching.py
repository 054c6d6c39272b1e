from itertools import pairwise

import numpy as np
import pytest
from numpy.random import default_rng
from scipy import ndimage

from ai_vs_human.data.synthetic.matching import match_bands
from ai_vs_human.data.synthetic.planes import Planes, noise


def _deviations(image: Planes) -> np.ndarray:
    levels = [image] + [
        ndimage.gaussian_filter(image, (0, sigma, sigma), mode="reflect", truncate=6)
        for sigma in (0.6, 1.2, 2.4)
    ]
    return np.stack([(fine - coarse).std(axis=(1, 2)) for fine, coarse in pairwise(levels)])


def test_matched_bands_have_the_deviations_and_means_of_the_model() -> None:
    model = 0.5 + 0.1 * ndimage.gaussian_filter(noise(default_rng(0), (3, 64, 64)), (0, 1, 1))
    image = 0.4 + 0.1 * ndimage.gaussian_filter(noise(default_rng(1), (3, 64, 64)), (0, 0.7, 0.7))

    matched = match_bands(image, model)

    # Before, the finest band has about twice the deviation; scipy samples its narrow Gaussian.
    assert _deviations(matched) == pytest.approx(_deviations(model), rel=0.2)
    assert matched.mean(axis=(1, 2)) == pytest.approx(model.mean(axis=(1, 2)), abs=1e-5)


def test_an_image_matched_to_itself_stays_itself() -> None:
    image = noise(default_rng(0), (3, 64, 80))

    assert match_bands(image, image) == pytest.approx(image, abs=1e-4)


def test_a_flat_model_or_image_gives_no_infinities() -> None:
    flat = np.full((3, 64, 64), 0.5, np.float32)

    assert np.isfinite(match_bands(flat, noise(default_rng(0), (3, 64, 64)))).all()
    assert np.isfinite(match_bands(noise(default_rng(0), (3, 64, 64)), flat)).all()
