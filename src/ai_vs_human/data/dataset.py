"""A manifest's records to preprocessed samples, one at a time or a whole batch at once."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.data import Dataset

from ai_vs_human.batch import Batch, Sample, collate
from ai_vs_human.data.cache.pixels import CachedPixels
from ai_vs_human.data.manifest import Manifest
from ai_vs_human.data.read import Deliver, Reader
from ai_vs_human.image.arrays import RgbImage
from ai_vs_human.image.augment import SampleRngs
from ai_vs_human.image.preprocess import Preprocess

Augmentation = Callable[[NDArray[np.uint8], np.random.Generator], NDArray[np.uint8]]
Address = tuple[int, int] | int
"""(index, epoch); a bare index, as `overfit_batches` asks, is of epoch 0."""

_WORTH_A_FLIP: Final = 2**15
"""Bytes of an image from which on torch mirrors it sooner than numpy."""


class ImageDataset(Dataset[Sample]):
    """The images of one stage.

    It is asked for (index, epoch) instead of an index: what chance does to an image follows
    from the seed, the epoch and the image, never from which worker came first.

    Args:
        manifest: the stage's images.
        preprocess: how an image becomes the network's size.
        seed: of crops and augmentation.
        train: crop at random places instead of the centre.
        augment: what chance does to an image after the crop; None for nothing.
        deliver: what is done to every image before it is preprocessed; None for nothing.
        pixels: the manifest's images, delivered, from a cache; None reads the files.
    """

    def __init__(
        self,
        manifest: Manifest,
        preprocess: Preprocess,
        seed: int = 0,
        *,
        train: bool = False,
        augment: Augmentation | None = None,
        deliver: Deliver | None = None,
        pixels: CachedPixels | None = None,
    ) -> None:
        self.manifest = manifest
        self.preprocess = preprocess
        self.seed = seed
        self.train = train
        self.augment = augment
        self.deliver = deliver
        self._read = Reader(manifest.root)
        self._cached = pixels
        self._labels = np.array([record.label for record in manifest.records], np.int64)

    def __len__(self) -> int:
        """The number of images."""
        return len(self.manifest)

    def __getitem__(self, address: Address) -> Sample:
        """The image at an address.

        Raises:
            DataError: if its file cannot be read any more.
        """
        index, _ = _parts(address)
        image = self._image(address, SampleRngs(self.seed))
        tensor = torch.from_numpy(image.transpose(2, 0, 1).copy())
        return Sample(image=tensor, label=int(self._labels[index]), index=index)

    def __getitems__(self, addresses: Sequence[Address]) -> Batch:
        """The images at several addresses: each is copied once, to its place in the batch.

        Raises:
            DataError: if a file cannot be read any more, or the images differ in size.
        """
        rngs = SampleRngs(self.seed)
        first = self._image(addresses[0], rngs).transpose(2, 0, 1)
        images = torch.empty((len(addresses), *first.shape), dtype=torch.uint8)
        places = images.numpy()
        _put(first, images, places, 0)
        for row, address in enumerate(addresses[1:], start=1):
            planes = self._image(address, rngs).transpose(2, 0, 1)
            if planes.shape != first.shape:
                return collate([self[address] for address in addresses])  # says what is wrong
            _put(planes, images, places, row)
        indices = np.array([_parts(address)[0] for address in addresses])
        labels = torch.from_numpy(self._labels[indices])
        return Batch(images=images, labels=labels, indices=torch.from_numpy(indices))

    def _image(self, address: Address, rngs: SampleRngs) -> NDArray[np.uint8]:
        """The image as it enters the batch, which may be a view of the cache."""
        index, epoch = _parts(address)
        image = self._delivered(index) if self._cached is None else self._cached[index]
        if not self.train:
            return self.preprocess(image, copy=False)
        rng = rngs.at(epoch, index)
        image = self.preprocess(image, rng, copy=False)
        return image if self.augment is None else self.augment(image, rng)

    def _delivered(self, index: int) -> RgbImage:
        pixels = self._pixels(index)
        return (
            pixels if self.deliver is None else self.deliver(pixels, self.manifest.records[index])
        )

    def _pixels(self, index: int) -> RgbImage:
        """The decoded image, where there is no cache; streamed images come from elsewhere."""
        return self._read(self.manifest.records[index])


def as_batch(batch: Any) -> Any:
    """What a loader of whole batches has for collating."""
    return batch


def _parts(address: Address) -> tuple[int, int]:
    return (address, 0) if isinstance(address, int) else address


def _put(
    planes: NDArray[np.uint8], images: torch.Tensor, places: NDArray[np.uint8], row: int
) -> None:
    """Copy planes to a row of a batch, given twice: as a tensor and as an array."""
    # Mirrored: numpy copies byte by byte, which torch does at thrice the speed, once it has begun.
    if planes.strides[2] < 0 and planes.size > _WORTH_A_FLIP:
        places[row] = planes[:, :, ::-1]
        images[row] = images[row].flip(2)
    else:
        places[row] = planes
