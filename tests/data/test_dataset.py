"""Batches from files and from a cache: the same pixels and the same chance, bit for bit."""

from pathlib import Path

import numpy as np
import pytest
import torch

from ai_vs_human.data.cache.cache import Caches
from ai_vs_human.data.cache.plan import Plan
from ai_vs_human.data.dataset import ImageDataset
from ai_vs_human.data.read import Deliver
from ai_vs_human.image.augment import Augment, sample_rng
from ai_vs_human.image.decode import read_image
from ai_vs_human.image.preprocess import Preprocess
from tests.data.cache.images import Darker, write_images

AUGMENT = Augment(flip=True, rotate90=True, noise_probability=0.5, jpeg_probability=0.5)
MIRROR = Augment(flip=True)
LARGE = 120
"""Side of an image that torch mirrors."""
ADDRESSES = [(3, 0), (0, 2), (11, 2), (1, 0), (7, 5)]


@pytest.mark.parametrize("train", [False, True])
@pytest.mark.parametrize("deliver", [None, Darker()])
@pytest.mark.parametrize(
    ("preprocess", "side"),
    [
        (Preprocess("as_is"), 12),
        (Preprocess("as_is"), LARGE),
        (Preprocess("crop", 16), 0),  # of some images a part, of others more than there is
        (Preprocess("resize", 16), 0),
    ],
)
def test_a_cached_batch_is_what_each_image_alone_would_be(
    preprocess: Preprocess, side: int, deliver: Deliver | None, *, train: bool, tmp_path: Path
) -> None:
    manifest = write_images(tmp_path / "images", side=side)
    cache = Caches(tmp_path / "caches", 1.0).open(Plan(manifest, preprocess, deliver))
    assert cache is not None
    augment = MIRROR if side == LARGE else AUGMENT
    expected = []
    for index, epoch in ADDRESSES:
        record = manifest.records[index]
        image = read_image(manifest.root / record.path)
        image = image if deliver is None else deliver(image, record)
        rng = sample_rng(5, epoch, index)
        image = preprocess(image, rng if train else None)
        image = augment(image, rng) if train else image
        expected.append(image.transpose(2, 0, 1))

    for pixels in (None, cache.of(manifest)):
        dataset = ImageDataset(
            manifest, preprocess, 5, train=train, augment=augment, deliver=deliver, pixels=pixels
        )
        batch = dataset.__getitems__(ADDRESSES)

        assert np.array_equal(batch.images.numpy(), np.stack(expected))
        assert batch.images.is_contiguous()
        assert batch.indices.tolist() == [3, 0, 11, 1, 7]
        assert batch.labels.tolist() == [manifest.records[i].label for i, _ in ADDRESSES]
        assert batch.labels.dtype == batch.indices.dtype == torch.int64
        alone = dataset[ADDRESSES[1]]
        assert np.array_equal(alone.image.numpy(), expected[1])
        assert (alone.label, alone.index) == (manifest.records[0].label, 0)


def test_a_bare_index_is_of_epoch_0(tmp_path: Path) -> None:
    manifest = write_images(tmp_path / "images", side=12)
    dataset = ImageDataset(manifest, Preprocess("crop", 4), train=True)

    assert torch.equal(dataset[3].image, dataset[3, 0].image)
    assert torch.equal(dataset.__getitems__([3, 4]).images[0], dataset[3].image)
