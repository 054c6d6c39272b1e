"""What data hands to learning: one Sample per image, one Batch per step."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch

from ai_vs_human.errors import DataError
from ai_vs_human.shapes import ByteImage, ByteImages, Labels


@dataclass(frozen=True, slots=True)
class Sample:
    """One preprocessed image.

    Attributes:
        image: uint8 RGB in [0, 255].
        label: 1 for AI, 0 for human (`ai_vs_human.labels.Label`).
        index: the image's row in its stage's manifest; finds its id, generator and source again.
    """

    image: ByteImage
    label: int
    index: int


@dataclass(slots=True)  # not frozen: Lightning's half precision walks through its fields
class Batch:
    """Preprocessed images of one size; images stay uint8 until they are on the device.

    Attributes:
        images: uint8 RGB in [0, 255].
        labels: 1 for AI, 0 for human.
        indices: rows of the stage's manifest.
    """

    images: ByteImages
    labels: Labels
    indices: Labels

    def __len__(self) -> int:
        """The number of images."""
        return self.images.shape[0]

    def to(self, device: torch.device, *, non_blocking: bool = False) -> "Batch":
        """The same batch on another device (Lightning calls this).

        Lightning asks for copies that do not block of bare tensors only.
        """
        non_blocking = non_blocking or (device.type == "cuda" and self.images.is_pinned())
        return replace(
            self,
            images=self.images.to(device, non_blocking=non_blocking),
            labels=self.labels.to(device, non_blocking=non_blocking),
            indices=self.indices.to(device, non_blocking=non_blocking),
        )

    def pin_memory(self) -> "Batch":
        """The same batch in page-locked memory (the DataLoader calls this)."""
        return replace(
            self,
            images=self.images.pin_memory(),
            labels=self.labels.pin_memory(),
            indices=self.indices.pin_memory(),
        )


def collate(samples: Sequence[Sample]) -> Batch:
    """Stack samples of one size into a batch.

    Raises:
        DataError: if the images differ in size.
    """
    sizes = {tuple(sample.image.shape[1:]) for sample in samples}
    if len(sizes) > 1:
        listed = ", ".join(f"{width}x{height}" for height, width in sorted(sizes)[:3])
        raise DataError(
            f"expected images of one size in a batch, but got {listed} (data.preprocess)",
            hint="data/preprocess=crop or data/preprocess=resize",
        )
    return Batch(
        images=torch.stack([sample.image for sample in samples]),
        labels=torch.tensor([sample.label for sample in samples]),
        indices=torch.tensor([sample.index for sample in samples]),
    )
