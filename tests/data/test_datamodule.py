"""Sources to batches: bytes, orders, and what is refused."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from ai_vs_human.batch import Batch
from ai_vs_human.data.datamodule import ImageDataModule
from ai_vs_human.data.delivery.delivery import Delivery
from ai_vs_human.data.members import folder
from ai_vs_human.errors import ConfigError, DataError
from tests.toys import toy_images


def make(root: Path, **changes: Any) -> ImageDataModule:
    options: dict[str, Any] = {
        "root": str(root / "images"),
        "cache_dir": str(root / "cache"),
        "classes": {"ai": ["ai"], "human": ["human"]},
        "splits": {"train": ["train"], "val": ["val"], "test": ["test"]},
        "preprocess": {"mode": "as_is", "size": None},
        "batch_size": 8,
    }
    return ImageDataModule(folder(**options | changes))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    toy_images(tmp_path / "images", per_class=10)
    return tmp_path


def batches(data: ImageDataModule, epoch: int = 0) -> list[Batch]:
    loader = data.train_dataloader()
    loader.sampler.set_epoch(epoch)  # type: ignore[attr-defined]  # ours has it
    return list(loader)


def test_images_stay_bytes_and_find_their_records_again(root: Path) -> None:
    data = make(root)
    [batch, *_] = list(data.test_dataloader())

    record = data.images_of("test").records[int(batch.indices[3])]
    with Image.open(root / "images" / record.path) as image:
        expected = np.array(image).transpose(2, 0, 1)

    assert batch.images.dtype == torch.uint8
    assert np.array_equal(batch.images[3].numpy(), expected)
    assert int(batch.labels[3]) == record.label


def test_what_chance_does_follows_from_seed_epoch_and_image_alone(root: Path) -> None:
    augment = {"flip": True, "rotate90": True}
    crop = {"mode": "crop", "size": 12}
    here = batches(make(root, augment=augment, preprocess=crop), epoch=3)
    elsewhere = batches(make(root, augment=augment, preprocess=crop, num_workers=2), epoch=3)
    later = batches(make(root, augment=augment, preprocess=crop), epoch=4)

    assert all(torch.equal(a.images, b.images) for a, b in zip(here, elsewhere, strict=True))
    assert not torch.equal(here[0].images, later[0].images)


def test_an_image_is_delivered_alike_in_every_epoch_and_process(root: Path) -> None:
    always: dict[str, Any] = {"delivery": Delivery(when="always", quality=(20, 40))}
    here, later = make(root, **always), make(root, num_workers=1, **always)

    def in_order(found: list[Batch]) -> torch.Tensor:
        indices = torch.cat([batch.indices for batch in found])
        return torch.cat([batch.images for batch in found])[indices.argsort()]

    first = in_order(batches(here, epoch=0))
    assert torch.equal(first, in_order(batches(later, epoch=3)))
    assert not torch.equal(first, in_order(batches(make(root))))


def test_files_stay_as_they_are_until_an_audit_finds_a_cue(root: Path) -> None:
    data = make(root, delivery=Delivery())

    assert data.images.delivered is None
    data.images.deliver(cue=True)
    assert data.images.delivered is not None
    assert data.images.delivered.key == data.images.delivered.law.key


def test_learning_decodes_every_image_once_and_measuring_alone_does_not(root: Path) -> None:
    options: dict[str, Any] = {"augment": {"flip": True}, "num_workers": None}
    measured = make(root, **options)
    measured.setup("test")
    assert not list((root / "cache").rglob("pixels.bin"))
    decoded = make(root, **options, cache_gib=0.0)
    decoded.setup("fit")
    expected = batches(decoded)
    cached = make(root, **options)

    cached.setup("fit")
    for path in (root / "images").rglob("*.png"):
        path.unlink()

    assert len(list((root / "cache").rglob("pixels.bin"))) == 1
    assert cached.train_dataloader().num_workers == 0
    assert decoded.train_dataloader().num_workers > 0
    for batch, other in zip(batches(cached), expected, strict=True):
        assert torch.equal(batch.images, other.images)
        assert torch.equal(batch.labels, other.labels)
        assert torch.equal(batch.indices, other.indices)
    assert len(list(cached.test_dataloader())) == 3


def test_validation_images_are_not_augmented(root: Path) -> None:
    data = make(root, augment={"flip": True})

    first, second = (torch.cat([b.images for b in data.val_dataloader()]) for _ in range(2))

    assert torch.equal(first, second)


def test_a_last_batch_of_one_is_not_learnt_from(root: Path) -> None:
    assert [len(batch) for batch in batches(make(root, batch_size=19))] == [19]
    assert [len(batch) for batch in batches(make(root, batch_size=18))] == [18, 2]


def test_a_test_can_be_on_all_images(root: Path) -> None:
    assert len(make(root, test_on="all").images_of("test")) == 60
    assert len(make(root, test_on="val").images_of("test")) == 20


def test_a_test_on_all_images_can_be_limited(root: Path) -> None:
    assert len(make(root, test_on="all", limit=2).images_of("test")) == 12


def test_images_of_two_sizes_do_not_make_a_batch(root: Path) -> None:
    Image.new("RGB", (20, 18)).save(root / "images" / "test" / "ai" / "000.png")

    with pytest.raises(DataError, match=r"(?s)one size in a batch, but got 16x16, 20x18.*hint"):
        list(make(root).test_dataloader())


def test_validation_needs_both_classes(root: Path) -> None:
    for path in (root / "images" / "val" / "ai").iterdir():
        path.unlink()

    with pytest.raises(DataError, match="both classes in the split val, but got human"):
        make(root).setup("fit")


def test_what_is_for_testing_only_cannot_be_learnt_from(root: Path) -> None:
    with pytest.raises(
        DataError, match=r"split train, but got no images .*\nhint: data.test_on=test"
    ):
        make(root, splits={}, test_on="all").setup("fit")


def test_a_batch_size_of_none_is_refused(root: Path) -> None:
    with pytest.raises(ConfigError, match=r"from 1 up, but got 0 \(data\.batch_size\)"):
        make(root, batch_size=0)


def test_a_wrong_key_of_augment_is_named(root: Path) -> None:
    with pytest.raises(ConfigError, match=r"'flipp'.*data\.augment"):
        make(root, augment={"flipp": True})


def test_a_file_that_vanishes_is_named(root: Path) -> None:
    data = make(root)
    path = root / "images" / data.images_of("test").records[0].path
    path.unlink()

    with pytest.raises(DataError, match=r"000\.png"):
        list(data.test_dataloader())
