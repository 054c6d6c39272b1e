"""Colour planes to filtered colour planes: the few filters that scenes and simulators share.

Axes, in this package: channel (red, green, blue), row (from the top), column (from the left).
Values are light or display values around [0, 1]; nothing is clipped before delivery. All
arithmetic is NumPy's own, without BLAS, so that the number of threads cannot change a bit of it.
Neither can the CPU: NumPy has other code for exp, tanh, powers and sums on each kind of CPU, whose
float32 results differ in the last bit; so these are worked out in float64 and then rounded.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
from jaxtyping import Float32
from numpy.random import Generator

# Spelt out: since NumPy 2.5 NDArray is a `type` alias, which jaxtyping does not look through.
Floats = np.ndarray[tuple[int, ...], np.dtype[np.float32]]
# An underscore: functions here change sizes, so the names stand for no one size in a call.
Plane = Float32[Floats, "_row _column"]
Planes = Float32[Floats, "_channel _row _column"]
Kernel = Float32[Floats, "3 3"]

# Narrower Gaussians than this are the identity at float precision.
_NARROW: Final = 0.05


def noise(rng: Generator, shape: tuple[int, ...]) -> Floats:
    """Independent standard normal float32 values."""
    return rng.standard_normal(shape, dtype=np.float32)


def rounded(function: Callable[[np.ndarray], np.ndarray], values: Floats) -> Floats:
    """A function of each value, worked out in float64: the same float32 on every CPU."""
    result: Floats = function(values.astype(np.float64)).astype(np.float32)
    return result


def blur(planes: Planes, sigma: float) -> Planes:
    """Convolve with a Gaussian of `sigma` pixels, mirrored at the borders."""
    if sigma < _NARROW:
        return planes
    reach = max(1, round(3 * sigma))
    taps = np.exp(-0.5 * (np.arange(reach + 1) / sigma) ** 2)
    weights = (taps / (taps[0] + 2 * taps[1:].sum())).astype(np.float32)
    return _along_columns(_along_rows(planes, weights), weights)


def box(planes: Planes, radius: int) -> Planes:
    """The mean over a square of 2 `radius` + 1 pixels, mirrored at the borders."""
    weights = np.full(radius + 1, 1 / (2 * radius + 1), np.float32)
    return _along_columns(_along_rows(planes, weights), weights)


def _along_rows(planes: Planes, weights: Floats) -> Planes:
    reach, rows = len(weights) - 1, planes.shape[1]
    padded = np.pad(planes, ((0, 0), (reach, reach), (0, 0)), mode="symmetric")
    total: Planes = planes * weights[0]
    for step in range(1, reach + 1):
        pair = padded[:, reach - step : reach - step + rows]
        total += weights[step] * (pair + padded[:, reach + step : reach + step + rows])
    return total


def _along_columns(planes: Planes, weights: Floats) -> Planes:
    reach, columns = len(weights) - 1, planes.shape[2]
    padded = np.pad(planes, ((0, 0), (0, 0), (reach, reach)), mode="symmetric")
    total: Planes = planes * weights[0]
    for step in range(1, reach + 1):
        pair = padded[:, :, reach - step : reach - step + columns]
        total += weights[step] * (pair + padded[:, :, reach + step : reach + step + columns])
    return total


def convolve3(planes: Planes, kernel: Kernel) -> Planes:
    """Correlate each plane with a 3x3 kernel, mirrored at the borders."""
    _, rows, columns = planes.shape
    padded = np.pad(planes, ((0, 0), (1, 1), (1, 1)), mode="symmetric")
    total = np.zeros_like(planes)
    for row in range(3):
        for column in range(3):
            weight = kernel[row, column]
            if weight:
                total += weight * padded[:, row : row + rows, column : column + columns]
    return total


def moved(planes: Planes, down: int, right: int) -> Planes:
    """The planes moved by -1, 0 or 1 pixel each way, mirrored at the borders."""
    _, rows, columns = planes.shape
    padded = np.pad(planes, ((0, 0), (1, 1), (1, 1)), mode="symmetric")
    return padded[:, 1 - down : 1 - down + rows, 1 - right : 1 - right + columns]


def halve(planes: Planes) -> Planes:
    """The mean of each block of 2x2 pixels."""
    rows = planes[:, ::2] + planes[:, 1::2]
    return (rows[:, :, ::2] + rows[:, :, 1::2]) * np.float32(0.25)


def double_nearest(planes: Planes) -> Planes:
    """Each pixel as a block of 2x2 equal pixels."""
    return planes.repeat(2, axis=1).repeat(2, axis=2)


def double_bilinear(planes: Planes) -> Planes:
    """Twice the size by linear interpolation between pixel centres, as blocks of 2x2 halve back."""
    weights = np.array([0.5, 0.25], np.float32)
    return _along_columns(_along_rows(double_nearest(planes), weights), weights)


def double_sparse(planes: Planes) -> Planes:
    """Each pixel at the top left of a block of 2x2, zeros elsewhere: before a transposed kernel."""
    channels, rows, columns = planes.shape
    sparse = np.zeros((channels, 2 * rows, 2 * columns), np.float32)
    sparse[:, ::2, ::2] = planes
    return sparse
