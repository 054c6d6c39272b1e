"""Folders of images to manifests."""

import csv
import logging
import os
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from PIL import Image

from ai_vs_human.data.images import Images
from ai_vs_human.data.manifest import Manifest
from ai_vs_human.data.sources.folder import FolderSource
from ai_vs_human.data.splits.stratified import Stratified
from ai_vs_human.errors import ConfigError, DataError
from ai_vs_human.labels import Label
from tests.conftest import CONF
from tests.toys import toy_images

CONFIG = yaml.safe_load((CONF / "data" / "folder.yaml").read_text())
_OF_THE_SPLIT = ("val_fraction", "test_fraction", "seed")
CLASSES, SPLITS = CONFIG["classes"], CONFIG["splits"]


def source(root: Path | None, cache: Path | None = None, **options: Any) -> FolderSource:
    cache = cache or (root or Path()).parent / "cache"
    return FolderSource(root, cache, **{"classes": CLASSES, "splits": SPLITS} | options)


def manifest_of(root: Path | None, cache: Path | None = None, **options: Any) -> Manifest:
    """The images of a folder, split."""
    shares = {key: options.pop(key) for key in _OF_THE_SPLIT if key in options}
    more = {key: options.pop(key) for key in ("limit", "test_on", "drop_leaks") if key in options}
    folder = source(root, cache, **options)
    return Images(
        folder,
        cache or (root or Path()).parent / "cache",
        {"mode": "as_is"},
        split=Stratified(**shares),
        **more,
    ).manifest


