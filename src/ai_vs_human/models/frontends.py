"""RGB to what a forensic network looks at: residuals in which content is gone and traces stay.

Every front-end takes float images in [0, 1], gives float images of nearly the same size and
says in `out_channels` how many planes the backbone gets.
"""

from typing import Final

import torch
from torch import nn
from torch.nn import functional

from ai_vs_human.errors import ConfigError
from ai_vs_human.shapes import FloatImages, Planes

_IMAGENET_MEAN: Final = (0.485, 0.456, 0.406)
_IMAGENET_STD: Final = (0.229, 0.224, 0.225)


class Normalize(nn.Module):
    """RGB itself, centred and scaled per channel; what pretrained backbones expect."""

    mean: torch.Tensor
    std: torch.Tensor

    def __init__(
        self,
        mean: tuple[float, ...] | list[float] = _IMAGENET_MEAN,
        std: tuple[float, ...] | list[float] = _IMAGENET_STD,
    ) -> None:
        super().__init__()
        self.out_channels = 3
        self.register_buffer("mean", torch.tensor(mean).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(std).view(1, 3, 1, 1), persistent=False)

    def forward(self, images: FloatImages) -> Planes:
        """(x - mean) / std."""
        return (images - self.mean) / self.std


class NeighboringPixels(nn.Module):
    """Each pixel minus the top-left pixel of its 2x2 block.

    Up-sampling inside a generator ties the pixels of a block to each other; the differences
    keep that tie and lose the picture. Odd sizes lose their last row or column.
    Tan et al., "Rethinking the Up-Sampling Operations in CNN-based Generative Network for
    Generalizable Deepfake Detection", CVPR 2024.
    """

    def __init__(self, scale: float = 8.0) -> None:
        super().__init__()
        self.out_channels = 3
        self.scale = scale

    def forward(self, images: FloatImages) -> Planes:
        """Give x - nearest_up(nearest_down(x)), times `scale`, which brings it to unit size."""
        height, width = images.shape[-2] // 2 * 2, images.shape[-1] // 2 * 2
        even = images[..., :height, :width]
        corner = even[..., ::2, ::2]
        return self.scale * (even - functional.interpolate(corner, scale_factor=2, mode="nearest"))


def _bank(kernels: list[list[list[float]]]) -> torch.Tensor:
    """Kernels divided by their largest coefficient, padded to 5x5: [kernels, 5, 5]."""
    padded = []
    for rows in kernels:
        kernel = torch.tensor(rows) / torch.tensor(rows).abs().max()
        margin = (5 - kernel.shape[0]) // 2
        padded.append(functional.pad(kernel, (margin,) * 4))
    return torch.stack(padded)


_SECOND_ORDER: Final = [[0.0, 0.0, 0.0], [1.0, -2.0, 1.0], [0.0, 0.0, 0.0]]
_SQUARE3: Final = [[-1.0, 2.0, -1.0], [2.0, -4.0, 2.0], [-1.0, 2.0, -1.0]]
_SQUARE5: Final = [
    [-1.0, 2.0, -2.0, 2.0, -1.0],
    [2.0, -6.0, 8.0, -6.0, 2.0],
    [-2.0, 8.0, -12.0, 8.0, -2.0],
    [2.0, -6.0, 8.0, -6.0, 2.0],
    [-1.0, 2.0, -2.0, 2.0, -1.0],
]


class FixedFilters(nn.Module):
    """Fixed high-pass kernels on each colour channel, cut off at a small amplitude.

    Cutting keeps edges from drowning the noise between them.
    Fridrich and Kodovsky, "Rich Models for Steganalysis of Digital Images", TIFS 2012.
    """

    kernels: torch.Tensor

    def __init__(
        self, kernels: list[str] | tuple[str, ...] = ("square3",), clip: float = 0.1
    ) -> None:
        super().__init__()
        known = {"second_order": _SECOND_ORDER, "square3": _SQUARE3, "square5": _SQUARE5}
        unknown = [name for name in kernels if name not in known]
        if unknown or not kernels:
            raise ConfigError(
                f"expected kernels among {', '.join(known)}, but got {list(kernels)}"
                " (model.frontend.kernels)",
                hint="model/frontend=srm",
            )
        self.out_channels = 3 * len(kernels)
        self.clip = clip
        bank = _bank([known[name] for name in kernels])
        self.register_buffer("kernels", bank.unsqueeze(1).repeat(3, 1, 1, 1), persistent=False)

    def forward(self, images: FloatImages) -> Planes:
        """Filtered planes in [-1, 1]: three colours for each kernel."""
        filtered = functional.conv2d(
            functional.pad(images, (2, 2, 2, 2), mode="reflect"), self.kernels, groups=3
        )
        return filtered.clamp(-self.clip, self.clip) / self.clip


class ConstrainedConv(nn.Module):
    """Learnt prediction-error filters: a weighted mean of the neighbours minus the pixel.

    Bayar and Stamm, "Constrained Convolutional Neural Networks", TIFS 2018.
    """

    def __init__(self, filters: int = 6, kernel_size: int = 5, scale: float = 8.0) -> None:
        super().__init__()
        self.out_channels = filters
        self.scale = scale
        self.weight = nn.Parameter(torch.rand(filters, 3, kernel_size, kernel_size) + 0.5)

    def forward(self, images: FloatImages) -> Planes:
        """Filter with the weights projected: centre -1, the neighbours' sum 1."""
        centre = self.weight.shape[-1] // 2
        mask = torch.ones_like(self.weight)
        mask[..., centre, centre] = 0
        neighbours = self.weight * mask
        neighbours = neighbours / neighbours.sum(dim=(-2, -1), keepdim=True)
        images = functional.pad(images, (centre,) * 4, mode="reflect")
        return self.scale * functional.conv2d(images, neighbours - (1 - mask))
