"""Light to a human image's display values: through a camera, a painter's hand or a scanner."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.random import Generator

from ai_vs_human.data.synthetic.fields import (
    FIELD_COUNT,
    bayer_phase,
    sensor,
    textures,
    window,
)
from ai_vs_human.data.synthetic.planes import (
    Planes,
    blur,
    convolve3,
    halve,
    moved,
    noise,
    rounded,
)

_GREEN: Final = np.array([[0, 1, 0], [1, 4, 1], [0, 1, 0]], np.float32) / np.float32(4)
_RED_BLUE: Final = np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]], np.float32) / np.float32(4)
_GAMMA: Final = 1 / 2.2


def photograph(rng: Generator, light: Planes, camera: int) -> Planes:
    """Lens, Bayer mosaic, sensor pattern and noise, demosaicking, gamma, often sharpening.

    Noise is Poisson-Gaussian (Foi et al., IEEE TIP 2008), demosaicking bilinear.
    """
    seen = halve(blur(light, rng.uniform(0.5, 1.1)))
    edge = seen.shape[1]
    gains = np.array([rng.uniform(0.5, 0.8), 1, rng.uniform(0.5, 0.8)], np.float32)[:, None, None]
    masks = _mosaic(edge, bayer_phase(camera))
    rows, columns = window(rng, edge, step=2)
    raw = (seen * gains * masks).sum(axis=0) * sensor(camera)[rows, columns]
    shot, read = 10 ** rng.uniform(-3.8, -2.7), 10 ** rng.uniform(-3, -2.2)
    raw += np.sqrt(np.float32(shot) * raw + np.float32(read**2)) * noise(rng, raw.shape)
    shown = _demosaicked(raw * masks) / gains
    return _sharpened(rng, _displayed(shown), 0.5, (0.2, 0.8))


def _mosaic(edge: int, phase: tuple[int, int]) -> Planes:
    """1 where a pixel sees the channel, else 0: RGGB from the phase on."""
    rows = (np.arange(edge) + phase[0])[:, None] % 2
    columns = (np.arange(edge) + phase[1])[None, :] % 2
    red, blue = (rows == 0) & (columns == 0), (rows == 1) & (columns == 1)
    return np.stack([red, rows != columns, blue]).astype(np.float32)


def _demosaicked(raw: Planes) -> Planes:
    green = convolve3(raw[1:2], _GREEN)
    red_blue = convolve3(raw[::2], _RED_BLUE)
    return np.concatenate([red_blue[:1], green, red_blue[1:]])


def paint(rng: Generator, light: Planes, camera: int) -> Planes:
    """A drawing on a screen: strokes smear along one way, canvas grain, a little noise."""
    del camera  # no camera took part
    # At the canvas's own resolution: at the image's, it would look like an up-sampler.
    for _ in range(int(rng.integers(1, 3))):
        down, right = (int(step) for step in rng.integers(-1, 2, 2))
        light = (light + moved(light, down, right)) * np.float32(0.5)
    shown = _displayed(halve(light))
    edge = shown.shape[1]
    canvas = textures()[int(rng.integers(0, FIELD_COUNT // 2))]
    shown *= rounded(np.exp, np.float32(rng.uniform(0.01, 0.06)) * canvas[window(rng, edge)])
    return shown + np.float32(10 ** rng.uniform(-2.8, -1.9)) * noise(rng, shown.shape)


def scan(rng: Generator, light: Planes, camera: int) -> Planes:
    """Three rows of sensors that do not quite meet, noise that grows with light, sharpening."""
    del camera  # a scanner's rows see all three colours: no mosaic, and here no pattern
    seen = halve(blur(light, rng.uniform(0.5, 0.9)))
    seen = np.concatenate([_misplaced(rng, seen[channel : channel + 1]) for channel in range(3)])
    shot, read = 10 ** rng.uniform(-4.2, -3.2), 10 ** rng.uniform(-3, -2.4)
    seen += np.sqrt(np.float32(shot) * seen + np.float32(read**2)) * noise(rng, seen.shape)
    return _sharpened(rng, _displayed(seen), 1.0, (0.0, 0.8))


def _misplaced(rng: Generator, plane: Planes) -> Planes:
    """Move one channel by less than half a pixel, by linear interpolation."""
    down, right = rng.normal(0, 0.15, 2).clip(-0.5, 0.5)
    plane = plane + np.float32(abs(down)) * (moved(plane, int(np.sign(down)), 0) - plane)
    return plane + np.float32(abs(right)) * (moved(plane, 0, int(np.sign(right))) - plane)


def _displayed(light: Planes) -> Planes:
    clipped = np.clip(light, np.float32(1e-4), np.float32(1))
    return rounded(lambda values: values**_GAMMA, clipped)


def _sharpened(
    rng: Generator, shown: Planes, probability: float, amounts: tuple[float, float]
) -> Planes:
    """Add a share of what a Gaussian of one pixel takes away."""
    amount = np.float32(rng.uniform(*amounts))
    if rng.random() >= probability:
        return shown
    return shown + amount * (shown - blur(shown, 1.0))


ACQUISITIONS: Final[Mapping[str, Callable[[Generator, Planes, int], Planes]]] = MappingProxyType(
    {"camera": photograph, "painting": paint, "scan": scan}
)
