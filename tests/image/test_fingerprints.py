"""What pictures are recognised by after what happens to them on their way."""

import hashlib
import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from ai_vs_human.image.fingerprints import take_fingerprints


def scene(seed: int, side: int) -> Image.Image:
    """Patches of colour of many sizes, as photographs have them."""
    rng = np.random.default_rng(seed)
    layers = np.zeros((side, side, 3))
    for cells in (2, 3, 5, 9, 17):
        patches = Image.fromarray(rng.integers(0, 256, (cells, cells, 3), dtype=np.uint8))
        layers += np.asarray(patches.resize((side, side), Image.Resampling.BICUBIC)) / cells**0.5
    layers -= layers.min()
    return Image.fromarray((layers * (255 / layers.max())).astype(np.uint8))


def stored_again(image: Image.Image, scale: float) -> Image.Image:
    file = io.BytesIO()
    size = (round(image.width * scale), round(image.height * scale))
    image.resize(size, Image.Resampling.BICUBIC).save(file, "JPEG", quality=60)
    return Image.open(file)


def bits(one: Image.Image, other: Image.Image) -> int:
    hashes = [take_fingerprints(np.asarray(image)).perceptual_hash for image in (one, other)]
    return (hashes[0] ^ hashes[1]).bit_count()


def off(one: Image.Image, other: Image.Image) -> float:
    """Mean absolute difference of the thumbnails, in grey levels."""
    thumbnails = [
        np.frombuffer(take_fingerprints(np.asarray(image)).thumbnail, np.uint8).astype(float)
        for image in (one, other)
    ]
    return float(np.abs(thumbnails[0] - thumbnails[1]).mean())


@pytest.mark.parametrize("side", [32, 64, 300])
@pytest.mark.parametrize("scale", [0.95, 1.05])
def test_a_picture_compressed_and_resized_is_recognised(side: int, scale: float) -> None:
    scenes = [scene(seed, side) for seed in range(30)]
    again = [stored_again(one, scale) for one in scenes]

    assert max(map(bits, scenes, again)) <= 4
    assert max(map(off, scenes, again)) <= 5


def test_other_pictures_are_not_recognised() -> None:
    scenes = [scene(seed, 48) for seed in range(40)]

    assert min(bits(a, b) for i, a in enumerate(scenes) for b in scenes[:i]) > 6


def test_one_colour_has_no_hash_and_a_thumbnail() -> None:
    for side in (1, 7, 32, 500):
        plain = take_fingerprints(np.full((side, side + 1, 3), (250, 3, 77), dtype=np.uint8))

        assert plain.perceptual_hash == 0
        assert plain.thumbnail == bytes((250, 3, 77)) * 64


def test_a_thumbnail_is_the_picture_row_by_row() -> None:
    pixels: NDArray[np.uint8] = np.zeros((80, 160, 3), dtype=np.uint8)
    pixels[:40, 80:] = (255, 0, 9)

    rows = np.frombuffer(take_fingerprints(pixels).thumbnail, np.uint8).reshape(8, 8, 3)

    assert (rows[:3, 5:] == (255, 0, 9)).all()
    assert (rows[5:] == 0).all()
    assert (rows[:, :3] == 0).all()


def test_pixels_are_recognised_by_their_values_and_their_shape() -> None:
    pixels = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
    reshaped, flipped = pixels.reshape(3, 2, 3), pixels[::-1]

    hashes = [take_fingerprints(p).pixels_sha256 for p in (pixels, reshaped, flipped)]

    assert hashes[0] == hashlib.sha256(b"2x3\n" + pixels.tobytes()).hexdigest()
    assert len(set(hashes)) == 3
    assert hashes[2] == take_fingerprints(flipped.copy()).pixels_sha256
