import numpy as np
import pytest
from numpy.random import default_rng

from ai_vs_human.data.synthetic.acquisition import ACQUISITIONS, photograph, scan
from ai_vs_human.data.synthetic.fields import sensor
from ai_vs_human.data.synthetic.planes import Planes, blur

GREY = np.full((3, 512, 512), 0.2, np.float32)


def _residual(image: Planes) -> Planes:
    return image - blur(image, 1.0)


@pytest.mark.parametrize("source", ACQUISITIONS)
def test_a_grey_wall_stays_grey_and_gets_noise(source: str) -> None:
    image = ACQUISITIONS[source](default_rng(0), GREY, 0)

    assert image.shape == (3, 256, 256)
    # 0.2 of light is 0.2^(1/2.2) on the display.
    assert image.mean(axis=(1, 2)) == pytest.approx(0.2 ** (1 / 2.2), abs=0.03)
    assert _residual(image).std() > 1e-4


def test_a_photograph_carries_the_pattern_of_its_camera() -> None:
    image = photograph(default_rng(3), np.full((3, 512, 512), 0.6, np.float32), 5)
    residual = _residual(image)[1]

    def best_match(camera: int) -> float:
        pattern = np.fft.rfft2(sensor(camera) - 1)
        correlation = np.fft.irfft2(np.fft.rfft2(residual) * pattern.conj())
        return float(correlation.max() / correlation.std())

    matches = [best_match(camera) for camera in range(12)]

    assert int(np.argmax(matches)) == 5


def test_a_mosaic_leaves_neighbours_correlated_where_a_scan_does_not() -> None:
    def correlation(image: Planes) -> float:
        red = image[0] - image[0].mean()
        return float((red[:, 1:] * red[:, :-1]).mean() / red.var())

    # Without sharpening, which some photographs get: the median over several.
    photographs = [correlation(photograph(default_rng(seed), GREY, 0)) for seed in range(9)]
    scans = [correlation(scan(default_rng(seed), GREY, 0)) for seed in range(9)]

    assert np.median(photographs) > np.median(scans) + 0.1
