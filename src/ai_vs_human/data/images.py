"""What `data=` names: a source, its split, and how its images become batches."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal, TypedDict

from ai_vs_human.data.alike.clusters import clusters
from ai_vs_human.data.cache.cache import Caches, DecodedCache
from ai_vs_human.data.cache.plan import Plan, has_all_facts
from ai_vs_human.data.delivery.delivered import Delivered
from ai_vs_human.data.delivery.delivery import Delivery
from ai_vs_human.data.manifest import Manifest, Source, Split
from ai_vs_human.data.splits.division import Division
from ai_vs_human.data.splits.grouping import name_groups
from ai_vs_human.data.splits.leaks import mend_leaks
from ai_vs_human.data.splits.limit import limit_images
from ai_vs_human.data.splits.splitter import Splitter
from ai_vs_human.data.splits.stratified import Stratified
from ai_vs_human.data.streaming.source import ShardSource
from ai_vs_human.errors import ConfigError, DataError
from ai_vs_human.image.augment import Augment
from ai_vs_human.image.preprocess import Preprocess
from ai_vs_human.labels import Label


class ImagesOptions(TypedDict, total=False):
    """What every `data=` takes besides its source: see `Images`."""

    split: Splitter | None
    drop_leaks: bool
    near_duplicates: int | None
    delivery: Delivery | None
    limit: int | None
    preprocess: Mapping[str, Any]
    augment: Mapping[str, Any]
    batch_size: int
    num_workers: int | None
    pin_memory: bool | None
    cache_gib: float
    test_on: Literal["test", "val", "all"]
    seed: int
    streaming: bool


class Images:
    """The images of one source, from files to splits; Lightning's part is `ImageDataModule`.

    Args:
        source: lists the images.
        cache_dir: what can be made again.
        preprocess: mode and size, see `ai_vs_human.image.preprocess.Preprocess`.
        augment: see `ai_vs_human.image.augment.Augment`; empty for none.
        split: who decides which images are for training; None is `Stratified`.
        drop_leaks: leave images out that are alike with, or of a group with, images of a higher
            split: test comes before validation, and validation before training.
        near_duplicates: images whose perceptual hashes differ in at most so many bits are never
            parted by a split; None for equal pixels only.
        delivery: whether images are brought to one format and size; None leaves them as they are.
        limit: take only so many images of each class and split.
        batch_size: images a step on each device.
        num_workers: processes that prepare batches; 0 is a thread of the training process, which
            is faster for small and for cached images; None is 0 where images are cached, else
            one a core, at most 8.
        pin_memory: page-locked batches, for copies to a GPU that overlap with its work; None is
            where there is one.
        cache_gib: what decoded images may take in the cache folder, in GiB; 0 decodes them in
            each epoch.
        seed: of order, crops and augmentation.
        test_on: which images `test` measures on; `all` for a set that nothing was trained on.
        streaming: read images out of shards, chunk by chunk; only a set of shards can.

    Raises:
        ConfigError: if a number is out of range, or preprocess or augment has a wrong key.
    """

    def __init__(
        self,
        source: Source,
        cache_dir: str | Path,
        preprocess: Mapping[str, Any],
        augment: Mapping[str, Any] | None = None,
        *,
        split: Splitter | None = None,
        drop_leaks: bool = False,
        near_duplicates: int | None = 4,
        delivery: Delivery | None = None,
        limit: int | None = None,
        batch_size: int = 64,
        num_workers: int | None = 0,
        seed: int = 0,
        pin_memory: bool | None = None,
        cache_gib: float = 8.0,
        test_on: Literal["test", "val", "all"] = "test",
        streaming: bool = False,
    ) -> None:
        for key, value, least in (
            ("batch_size", batch_size, 1),
            ("num_workers", num_workers or 0, 0),
            ("cache_gib", cache_gib, 0),
        ):
            if value < least:
                raise ConfigError(
                    f"expected a number from {least} up, but got {value} (data.{key})"
                )
        if limit is not None and limit < 1:
            raise ConfigError(
                f"expected at least 1, but got {limit} (data.limit)", hint="data.limit=null"
            )
        if streaming and not isinstance(source, ShardSource):
            raise ConfigError(
                "expected shards to stream from, but got images in files (data.streaming)",
                hint="python scripts/shards.py data=… output=<folder or gs://…>, then"
                " data=shards data.root=<the same>",
            )
        self.source: Final = source
        self.streaming: Final = streaming
        self.cache_dir: Final = Path(cache_dir)
        self.split: Final = split or Stratified()
        self.drop_leaks: Final = drop_leaks
        self.near_duplicates: Final = near_duplicates
        self.delivery: Final = delivery or Delivery(when="never")
        self.limit: Final = limit
        self.preprocess: Final = Preprocess.from_dict(preprocess)
        self.augment: Final = _augment(augment or {})
        self.batch_size: Final = batch_size
        self.num_workers: Final = num_workers
        self.seed: Final = seed
        self.pin_memory: Final = pin_memory
        self.cache_gib: Final = cache_gib
        self.test_on: Final = test_on
        self._given: Manifest | None = None
        self._divided: Manifest | None = None
        self._manifest: Manifest | None = None
        self._delivered: Delivered | None = None
        self._is_decided = False

    @property
    def shards(self) -> ShardSource | None:
        """The shards that images are streamed from; None where they are read from files."""
        return self.source if self.streaming and isinstance(self.source, ShardSource) else None

    @property
    def given(self) -> Manifest:
        """All images, with the splits that the source gave; it is asked when first needed."""
        if self._given is None:
            self._given = self.source.prepare()
        return self._given

    @property
    def manifest(self) -> Manifest:
        """All images, each with its split.

        Raises:
            DataError: if they cannot be split, or are of one class only.
        """
        if self._manifest is None:
            self._manifest = self._split()
        return self._manifest

    @property
    def divided(self) -> Manifest:
        """All images, each with its split, before `limit` takes a few of them.

        Raises:
            DataError: if they cannot be split, or are of one class only.
        """
        if self._divided is None:
            given = self.given
            _check_classes(given)
            alike = self._alike(given)
            divided = mend_leaks(self.split(given, alike), alike, drop=self.drop_leaks)
            self._divided = name_groups(divided, alike)
        return self._divided

    @property
    def folds(self) -> Mapping[str, int] | None:
        """The number of each image's fold by its id, where `split` makes folds."""
        return self.split.folds_by_id if isinstance(self.split, Division) else None

    def deliver(self, *, cue: bool | None) -> None:
        """Decide how images are delivered, and say so; to be called before the first is read.

        Args:
            cue: whether an audit found that format tells the classes apart; None without one.
        """
        law = self.delivery.decide(self.given, cue=cue)
        self._delivered = None if law is None else Delivered(law, self.given.facts)
        self._is_decided = True

    @property
    def delivered(self) -> Delivered | None:
        """What is done to every image before it is preprocessed; None for nothing.

        Where `deliver` was not called, nobody has looked for cues.
        """
        if not self._is_decided:
            self.deliver(cue=None)
        return self._delivered

    def images_of(self, split: Split) -> Manifest:
        """The images of a stage: its split, or what `test_on` says."""
        if split == "test" and self.test_on == "all":
            return self.manifest
        return self.manifest.part(self.test_on if split == "test" else split)  # type: ignore[arg-type]  # "all" is gone

    def open_cache(self, *, build: bool) -> DecodedCache | None:
        """The decoded images, where there is room for them.

        They are those of all splits, so that folds and seeds share them.

        Args:
            build: decode them if nobody has; for one pass over a part of them it does not pay.

        Raises:
            DataError: if an image cannot be read any more.
        """
        manifest = self.given if self.limit is None else self.manifest
        if self.shards is not None or not has_all_facts(manifest):
            return None
        caches = Caches(self.cache_dir / "decoded", self.cache_gib)
        return caches.open(Plan(manifest, self.preprocess, self.delivered), build=build)

    def _alike(self, given: Manifest) -> dict[str, str]:
        """A word for each image: those that show one picture share it."""
        if self.near_duplicates is None:
            return {r.id: given.facts[r.path].pixels_sha256 for r in given.records}
        return clusters(given, self.near_duplicates, self.cache_dir)

    def _split(self) -> Manifest:
        divided = self.given if self.test_on == "all" else self.divided
        if self.limit is not None:
            records = limit_images(divided.records, divided.contents, self.limit)
            divided = divided.with_records(records)
        return _mixed(divided)


def _mixed(manifest: Manifest) -> Manifest:
    """In order of content: in order of paths, the first batches would hold one class only."""
    contents = manifest.contents
    return manifest.with_records(sorted(manifest.records, key=lambda r: (contents[r.id], r.id)))


def _check_classes(manifest: Manifest) -> None:
    labels = {record.label for record in manifest.records}
    if len(labels) < len(Label):
        found = ", ".join(label.key for label in labels)
        missing = next(label.key for label in Label if label not in labels)
        raise DataError(
            f"expected images of both classes, but got {found} only ({manifest.root})",
            hint=f"add a folder of the class, or its name to data.classes.{missing}",
        )


def _augment(options: Mapping[str, Any]) -> Augment | None:
    try:
        return Augment(**options) if options else None
    except TypeError as error:
        raise ConfigError(
            f"expected keys that Augment takes, but got: {error} (data.augment)",
            hint="data/augment=light",
        ) from error
