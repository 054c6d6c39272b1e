"""The functions that the members of `data/` name: each makes its source, and `Images` of it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Unpack

from ai_vs_human.data.fetch.kaggle import KaggleCopy
from ai_vs_human.data.images import Images, ImagesOptions
from ai_vs_human.data.manifest import Source
from ai_vs_human.data.sources.csv_file import CsvSource
from ai_vs_human.data.sources.csv_tables import TablesSource
from ai_vs_human.data.sources.folder import FolderSource
from ai_vs_human.data.sources.place import place_of
from ai_vs_human.data.sources.table import Table
from ai_vs_human.data.streaming.source import ShardSource
from ai_vs_human.data.versioned.copy import DvcCopy


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
    **options: Unpack[ImagesOptions],
) -> Images:
    """The embedded dataset, see `ai_vs_human.data.synthetic.SyntheticSource`."""
    # Only here: SciPy takes a second of each start, and other sources need none of it.
    from ai_vs_human.data.synthetic import SyntheticSource  # noqa: PLC0415

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
    return Images(source, cache_dir, **options)


def folder(
    *,
    root: str | None,
    cache_dir: str,
    classes: Mapping[str, list[str]],
    splits: Mapping[str, list[str]],
    origins: Mapping[str, list[str]] | None = None,
    max_unreadable: float = 0.01,
    **options: Unpack[ImagesOptions],
) -> Images:
    """Images in folders, see `ai_vs_human.data.sources.folder.FolderSource`."""
    source = FolderSource(
        root=root,
        cache_dir=Path(cache_dir),
        classes=classes,
        splits=splits,
        origins=origins,
        max_unreadable=max_unreadable,
    )
    return Images(source, cache_dir, **options)


def kaggle(
    *,
    handle: str,
    root: str | None,
    cache_dir: str,
    classes: Mapping[str, list[str]],
    splits: Mapping[str, list[str]],
    origins: Mapping[str, list[str]] | None = None,
    tables: str | None = None,
    columns: Mapping[str, str | None] | None = None,
    labels: Mapping[str, list[str | int]] | None = None,
    max_unreadable: float = 0.01,
    **options: Unpack[ImagesOptions],
) -> Images:
    """A data set of Kaggle's, see `ai_vs_human.data.fetch.kaggle.KaggleCopy`.

    Its images are told by the names of their folders, or by CSV files where `tables` says so, see
    `ai_vs_human.data.sources.csv_tables.TablesSource`. A `root` is a copy that is there already.
    """
    cache = Path(cache_dir)
    copy = KaggleCopy(handle, cache)
    place = copy if root is None else place_of(root, cache)
    source: Source
    if tables is None:
        source = FolderSource(
            place, cache, classes, splits, origins=origins, max_unreadable=max_unreadable
        )
    else:
        table = Table.parse(columns or {}, labels or {}, splits)
        source = TablesSource(place, tables, cache, table, max_unreadable=max_unreadable)
    return Images(source, cache_dir, **options)


def csv(
    *,
    file: str | None,
    root: str | None,
    cache_dir: str,
    columns: Mapping[str, str | None],
    labels: Mapping[str, list[str | int]],
    splits: Mapping[str, list[str]],
    max_unreadable: float = 0.01,
    **options: Unpack[ImagesOptions],
) -> Images:
    """Images that a CSV file lists, see `ai_vs_human.data.sources.csv_file.CsvSource`."""
    table = Table.parse(columns, labels, splits)
    source = CsvSource(file, root, Path(cache_dir), table, max_unreadable=max_unreadable)
    return Images(source, cache_dir, **options)


def shards(
    *,
    root: str | None,
    cache_dir: str,
    window_chunks: int = 4,
    **options: Unpack[ImagesOptions],
) -> Images:
    """What `scripts/shards.py` wrote, see `ai_vs_human.data.streaming.source.ShardSource`."""
    source = ShardSource(
        root=root,
        cache_dir=Path(cache_dir),
        streaming=options.get("streaming", False),
        cache_gib=options.get("cache_gib", 20.0),
        window_chunks=window_chunks,
    )
    return Images(source, cache_dir, **options)


def dvc(
    *,
    root: str,
    cache_dir: str,
    classes: Mapping[str, list[str]],
    splits: Mapping[str, list[str]],
    remote: str | None = None,
    origins: Mapping[str, list[str]] | None = None,
    max_unreadable: float = 0.01,
    **options: Unpack[ImagesOptions],
) -> Images:
    """A folder that DVC versions, see `ai_vs_human.data.versioned.copy.DvcCopy`."""
    cache = Path(cache_dir)
    source = FolderSource(
        DvcCopy(Path(root), cache, remote),
        cache,
        classes,
        splits,
        origins=origins,
        max_unreadable=max_unreadable,
    )
    return Images(source, cache_dir, **options)
