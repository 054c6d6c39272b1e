"""The functions that the members of `data/` name: each makes its source, and `Images` of it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Unpack

from ai_vs_human.data.images import Images, ImagesOptions
from ai_vs_human.data.sources.folder import FolderSource
from ai_vs_human.data.synthetic import SyntheticSource


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
    max_unreadable: float = 0.01,
    **options: Unpack[ImagesOptions],
) -> Images:
    """Images in folders, see `ai_vs_human.data.sources.folder.FolderSource`."""
    source = FolderSource(
        root=None if root is None else Path(root),
        cache_dir=Path(cache_dir),
        classes=classes,
        splits=splits,
        max_unreadable=max_unreadable,
    )
    return Images(source, cache_dir, **options)
