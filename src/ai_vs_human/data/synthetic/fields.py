"""Constant seeds to the pools that every image draws from: 1/f textures, sensors, network weights.

The pools are the same for every set and seed: a camera is the same camera everywhere.
"""

from functools import cache
from typing import Final

import numpy as np
from jaxtyping import Float32
from numpy.random import Generator, Philox, SeedSequence
from numpy.typing import NDArray

from ai_vs_human.data.synthetic.planes import Floats, Kernel, Plane, noise

FIELD_SIZE: Final = 256
FIELD_COUNT: Final = 24
CAMERA_COUNT: Final = 12
CHECKPOINT_COUNT: Final = 4

Fields = Float32[Floats, "field row column"]

# Apart from every stream of images, whose seeds are sequences of four numbers.
_POOL_SEED: Final = 0x5EED
_TEXTURES, _SENSORS, _KERNELS = range(3)

# Photo-response non-uniformity: a standard deviation of 1.2 % of the light on a pixel.
_PRNU_STD: Final = 0.012


def _rng(pool: int, *address: int) -> Generator:
    return Generator(Philox(SeedSequence([_POOL_SEED, pool, *address])))


@cache
def textures() -> Fields:
    """Periodic fields of mean 0 and variance 1 with amplitude 1/f^beta, beta in [0.6, 1.8].

    Natural images are near beta = 1 (Field, JOSA A 1987).
    """
    rng = _rng(_TEXTURES)
    rows = np.fft.fftfreq(FIELD_SIZE)[:, None]
    columns = np.fft.rfftfreq(FIELD_SIZE)[None, :]
    frequency = np.hypot(rows, columns)
    frequency[0, 0] = np.inf
    fields = np.empty((FIELD_COUNT, FIELD_SIZE, FIELD_SIZE), np.float32)
    for index, beta in enumerate(np.linspace(0.6, 1.8, FIELD_COUNT)):
        white = noise(rng, (FIELD_SIZE, FIELD_SIZE)).astype(np.float64)
        spectrum = np.fft.rfft2(white) * frequency**-beta
        field = np.fft.irfft2(spectrum, s=(FIELD_SIZE, FIELD_SIZE))
        fields[index] = (field - field.mean()) / field.std()
    return fields


@cache
def sensor(camera: int) -> Plane:
    """One camera's response to light, pixel by pixel, around 1."""
    plane = 1 + _PRNU_STD * noise(_rng(_SENSORS, camera), (FIELD_SIZE, FIELD_SIZE))
    return plane.astype(np.float32)


def bayer_phase(camera: int) -> tuple[int, int]:
    """Row and column, each 0 or 1, at which a camera's first red pixel stands."""
    return camera % 2, camera // 2 % 2


@cache
def network_kernel(network: int, checkpoint: int, std: float) -> Kernel:
    """A 3x3 kernel near the identity, as a trained last layer has: sum 1, deviations of `std`."""
    deviations = std * noise(_rng(_KERNELS, network, checkpoint), (3, 3))
    kernel = deviations - deviations.mean(dtype=np.float64)
    kernel[1, 1] += 1
    rounded: Kernel = kernel.astype(np.float32)
    return rounded


def window(rng: Generator, size: int, step: int = 1) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row and column indices of a `size` x `size` window of a pool's periodic plane.

    Args:
        rng: draws the window's place.
        size: edge in pixels; larger ones repeat the plane.
        step: the place is a multiple of it; 2 keeps the phase of a Bayer mosaic.
    """
    top, left = step * rng.integers(0, FIELD_SIZE // step, 2)
    span = np.arange(size)
    return ((top + span) % FIELD_SIZE)[:, None], ((left + span) % FIELD_SIZE)[None, :]
