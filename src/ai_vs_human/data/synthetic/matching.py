"""A generated image to one with the sharpness and colours of its model: no shortcut is left.

Without it a detector learns that generated images are a little smoother or rougher; with it only
the arrangement of detail differs, not its amount.
"""

from functools import cache
from itertools import pairwise
from typing import Final

import numpy as np
from jaxtyping import Float64
from scipy import fft

from ai_vs_human.data.synthetic.planes import Planes

_SIGMAS: Final = (0.6, 1.2, 2.4)
_ROUNDS: Final = 4
_QUIET: Final = 1e-12
_GAINS: Final = (0.25, 4.0)

# Sums, too, are worked out in float64: see `planes`.
Doubles = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
Bands = Float64[Doubles, "band row column"]
Spectrum = Float64[Doubles, "channel row column"]


@cache
def _bands(rows: int, columns: int) -> Bands:
    """Transfer functions of the three Laplacian bands and of the rest; they add up to 1.

    A Gaussian with mirrored borders is diagonal in the type-II cosine transform: its factor is
    exp(-(pi k sigma / n)^2 / 2) for the wave number k on n pixels.
    """
    down = (np.pi * np.arange(rows) / rows)[:, None] ** 2
    right = (np.pi * np.arange(columns) / columns)[None, :] ** 2
    smooth = [np.exp(-(sigma**2) * (down + right) / 2) for sigma in _SIGMAS]
    levels = [np.ones((rows, columns)), *smooth, np.zeros((rows, columns))]
    return np.stack([fine - coarse for fine, coarse in pairwise(levels)])


def match_bands(image: Planes, model: Planes) -> Planes:
    """Scale an image's Laplacian bands, channel by channel, to the deviations in the model.

    The bands (Gaussians of 0.6, 1.2 and 2.4 pixels) overlap, so the gains are found in rounds, in
    the spectrum, where a band's energy is a sum (Parseval). Each channel gets the model's mean.
    """
    bands = _bands(*image.shape[1:])
    energy = bands[:-1] ** 2
    spectrum = fft.dctn(image.astype(np.float64), axes=(1, 2), norm="ortho")
    wanted = _energies(fft.dctn(model.astype(np.float64), axes=(1, 2), norm="ortho"), energy)
    gains = np.ones((len(image), len(bands)))
    for _ in range(_ROUNDS):
        transfer = np.einsum("cb,brk->crk", gains, bands)
        ratio = wanted / (_energies(spectrum * transfer, energy) + _QUIET)
        gains[:, :-1] *= np.sqrt(ratio)
        np.clip(gains, *_GAINS, out=gains)
    spectrum *= np.einsum("cb,brk->crk", gains, bands)
    matched = fft.idctn(spectrum, axes=(1, 2), norm="ortho")
    means = model.mean(axis=(1, 2), dtype=np.float64)
    matched += (means - matched.mean(axis=(1, 2)))[:, None, None]
    rounded: Planes = matched.astype(np.float32)
    return rounded


def _energies(spectrum: Spectrum, energy: Bands) -> Doubles:
    """Energy of each channel (rows) in each band (columns)."""
    energies: Doubles = np.einsum("crk,brk->cb", spectrum * spectrum, energy)
    return energies
