"""A manifest's records to preprocessed samples, one at a time."""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.data import Dataset

from ai_vs_human.batch import Sample
from ai_vs_human.data.manifest import Manifest, Record
from ai_vs_human.errors import DataError
from ai_vs_human.image.arrays import RgbImage
from ai_vs_human.image.augment import sample_rng
from ai_vs_human.image.decode import read_image
from ai_vs_human.image.preprocess import Preprocess

Deliver = Callable[[NDArray[np.uint8], Record], NDArray[np.uint8]]
Augmentation = Callable[[NDArray[np.uint8], np.random.Generator], NDArray[np.uint8]]


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
    ) -> None:
        self.manifest = manifest
        self.preprocess = preprocess
        self.seed = seed
        self.train = train
        self.augment = augment
        self.deliver = deliver

    def __len__(self) -> int:
        """The number of images."""
        return len(self.manifest)

    def __getitem__(self, address: tuple[int, int] | int) -> Sample:
        """The image at an (index, epoch); a bare index, as `overfit_batches` asks, is epoch 0.

        Raises:
            DataError: if its file cannot be read any more.
        """
        index, epoch = (address, 0) if isinstance(address, int) else address
        image = self._pixels(index)
        if self.deliver is not None:
            image = self.deliver(image, self.manifest.records[index])
        image = self._change(image, index, epoch)
        tensor = torch.from_numpy(np.ascontiguousarray(image.transpose(2, 0, 1)))
        return Sample(image=tensor, label=int(self.manifest.records[index].label), index=index)

    def _pixels(self, index: int) -> RgbImage:
        path = self.manifest.root / self.manifest.records[index].path
        try:
            return read_image(path)
        except OSError as error:
            raise DataError(f"expected an image, but got {error} ({path})") from error

    def _change(self, image: NDArray[np.uint8], index: int, epoch: int) -> NDArray[np.uint8]:
        if not self.train:
            return self.preprocess(image)
        rng = sample_rng(self.seed, epoch, index)
        image = self.preprocess(image, rng)
        return image if self.augment is None else self.augment(image, rng)
