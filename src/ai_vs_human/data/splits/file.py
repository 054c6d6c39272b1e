"""A manifest with splits to `split.csv`, and such a file to the splits of the images it knows."""

import csv
import logging
import os
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from ai_vs_human.data.manifest import SPLITS, Manifest, Record, Split
from ai_vs_human.errors import DataError

log = logging.getLogger(__name__)

SPLIT_NAME: Final = "split.csv"
_COLUMNS: Final = ("id", "path", "sha256", "label", "origin", "group", "split", "fold")
_NEEDED: Final = ("sha256", "split")
_HINT: Final = "data.split.file=<a run's folder, or a split.csv>, or null to split anew"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an image was put.

    Attributes:
        path: that it had then.
        split: for training, validation or test.
        fold: its number among those of `data/split=kfold`; empty with any other member.
    """

    path: str
    split: Split
    fold: str = ""


def write_split(path: Path, manifest: Manifest, folds: Mapping[str, int] | None = None) -> None:
    """Write where every image went, all or nothing.

    Args:
        path: the file to write.
        manifest: images with splits, whose facts are known.
        folds: the number of each image's fold by its id, where there are folds.
    """
    folds = folds or {}
    contents = manifest.contents
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    with partial.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_COLUMNS)
        for r in sorted(manifest.records, key=lambda record: record.id):
            writer.writerow(
                (
                    *(r.id, r.path, contents[r.id], r.label.key, r.origin, r.group, r.split),
                    folds.get(r.id, ""),
                )
            )
    partial.replace(path)


def known_places(file: Path, manifest: Manifest) -> dict[str, Place]:
    """Where the images of a manifest were put, by id, for those whose bytes a file knows.

    What images are called now does not matter. Of equal files as many are known as there were,
    those of the same path first.

    Args:
        file: a `split.csv`, or a run's folder that holds one.
        manifest: with facts.

    Raises:
        DataError: if there is no such file, or it is another kind of file.
    """
    path = file / SPLIT_NAME if file.is_dir() else file
    stored = _read(path)
    total = sum(len(places) for places in stored.values())
    known: dict[str, Place] = {}
    contents = manifest.contents
    ordered = sorted(manifest.records, key=lambda record: record.id)
    for same_path in (True, False):
        for record in ordered:
            if record.id not in known:
                place = _taken(stored.get(contents[record.id], []), record, same_path=same_path)
                if place is not None:
                    known[record.id] = place
    _tell(path, total, known, manifest, stored)
    return known


def _taken(places: list[Place], record: Record, *, same_path: bool) -> Place | None:
    """The place of a record, which no other can have then."""
    for index, place in enumerate(places):
        if not same_path or place.path == record.path:
            return places.pop(index)
    return None


def _read(path: Path) -> dict[str, list[Place]]:
    """The places of images by the SHA-256 of their files."""
    if not path.is_file():
        raise DataError(
            f"expected a file with splits, but got none ({path}, data.split.file)", hint=_HINT
        )
    stored: defaultdict[str, list[Place]] = defaultdict(list)
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        if not set(_NEEDED) <= set(reader.fieldnames or ()):
            raise DataError(
                f"expected the columns {' and '.join(_NEEDED)}, but got {reader.fieldnames}"
                f" ({path}, data.split.file)",
                hint=_HINT,
            )
        for line, row in enumerate(reader, start=2):
            if row["split"] not in SPLITS:
                raise DataError(
                    f"expected a split among {', '.join(SPLITS)}, but got {row['split']!r}"
                    f" ({path}, line {line})",
                    hint=_HINT,
                )
            split = cast("Split", row["split"])
            stored[row["sha256"]].append(Place(row.get("path") or "", split, row.get("fold") or ""))
    return stored


def _tell(
    path: Path,
    total: int,
    known: Mapping[str, Place],
    manifest: Manifest,
    left: Mapping[str, list[Place]],
) -> None:
    new = len(manifest) - len(known)
    log.info("%s images keep the split of %s; %s are new", f"{len(known):,}", path, f"{new:,}")
    vanished = [place.path or "?" for places in left.values() for place in places]
    if vanished and known:  # otherwise these are other images altogether
        log.warning(
            "%s of the %s images of %s are not among these, like %s",
            f"{len(vanished):,}",
            f"{total:,}",
            path,
            min(vanished),
        )
