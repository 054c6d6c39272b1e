"""A number to as many JPEGs of 512 pixels and some 60 kB, whose spectrum is that of photographs."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rich.console import Console
from rich.progress import track

SIDE = 512
_FIELD = 2048
_QUALITY = 75
# Of brightness round its mean, in grey levels: gives files of the wanted size at this quality.
_CONTRAST = 27.0


def draw_photographs(root: Path, count: int) -> None:
    """Write half of the images into `ai` and half into `human`, with a bar on the console."""
    for name in ("ai", "human"):
        (root / name).mkdir(parents=True)
    field = _field(np.random.default_rng(0))
    with ThreadPoolExecutor() as pool:
        written = pool.map(partial(_write, root, field), range(count))
        for _ in track(written, "drawing", total=count, console=Console(stderr=True)):
            pass


def _field(rng: np.random.Generator) -> NDArray[np.uint8]:
    """Noise whose amplitude falls with frequency (1/f), mostly grey as the world is."""
    rows, columns = np.fft.fftfreq(_FIELD)[:, None], np.fft.rfftfreq(_FIELD)[None, :]
    fall = 1 / np.maximum(np.hypot(rows, columns), 1 / _FIELD)
    planes = []
    for _ in range(4):
        noise = np.fft.rfft2(rng.standard_normal((_FIELD, _FIELD)))
        plane = np.fft.irfft2(noise * fall, s=(_FIELD, _FIELD))
        planes.append((plane - plane.mean()) / plane.std())
    grey, *colours = planes
    field = np.stack([grey + 0.3 * colour for colour in colours], axis=2)
    levels: NDArray[np.uint8] = (128 + _CONTRAST * field).clip(0, 255).astype(np.uint8)
    return levels


def _write(root: Path, field: NDArray[np.uint8], number: int) -> None:
    rng = np.random.default_rng(number)
    top, left = rng.integers(0, _FIELD - SIDE, 2)
    image = Image.fromarray(field[top : top + SIDE, left : left + SIDE])
    name = "ai" if number % 2 else "human"
    image.save(root / name / f"{number:06}.jpg", quality=_QUALITY)
