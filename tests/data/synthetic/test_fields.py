import numpy as np
import pytest
from numpy.random import default_rng

from ai_vs_human.data.synthetic.fields import (
    CAMERA_COUNT,
    bayer_phase,
    network_kernel,
    sensor,
    textures,
    window,
)


def test_textures_fall_off_with_their_exponent() -> None:
    frequency = np.arange(4, 64)
    powers = np.abs(np.fft.fft(textures()[[0, -1]], axis=2)).mean(axis=1)[:, frequency]

    slopes = [np.polyfit(np.log(frequency), np.log(power), 1)[0] for power in powers]

    # A row of an isotropic field with 1/f^beta amplitude falls off with beta - 1/2.
    assert slopes[0] == pytest.approx(-0.1, abs=0.25)
    assert slopes[1] == pytest.approx(-1.3, abs=0.25)


def test_each_camera_has_a_pattern_of_its_own_of_about_one_percent() -> None:
    patterns = np.stack([sensor(camera).ravel() for camera in range(CAMERA_COUNT)])

    correlation = np.corrcoef(patterns) - np.eye(CAMERA_COUNT)

    assert patterns.std(axis=1) == pytest.approx(0.012, rel=0.05)
    assert np.abs(correlation).max() < 0.03


def test_cameras_have_all_four_phases_of_the_mosaic() -> None:
    assert len({bayer_phase(camera) for camera in range(CAMERA_COUNT)}) == 4


def test_a_network_kernel_keeps_the_mean_and_differs_between_checkpoints() -> None:
    first, second = (network_kernel(0, checkpoint, 0.1) for checkpoint in range(2))

    assert first.sum() == pytest.approx(1)
    assert np.abs(first - second).max() > 0.01


def test_a_window_with_step_two_keeps_the_mosaic_in_phase() -> None:
    rng = default_rng(0)

    corners = [window(rng, 4, step=2) for _ in range(20)]

    assert {int(rows[0, 0]) % 2 for rows, _ in corners} == {0}
    assert {int(columns[0, 0]) % 2 for _, columns in corners} == {0}
