"""A human image to what a generator would have made of it: six simulators of published traces.

They simulate signal processing, not taste: what up-sampling and denoising networks do to the
statistics of neighbouring pixels. A detector that finds these traces finds these simulators.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.random import Generator
from scipy import fft

from ai_vs_human.data.synthetic.fields import CHECKPOINT_COUNT, network_kernel
from ai_vs_human.data.synthetic.planes import (
    Planes,
    box,
    convolve3,
    double_bilinear,
    double_nearest,
    double_sparse,
    halve,
    noise,
    rounded,
)

BLOCK: Final = 8
# Cosine waves that a latent of vae8 keeps in each block: those whose orders add up to less.
_KEPT_ORDERS: Final = 5

# Largest change that a simulator makes to a display value: a trained network redraws strong edges
# faithfully and invents fine texture.
REACH: Final = 0.25
# Odd pixels get 0.99 of what even ones get: 1 % of unevenness along each axis.
_UNEVEN: Final = np.outer([0.54, 1, 0.45], [0.45, 1, 0.54]).astype(np.float32)


def simulate(generator: str, rng: Generator, image: Planes) -> Planes:
    """What a generator makes of an image: its simulator's change, softly limited to `REACH`."""
    change = SIMULATORS[generator](rng, image) - image
    limited: Planes = image + np.float32(REACH) * rounded(np.tanh, change / np.float32(REACH))
    return limited


def gan_nearest(rng: Generator, image: Planes) -> Planes:
    """Nearest-neighbour doubling: blocks of 2x2 depend on each other (Tan et al., CVPR 2024)."""
    return _layer(rng, 0, double_nearest(_latent(rng, image)), 0.12)


def gan_deconv(rng: Generator, image: Planes) -> Planes:
    """A transposed 3x3 kernel of stride 2 overlaps unevenly: checkerboards (Odena et al., 2016)."""
    return convolve3(double_sparse(_latent(rng, image)), _UNEVEN)


def gan_bilinear(rng: Generator, image: Planes) -> Planes:
    """Bilinear doubling: high frequencies are weak, replicas soft (Durall et al., CVPR 2020)."""
    return _layer(rng, 2, double_bilinear(_latent(rng, image)), 0.06)


def pixelshuffle(rng: Generator, image: Planes) -> Planes:
    """Four sub-kernels that differ a little: a pattern of period 2 (Aitken et al., 2017)."""
    made = double_bilinear(_latent(rng, image))
    checkpoint = int(rng.integers(0, CHECKPOINT_COUNT))
    shuffled = np.empty_like(made)
    for phase in range(4):
        kernel = network_kernel(30 + phase, checkpoint, 0.004)
        place = (slice(None), slice(phase // 2, None, 2), slice(phase % 2, None, 2))
        shuffled[place] = convolve3(made, kernel)[place]
    return shuffled


def vae8(rng: Generator, image: Planes) -> Planes:
    """A latent of 8x8 blocks, decoded: period 8, detail made anew (Corvi et al., ICASSP 2023)."""
    channels, rows, columns = image.shape
    blocks = image.reshape(channels, rows // BLOCK, BLOCK, columns // BLOCK, BLOCK)
    spectrum = fft.dctn(blocks.astype(np.float64), axes=(2, 4), norm="ortho")
    order = np.add.outer(np.arange(BLOCK), np.arange(BLOCK))
    spectrum *= (order < _KEPT_ORDERS)[None, None, :, None, :]
    low = fft.idctn(spectrum, axes=(2, 4), norm="ortho").astype(np.float32).reshape(image.shape)
    lost = halve((image - low) ** 2)
    latent = _layer(rng, 4, halve(low) + _detail(rng, lost), 0.06)
    return _layer(rng, 5, double_nearest(latent), 0.12)


def diffusion(rng: Generator, image: Planes) -> Planes:
    """Noise and local Wiener shrinkage, three times: no grid (Ricker et al., VISAPP 2024)."""
    made: Planes = image
    for std in (0.10, 0.05, 0.025):
        noised = made + np.float32(std) * noise(rng, made.shape)
        mean = box(noised, 2)
        spread = box((noised - mean) ** 2, 2)
        kept = np.maximum(spread - np.float32(std**2), 0) / (spread + np.float32(1e-8))
        made = (mean + kept * (noised - mean)).astype(np.float32)
    residual: Planes = np.sqrt(box((image - made) ** 2, 2))
    return made + residual * box(noise(rng, made.shape), 1)


def _latent(rng: Generator, image: Planes) -> Planes:
    """Half the size, with new detail of the energy that was lost."""
    low = halve(image)
    return low + _detail(rng, halve((image - double_nearest(low)) ** 2))


def _detail(rng: Generator, energy: Planes) -> Planes:
    """Noise of a local energy, mostly grey: high frequencies are made anew, not removed."""
    grey = noise(rng, (1, *energy.shape[1:]))
    colour = noise(rng, energy.shape)
    return np.sqrt(box(energy, 1)) * (np.float32(0.8) * grey + np.float32(0.45) * colour)


def _layer(rng: Generator, network: int, planes: Planes, std: float) -> Planes:
    """A last convolution of one of the network's checkpoints."""
    checkpoint = int(rng.integers(0, CHECKPOINT_COUNT))
    return convolve3(planes, network_kernel(network, checkpoint, std))


SIMULATORS: Final[Mapping[str, Callable[[Generator, Planes], Planes]]] = MappingProxyType(
    {
        "gan_nearest": gan_nearest,
        "gan_deconv": gan_deconv,
        "gan_bilinear": gan_bilinear,
        "pixelshuffle": pixelshuffle,
        "vae8": vae8,
        "diffusion": diffusion,
    }
)
