import numpy as np
import pytest
from numpy.random import default_rng

from ai_vs_human.data.synthetic.delivery import Channel, deliver
from ai_vs_human.data.synthetic.planes import noise

SHOWN = (0.5 + 0.2 * noise(default_rng(0), (3, 80, 80))).astype(np.float32)
UNTOUCHED = Channel(resize_probability=0.0, jpeg_probability=0.0, jpeg_qualities=(70, 96))


def test_an_untouched_picture_is_a_crop_of_its_rounded_values() -> None:
    delivered = deliver(default_rng(1), SHOWN, 64, UNTOUCHED)

    rounded = np.clip(np.floor(SHOWN * 255 + 0.5), 0, 255).astype(np.uint8).transpose(1, 2, 0)
    windows = np.lib.stride_tricks.sliding_window_view(rounded, (64, 64, 3))[:, :, 0]
    assert (windows == delivered.pixels).all(axis=(2, 3, 4)).any()
    assert (delivered.jpeg_quality, delivered.scale) == (0, 1)


def test_crops_start_at_odd_and_even_pixels() -> None:
    marked = np.zeros((3, 80, 80), np.float32)
    marked[:, :, ::2] = 1

    starts = {
        int(deliver(default_rng(seed), marked, 64, UNTOUCHED).pixels[0, 0, 0]) for seed in range(20)
    }

    assert starts == {0, 255}


def test_compression_keeps_the_uncompressed_pixels_beside_it() -> None:
    channel = Channel(resize_probability=1.0, jpeg_probability=1.0, jpeg_qualities=(50, 60))

    delivered = deliver(default_rng(1), SHOWN, 64, channel)

    assert delivered.pixels.shape == delivered.uncompressed.shape == (64, 64, 3)
    assert 0 < np.abs(delivered.pixels.astype(int) - delivered.uncompressed).mean() < 40
    assert 50 <= delivered.jpeg_quality <= 60
    assert 0.8 <= delivered.scale <= 1.25


def test_pictures_are_handled_as_often_as_the_channel_says() -> None:
    channel = Channel(resize_probability=0.3, jpeg_probability=0.7, jpeg_qualities=(70, 96))

    delivered = [deliver(default_rng(seed), SHOWN, 64, channel) for seed in range(300)]

    assert np.mean([each.scale != 1 for each in delivered]) == pytest.approx(0.3, abs=0.08)
    assert np.mean([each.jpeg_quality > 0 for each in delivered]) == pytest.approx(0.7, abs=0.08)
