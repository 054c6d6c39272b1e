"""A source of images to the loaders of each stage: the LightningDataModule of every `data=`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal, TypedDict, Unpack

from lightning.pytorch import LightningDataModule
from typing_extensions import override

from ai_vs_human.batch import collate
from ai_vs_human.data.dataset import ImageDataset
from ai_vs_human.data.folder import FolderSource
from ai_vs_human.data.loader import ResumableLoader
from ai_vs_human.data.manifest import Manifest, Source, Split
from ai_vs_human.data.sampler import AddressedSampler
from ai_vs_human.data.synthetic import SyntheticSource
from ai_vs_human.errors import ConfigError, DataError
from ai_vs_human.image.augment import Augment
from ai_vs_human.image.preprocess import Preprocess
from ai_vs_human.labels import Label

_NEEDED: Final[dict[str, tuple[Split, ...]]] = {
    "fit": ("train", "val"),
    "validate": ("val",),
    "test": ("test",),
}


class LoaderOptions(TypedDict, total=False):
    """What every `data=` takes besides its source: see `ImageDataModule`."""

    preprocess: Mapping[str, Any]
    augment: Mapping[str, Any]
    batch_size: int
    num_workers: int
    pin_memory: bool
    test_on: Literal["test", "val", "all"]
    seed: int


class ImageDataModule(LightningDataModule):
    """The loaders of one source.

    Args:
        source: lists the images and their splits.
        preprocess: mode and size, see `ai_vs_human.image.preprocess.Preprocess`.
        augment: see `ai_vs_human.image.augment.Augment`; empty for none.
        batch_size: images a step on each device.
        num_workers: processes that decode; 0 decodes in the training process, which is faster
            for small images.
        pin_memory: page-locked batches, for copies to a GPU that overlap with its work.
        seed: of order, crops and augmentation.
        test_on: which images `test` measures on; `all` for a set that nothing was trained on.
    """

    def __init__(
        self,
        source: Source,
        preprocess: Mapping[str, Any],
        augment: Mapping[str, Any] | None = None,
        *,
        batch_size: int = 64,
        num_workers: int = 0,
        seed: int = 0,
        pin_memory: bool = False,
        test_on: Literal["test", "val", "all"] = "test",
    ) -> None:
        super().__init__()
        for key, value, least in (("batch_size", batch_size, 1), ("num_workers", num_workers, 0)):
            if value < least:
                raise ConfigError(
                    f"expected a number from {least} up, but got {value} (data.{key})"
                )
        self.source = source
        self.preprocess = Preprocess.from_dict(preprocess)
        self.augment = _augment(augment or {})
        self.batch_size = batch_size
        self.num_workers = num_workers
        self.seed = seed
        self.pin_memory = pin_memory
        self.test_on = test_on
        self._manifest: Manifest | None = None
        self._train_loader: ResumableLoader | None = None
        self._left_out = 0

    @property
    def manifest(self) -> Manifest:
        """All images; the source is asked when first needed."""
        if self._manifest is None:
            self._manifest = self.source.prepare()
        return self._manifest

    @override
    def prepare_data(self) -> None:
        _ = self.manifest

    def images_of(self, split: Split) -> Manifest:
        """The images of a stage: its split, or what `test_on` says."""
        if split == "test" and self.test_on == "all":
            return self.manifest
        return self.manifest.part(self.test_on if split == "test" else split)  # type: ignore[arg-type]  # "all" is gone

    @override
    def setup(self, stage: str) -> None:
        """Check that the stage's images can be learnt from or measured on.

        Raises:
            DataError: if there are none, or training or validation images are of one class.
        """
        for split in _NEEDED[stage]:
            labels = {record.label for record in self.images_of(split).records}
            if not labels or (split != "test" and len(labels) < len(Label)):
                found = ", ".join(sorted(label.key for label in labels)) or "no images"
                raise DataError(
                    f"expected images of both classes in the split {split}, but got {found}"
                    f" ({self.manifest.root})",
                    hint="look at data.root and data.classes, or leave the split to us",
                )

    @override
    def train_dataloader(self) -> ResumableLoader:
        self._train_loader = self._loader("train", train=True)
        self._train_loader.begin_after(self._left_out)
        self._left_out = 0
        return self._train_loader

    @override
    def val_dataloader(self) -> ResumableLoader:
        return self._loader("val")

    @override
    def test_dataloader(self) -> ResumableLoader:
        return self._loader("test")

    @property
    def position(self) -> int:
        """The training batches given in this epoch; a resume point keeps it."""
        return 0 if self._train_loader is None else self._train_loader.position

    def begin_after(self, batches: int) -> None:
        """Leave out as many batches of the epoch in which the training goes on."""
        self._left_out = batches

    def _loader(self, split: Split, *, train: bool = False) -> ResumableLoader:
        dataset = ImageDataset(
            self.images_of(split),
            self.preprocess,
            self.seed,
            train=train,
            augment=self.augment if train else None,
        )
        sampler = AddressedSampler(
            len(dataset),
            self.seed,
            shuffle=train,
            rank=self.trainer.global_rank if self.trainer else 0,
            world_size=self.trainer.world_size if self.trainer else 1,
        )
        return ResumableLoader(
            dataset,
            batch_size=self.batch_size,
            sampler=sampler,
            collate_fn=collate,
            num_workers=self.num_workers,
            pin_memory=self.pin_memory,
            persistent_workers=train and self.num_workers > 0,
            # Batch norm cannot learn from one image.
            drop_last=train and len(sampler) % self.batch_size == 1,
        )


def _augment(options: Mapping[str, Any]) -> Augment | None:
    try:
        return Augment(**options) if options else None
    except TypeError as error:
        raise ConfigError(
            f"expected keys that Augment takes, but got: {error} (data.augment)",
            hint="data/augment=light",
        ) from error


def synthetic(
    *,
    root: str,
    cache_dir: str,
    size: Literal["tiny", "small", "base"] = "small",
    difficulty: Literal["easy", "medium", "hard", "control"] = "easy",
    protocol: Literal["iid", "logo", "camera_holdout"] = "iid",
    holdout: str = "vae8",
    dataset_seed: int = 0,
    workers: int | None = None,
    **loader: Unpack[LoaderOptions],
) -> ImageDataModule:
    """The embedded dataset, see `ai_vs_human.data.synthetic.SyntheticSource`."""
    source = SyntheticSource(
        root=root,
        cache_dir=cache_dir,
        size=size,
        difficulty=difficulty,
        protocol=protocol,
        holdout=holdout,
        seed=dataset_seed,
        workers=workers,
    )
    return ImageDataModule(source, **loader)


def folder(
    *,
    root: str | None,
    cache_dir: str,
    classes: Mapping[str, list[str]],
    splits: Mapping[str, list[str]],
    val_fraction: float = 0.15,
    test_fraction: float = 0.15,
    max_unreadable: float = 0.01,
    split_seed: int = 0,
    limit: int | None = None,
    **loader: Unpack[LoaderOptions],
) -> ImageDataModule:
    """Images in folders, see `ai_vs_human.data.folder.FolderSource`."""
    source = FolderSource(
        root=None if root is None else Path(root),
        cache_dir=Path(cache_dir),
        classes=classes,
        splits=splits,
        val_fraction=val_fraction,
        test_fraction=test_fraction,
        max_unreadable=max_unreadable,
        seed=split_seed,
        limit=limit,
        undivided=loader.get("test_on") == "all",
    )
    return ImageDataModule(source, **loader)