def fill(root: Path, *folders: str, number: int = 10) -> Path:
    """Write `number` images, each of its own kind, into each folder."""
    rng = np.random.default_rng([len(folder) for folder in folders])
    for folder in folders:
        (root / folder).mkdir(parents=True, exist_ok=True)
        for index in range(number):
            pixels = rng.integers(0, 256, (4, 4, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(root / folder / f"{index}.png")
    return root


def counts(manifest: Manifest) -> dict[tuple[str, str, str], int]:
    return Counter((r.split, r.label.key, r.origin) for r in manifest.records)


def classes(manifest: Manifest) -> dict[tuple[str, str], int]:
    return Counter((r.label.key, r.origin) for r in manifest.records)


@pytest.mark.parametrize(
    ("folders", "expected"),
    [
        (["AI", "Human"], {("ai", "unknown"), ("human", "unknown")}),
        (["Art/AiArtData/AiArtData", "Art/RealArt"], {("ai", "Art"), ("human", "Art")}),
        (["progan/cat/0_real", "progan/cat/1_fake"], {("ai", "progan"), ("human", "progan")}),
        (["ai/midjourney", "ai/sd", "human"], {("ai", "midjourney"), ("ai", "sd")}),
        (["sd15/train/ai", "sd15/train/nature"], {("ai", "sd15"), ("human", "sd15")}),
        (["train/FAKE", "train/REAL"], {("ai", "unknown"), ("human", "unknown")}),
    ],
)
def test_known_layouts_are_understood(
    tmp_path: Path, folders: list[str], expected: set[tuple[str, str]]
) -> None:
    manifest = manifest_of(fill(tmp_path / "d", *folders))

    assert expected <= set(classes(manifest))
    assert {label for label, _ in classes(manifest)} == {"ai", "human"}
    assert len(manifest) == 10 * len(folders)


def test_ids_are_relative_paths(tmp_path: Path) -> None:
    manifest = manifest_of(fill(tmp_path / "d", "ai/sd", "human"))

    assert all(record.id == record.path for record in manifest.records)
    assert "ai/sd/0.png" in {record.id for record in manifest.records}
    assert all((manifest.root / record.path).is_file() for record in manifest.records)


def test_the_first_images_are_of_both_classes(tmp_path: Path) -> None:
    manifest = manifest_of(fill(tmp_path / "d", "ai", "human", number=40))

    assert {record.label for record in manifest.records[:10]} == set(Label)


def test_without_split_folders_images_are_cut_by_the_fractions(tmp_path: Path) -> None:
    root = fill(tmp_path / "d", "ai", "human", number=40)

    manifest = manifest_of(root, val_fraction=0.1, test_fraction=0.25)

    expected = {"train": 26, "val": 4, "test": 10}
    assert counts(manifest) == {
        (split, label, "unknown"): n for split, n in expected.items() for label in ("ai", "human")
    }


def test_given_splits_are_kept(tmp_path: Path) -> None:
    manifest = manifest_of(toy_images(tmp_path / "d"))

    assert all(record.split == record.path.split("/")[0] for record in manifest.records)
    assert len(manifest) == 144


def test_a_missing_validation_split_is_cut_out_of_training(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    root = fill(tmp_path / "d", "train/REAL", "train/FAKE", "testing/REAL", "testing/FAKE")

    with caplog.at_level(logging.INFO):
        manifest = manifest_of(root, val_fraction=0.2)

    assert Counter(record.split for record in manifest.records) == {
        "train": 16, "val": 4, "test": 20,
    }  # fmt: skip
    assert all(r.path.startswith("testing") == (r.split == "test") for r in manifest.records)
    assert "val (0.2) cut out of the images to train on, as given: test, train" in caplog.text


def test_a_missing_test_split_is_cut_out_of_training_too(tmp_path: Path) -> None:
    root = fill(tmp_path / "d", "sd/train/ai", "sd/train/nature", "sd/val/ai", "sd/val/nature")

    manifest = manifest_of(root, test_fraction=0.3)

    parts = Counter((r.split, r.path.split("/")[1]) for r in manifest.records)
    assert parts == {("train", "train"): 14, ("test", "train"): 6, ("val", "val"): 20}


def test_a_folder_of_test_images_alone_stays_one(tmp_path: Path) -> None:
    manifest = manifest_of(fill(tmp_path / "d", "test/ai", "test/human"))

    assert {record.split for record in manifest.records} == {"test"}


def test_where_the_root_lies_and_how_it_is_listed_do_not_matter(tmp_path: Path) -> None:
    first = fill(tmp_path / "one", "ai/sd", "human", number=30)
    second = tmp_path / "elsewhere" / "two"
    for path in sorted(first.rglob("*.png"), reverse=True):
        copy = second / path.relative_to(first)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)

    assert manifest_of(first).fingerprint == manifest_of(second).fingerprint
    assert manifest_of(first).fingerprint != manifest_of(first, seed=1).fingerprint


def test_renamed_files_stay_in_their_split(tmp_path: Path) -> None:
    root = fill(tmp_path / "d", "ai", "human", number=30)
    before = {r.path: r.split for r in manifest_of(root).records}
    for path in sorted(root.rglob("*.png")):
        path.rename(path.with_name(f"renamed-{path.name}"))

    after = {r.path.replace("renamed-", ""): r.split for r in manifest_of(root).records}

    assert before == after


def test_a_training_image_that_is_a_test_image_too_is_told_and_dropped_on_demand(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    root = fill(tmp_path / "d", "train/ai", "train/human", "test/ai", "test/human")
    shutil.copy(root / "test/ai/3.png", root / "train/human/stolen.png")

    manifest = manifest_of(root)

    assert "train/human/stolen.png" in {record.path for record in manifest.part("train").records}
    assert "like train/human/stolen.png (train) and test/ai/3.png (test)" in caplog.text

    mended = {record.path for record in manifest_of(root, drop_leaks=True).records}

    assert mended == {record.path for record in manifest.records} - {"train/human/stolen.png"}


def test_a_limit_takes_that_many_of_each_class_and_split(tmp_path: Path) -> None:
    root = fill(tmp_path / "d", "ai", "human", number=40)
    whole = set(manifest_of(root).records)

    manifest = manifest_of(root, limit=3)

    assert set(counts(manifest).values()) == {3}
    assert len(manifest) == 18
    assert set(manifest.records) <= whole


def write_manifest(root: Path, rows: list[dict[str, str]]) -> Path:
    with (root / "manifest.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return root


def test_a_manifest_comes_before_folder_names(tmp_path: Path) -> None:
    root = fill(tmp_path / "d", "ai", "x", "unlisted")
    rows = [
        {"path": f"{folder}/{n}.png", "label": label, "generator": "sd" if label == "ai" else ""}
        for folder, label in (("ai", "human"), ("x", "ai"))
        for n in range(10)
    ]

    manifest = manifest_of(write_manifest(root, rows))

    assert classes(manifest) == {("human", "unknown"): 10, ("ai", "sd"): 10}
    assert {record.split for record in manifest.records} == {"train", "val", "test"}


def test_a_manifests_groups_and_splits_are_kept(tmp_path: Path) -> None:
    root = fill(tmp_path / "d", "ai", "human", number=30)
    rows = [
        {"path": f"{label}/{n}.png", "label": label, "group": f"pair{n}", "split": ""}
        for label in ("ai", "human")
        for n in range(30)
    ]
    for row in rows:
        row["split"] = "test" if row["group"] in {"pair1", "pair2"} else ""

    manifest = manifest_of(write_manifest(root, rows))

    splits = {record.path: record.split for record in manifest.records}
    assert all(splits[f"ai/{n}.png"] == splits[f"human/{n}.png"] for n in range(30))
    assert sorted(path for path in splits if splits[path] == "test") == [
        "ai/1.png", "ai/2.png", "human/1.png", "human/2.png",
    ]  # fmt: skip
    assert sum(split == "val" for split in splits.values()) == 8


@pytest.mark.parametrize("path", ["../ai/0.png", "/etc/x.png", "ai/../../x.png"])
def test_a_manifest_names_nothing_outside_its_folder(tmp_path: Path, path: str) -> None:
    root = write_manifest(fill(tmp_path / "d", "ai"), [{"path": path, "label": "ai"}])

    with pytest.raises(DataError, match=f"below the manifest's folder, but got '{path}'"):
        manifest_of(root)


def test_a_manifest_without_lines_is_refused(tmp_path: Path) -> None:
    root = fill(tmp_path / "d", "ai")
    (root / "manifest.csv").write_text("path,label\n")

    with pytest.raises(DataError, match="a line for each image, but got none"):
        manifest_of(root)


def test_a_file_that_a_manifest_lists_and_nobody_has_is_unreadable(tmp_path: Path) -> None:
    root = fill(tmp_path / "d", "ai", "human", number=20)
    rows = [{"path": f"{c}/{n}.png", "label": c} for c in ("ai", "human") for n in range(21)]

    manifest = manifest_of(write_manifest(root, rows), max_unreadable=0.1)

    assert [one.path for one in manifest.unreadable] == ["ai/20.png", "human/20.png"]
    assert "No such file" in manifest.unreadable[0].reason


def test_a_few_unreadable_files_are_left_out_and_named(tmp_path: Path) -> None:
    root = fill(tmp_path / "d", "ai", "human", number=50)
    (root / "ai" / "7.png").write_text("no image")

    manifest = manifest_of(root)

    assert [one.path for one in manifest.unreadable] == ["ai/7.png"]
    assert manifest.unreadable[0].reason.endswith("but got bytes that begin with b'no image'")
    assert len(manifest) == 99


def test_too_many_unreadable_files_end_the_run(tmp_path: Path) -> None:
    root = fill(tmp_path / "d", "ai", "human", number=50)
    for number in range(5):
        (root / "ai" / f"{number}.png").write_text("no image")

    with pytest.raises(
        DataError,
        match=r"(?s)at most 1.0% unreadable files, but got 5 of 100, such as ai/0.png: .*; "
        r"ai/1.png.*hint: .*data.max_unreadable",
    ):
        manifest_of(root)
    assert len(manifest_of(root, max_unreadable=0.05).unreadable) == 5


def test_no_root_is_told_what_to_set() -> None:
    with pytest.raises(
        DataError,
        match=r"a folder of images, but got none \(data.root\)\nhint: data.root=<folder with one",
    ):
        manifest_of(None)


def test_a_root_that_does_not_exist_is_named() -> None:
    with pytest.raises(
        DataError,
        match=r"but got /nowhere, which does not exist \(data.root\)\nhint: data.root=<folder",
    ):
        manifest_of(Path("/nowhere"), Path("/nowhere"))


def test_a_root_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"PK")

    with pytest.raises(DataError, match=r"x\.zip, which is no folder"):
        manifest_of(tmp_path / "x.zip")


def test_a_root_without_images_says_what_it_holds(tmp_path: Path) -> None:
    (tmp_path / "d" / "ai").mkdir(parents=True)
    (tmp_path / "d" / "ai" / "a.heic").write_bytes(b"x")

    with pytest.raises(DataError, match=r"(?s)expected images below .*, but got 1 \.heic.*\.webp"):
        manifest_of(tmp_path / "d")


def test_unknown_folders_are_listed_with_the_nearest_name(tmp_path: Path) -> None:
    root = fill(tmp_path / "d", "reals", "ai", "zebra/stripes", number=2)

    with pytest.raises(
        DataError,
        match=r"(?s)folders named ai, fake, .* \(ai\) or human, .* \(human\), but got reals"
        r" \(2 images\), zebra/stripes \(2 images\) .*hint: is reals meant as real\?"
        r" data\.classes\.human=\[reals\]",
    ):
        manifest_of(root)


def test_images_in_no_folder_at_all_are_left_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    root = fill(tmp_path / "d", "ai", "human")
    shutil.copy(root / "ai" / "0.png", root / "preview.png")

    assert len(manifest_of(root)) == 20
    assert "preview.png" in caplog.text


def test_folders_of_both_classes_on_the_way_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"but got synthetic and human \(synthetic/human/0.png\)"):
        manifest_of(fill(tmp_path / "d", "synthetic/human"))


def test_one_class_is_not_enough(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"(?s)both classes, but got ai only .*data.classes.human"):
        manifest_of(fill(tmp_path / "d", "ai"))


def test_too_few_images_to_cut_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"both classes in the split (val|test), but got no images"):
        manifest_of(fill(tmp_path / "d", "ai", "human", number=2))


def test_a_second_start_decodes_nothing(tmp_path: Path) -> None:
    root = fill(tmp_path / "d", "ai", "human")
    first = manifest_of(root)
    for path in root.rglob("*.png"):
        status = path.stat()
        path.write_bytes(bytes(status.st_size))
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    assert manifest_of(root) == first


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"val_fraction": -0.1}, r"share in \[0, 1\), but got -0.1 \(data.split.val_fraction\)"),
        ({"val_fraction": 0.5, "test_fraction": 0.5}, r"leave something to train on, but got 0.5"),
        ({"max_unreadable": 1.5}, r"share in \[0, 1\], but got 1.5 \(data.max_unreadable\)"),
        ({"limit": 0}, r"at least 1, but got 0 \(data.limit\)"),
    ],
)
def test_numbers_that_cannot_be_are_refused(options: dict[str, float], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        manifest_of(Path("x"), **options)
