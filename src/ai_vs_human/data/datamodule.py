"""Images to the loaders of each stage: the LightningDataModule of every `data=`."""

from typing import Any, Final

from lightning.pytorch import LightningDataModule
from typing_extensions import override

from ai_vs_human.data.cache.cache import DecodedCache
from ai_vs_human.data.cores import available_cores
from ai_vs_human.data.dataset import ImageDataset, as_batch
from ai_vs_human.data.images import Images
from ai_vs_human.data.loader import ResumableLoader
from ai_vs_human.data.manifest import Manifest, Split
from ai_vs_human.data.sampler import AddressedSampler
from ai_vs_human.data.streaming.stream import stream
from ai_vs_human.errors import DataError
from ai_vs_human.labels import Label

_NEEDED: Final[dict[str, tuple[Split, ...]]] = {
    "fit": ("train", "val"),
    "validate": ("val",),
    "test": ("test",),
}
_MOST_WORKERS: Final = 8


class ImageDataModule(LightningDataModule):
    """The loaders of one `data=`.

    Args:
        images: what `data=` names.
    """

    def __init__(self, images: Images) -> None:
        super().__init__()
        self.images = images
        self._train_loader: ResumableLoader | None = None
        self._left_out = 0
        self._cache: DecodedCache | None = None

    @property
    def manifest(self) -> Manifest:
        """All images, each with its split."""
        return self.images.manifest

    @override
    def prepare_data(self) -> None:
        _ = self.manifest

    def images_of(self, split: Split) -> Manifest:
        """The images of a stage: its split, or what `data.test_on` says."""
        return self.images.images_of(split)

    @override
    def setup(self, stage: str) -> None:
        """Check that the stage's images can be learnt from or measured on; decode them to learn.

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
                    hint="data.test_on=test: for all, images are not split"
                    if self.images.test_on == "all" and split != "test"
                    else "look at data.root and data.classes, or leave the split to us",
                )
        if self._cache is None:
            self._cache = self.images.open_cache(build=stage == "fit")

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
        images = self.images
        dataset, sampler, worker_options = self._read(split, train=train)
        return ResumableLoader(
            dataset,
            batch_size=images.batch_size,
            sampler=sampler,
            collate_fn=as_batch,
            num_workers=self._workers,
            pin_memory=self._pins_memory,
            # Batch norm cannot learn from one image.
            drop_last=train and len(sampler) % images.batch_size == 1,
            **worker_options,
        )

    def _read(
        self, split: Split, *, train: bool
    ) -> tuple[ImageDataset, AddressedSampler, dict[str, Any]]:
        """A stage's samples, their order on this rank, and how workers are started."""
        images, stage = self.images, self.images_of(split)
        changes: dict[str, Any] = {
            "preprocess": images.preprocess,
            "train": train,
            "augment": images.augment if train else None,
            "deliver": images.delivered,
        }
        rank = self.trainer.global_rank if self.trainer else 0
        world_size = self.trainer.world_size if self.trainer else 1
        persistent = {"persistent_workers": train and self._workers > 0}
        if images.shards is None:
            pixels = None if self._cache is None else self._cache.of(stage)
            dataset = ImageDataset(stage, seed=images.seed, pixels=pixels, **changes)
            sampler = AddressedSampler(
                len(dataset), images.seed, shuffle=train, rank=rank, world_size=world_size
            )
            return dataset, sampler, persistent
        streamed = stream(
            images.shards,
            stage,
            seed=images.seed,
            shuffle=train,
            rank=rank,
            world_size=world_size,
            local_ranks=self.trainer.num_devices if self.trainer else 1,
            num_workers=self._workers,
            **changes,
        )
        return streamed.dataset, streamed.sampler, persistent | streamed.worker_options

    @property
    def _workers(self) -> int:
        """Processes that prepare batches: a copy of each costs more than cached pixels save."""
        if self.images.num_workers is not None:
            return self.images.num_workers
        return 0 if self._cache is not None else min(_MOST_WORKERS, available_cores())

    @property
    def _pins_memory(self) -> bool:
        if self.images.pin_memory is not None:
            return self.images.pin_memory
        return self.trainer is not None and self.trainer.strategy.root_device.type == "cuda"
