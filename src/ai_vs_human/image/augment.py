"""What chance does to training images: the address of an image to its changed pixels."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from ai_vs_human.errors import ConfigError
from ai_vs_human.image.arrays import RgbImage
from ai_vs_human.image.degrade import add_noise, blur, jitter_colour, recompress, resample

# Keeps these numbers apart from those of anything else that is drawn from the same seed.
_STREAM: Final = 0x696D616765


def sample_rng(seed: int, epoch: int, image_index: int) -> np.random.Generator:
    """The random numbers of one image in one epoch, whichever process asks for them first.

    The address is the starting point of a counter-based generator (Philox, doi:10.1145/
    2063384.2063405), so the numbers of two addresses never overlap.

    Args:
        seed: of the run, at least 0.
        epoch: from 0.
        image_index: row of the image in its stage's manifest.
    """
    counter = [0, 0, epoch, image_index]
    return np.random.Generator(np.random.Philox(key=[seed, _STREAM], counter=counter))


class SampleRngs:
    """`sample_rng` of one seed, at a fifth of the time: one generator for all addresses.

    Args:
        seed: of the run, at least 0.
    """

    def __init__(self, seed: int) -> None:
        self._bits = np.random.Philox(key=[seed, _STREAM])
        self._rng = np.random.Generator(self._bits)
        self._state = self._bits.state  # as it is before the first number
        self._counter = self._state["state"]["counter"]

    def at(self, epoch: int, image_index: int) -> np.random.Generator:
        """The generator, to be used until the next one is asked for."""
        self._counter[:] = 0, 0, epoch, image_index
        self._bits.state = self._state  # copied
        return self._rng


class Augment:
    """Changes to a training image that leave its size and its label alone.

    In this order, and each only if chance has it: mirrored and turned; colours; resized, blurred,
    made noisy and saved as JPEG, as an image is on its way through the web.

    Args:
        flip: mirror every second image left to right.
        rotate90: turn by 0, 90, 180 or 270 degrees; images that are not square by 0 or 180.
        colour_probability: share of images with other brightness, contrast and saturation.
        colour_strength: each of the three is multiplied by a factor within 1 ± this, in [0, 1].
        resize_probability: share of images resampled.
        resize_scale: lowest and highest factor; what is too much is cut off, what is missing
            is filled by reflection.
        blur_probability: share of images blurred.
        blur_sigma: lowest and highest standard deviation in pixels.
        noise_probability: share of images with Gaussian noise.
        noise_sigma: lowest and highest standard deviation in grey levels of 255.
        jpeg_probability: share of images saved as JPEG, half of them with 4:2:0 chroma.
        jpeg_quality: lowest and highest quality, within 1 to 100 (Pillow's scale).

    Raises:
        ConfigError: if a probability is outside [0, 1], or a range is empty or impossible.
    """

    def __init__(
        self,
        *,
        flip: bool = False,
        rotate90: bool = False,
        colour_probability: float = 0.0,
        colour_strength: float = 0.2,
        resize_probability: float = 0.0,
        resize_scale: Sequence[float] = (0.5, 1.25),
        blur_probability: float = 0.0,
        blur_sigma: Sequence[float] = (0.1, 2.0),
        noise_probability: float = 0.0,
        noise_sigma: Sequence[float] = (1.0, 5.0),
        jpeg_probability: float = 0.0,
        jpeg_quality: Sequence[int] = (60, 98),
    ) -> None:
        self.flip = flip
        self.rotate90 = rotate90
        self.colour_probability = _number("colour_probability", colour_probability)
        self.colour_strength = _number("colour_strength", colour_strength)
        self.resize_probability = _number("resize_probability", resize_probability)
        self.resize_scale = _range("resize_scale", resize_scale, 0.05, 8.0)
        self.blur_probability = _number("blur_probability", blur_probability)
        self.blur_sigma = _range("blur_sigma", blur_sigma, 0.0, 50.0)
        self.noise_probability = _number("noise_probability", noise_probability)
        self.noise_sigma = _range("noise_sigma", noise_sigma, 0.0, 255.0)
        self.jpeg_probability = _number("jpeg_probability", jpeg_probability)
        self.jpeg_quality = _range("jpeg_quality", jpeg_quality, 1.0, 100.0)

    def __call__(self, image: RgbImage, rng: np.random.Generator) -> RgbImage:
        """The changed image; the one given is left as it is.

        Args:
            image: preprocessed pixels.
            rng: of this image in this epoch, see `sample_rng`.
        """
        image = self._turn(image, rng)
        if _happens(self.colour_probability, rng):
            low, high = 1 - self.colour_strength, 1 + self.colour_strength
            brightness, contrast, saturation = rng.uniform(low, high, 3).tolist()
            image = jitter_colour(image, brightness, contrast, saturation)
        if _happens(self.resize_probability, rng):
            image = resample(image, rng.uniform(*self.resize_scale), rng)
        if _happens(self.blur_probability, rng):
            image = blur(image, rng.uniform(*self.blur_sigma))
        if _happens(self.noise_probability, rng):
            image = add_noise(image, rng.uniform(*self.noise_sigma), rng)
        if _happens(self.jpeg_probability, rng):
            low, high = self.jpeg_quality
            image = recompress(image, int(rng.integers(int(low), int(high), endpoint=True)), rng)
        return image

    def _turn(self, image: RgbImage, rng: np.random.Generator) -> RgbImage:
        """Mirror and turn by changing the order in which the same pixels are read."""
        if not (self.flip or self.rotate90):
            return image
        chance = int(rng.integers(8))
        if self.flip and chance & 1:
            image = image[:, ::-1]
        if self.rotate90:
            square = image.shape[0] == image.shape[1]
            image = np.rot90(image, (chance >> 1) if square else (chance >> 1 & 2))
        return image


def _happens(probability: float, rng: np.random.Generator) -> bool:
    return probability > 0 and rng.random() < probability


def _number(name: str, value: float) -> float:
    if not 0 <= value <= 1:
        raise ConfigError(f"expected a number in [0, 1], but got {value} (data.augment.{name})")
    return value


def _range(
    name: str, values: Sequence[float] | Sequence[int], least: float, most: float
) -> tuple[float, float]:
    if len(values) != 2 or not least <= values[0] <= values[1] <= most:  # noqa: PLR2004 -- a range
        raise ConfigError(
            f"expected a lowest and a highest number within {least:g} to {most:g},"
            f" but got {list(values)} (data.augment.{name})",
            hint=f"data.augment.{name}=[<lowest>,<highest>]",
        )
    return float(values[0]), float(values[1])
