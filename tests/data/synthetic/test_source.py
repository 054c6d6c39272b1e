import hashlib
import os
import platform
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ai_vs_human.data.manifest import SPLITS, Manifest
from ai_vs_human.data.synthetic import SyntheticSource, build
from ai_vs_human.data.synthetic.spec import GENERATORS
from ai_vs_human.errors import ConfigError, DataError
from ai_vs_human.labels import Label


def _hashes(root: Path) -> dict[str, str]:
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in root.rglob("*.*")
    }


def test_a_tiny_set_has_its_images_in_its_splits(tiny: Manifest) -> None:
    assert {split: len(tiny.part(split)) for split in SPLITS} == {
        "train": 168,
        "val": 36,
        "test": 36,
    }
    assert all((tiny.root / record.path).is_file() for record in tiny.records)


def test_each_group_is_one_human_and_one_ai_image_of_one_split(tiny: Manifest) -> None:
    groups: dict[str, list[tuple[Label, str]]] = {}
    for record in tiny.records:
        groups.setdefault(record.group, []).append((record.label, record.split))

    assert len(groups) == 120
    for (first, first_split), (second, second_split) in groups.values():
        assert {first, second} == {Label.HUMAN, Label.AI}
        assert first_split == second_split


def test_origins_are_listed_and_generators_balanced(tiny: Manifest) -> None:
    generators = Counter(record.generator for record in tiny.records if record.label is Label.AI)

    assert generators == dict.fromkeys(GENERATORS, 20)
    assert {r.source for r in tiny.records if r.label is Label.HUMAN} == {
        "camera",
        "painting",
        "scan",
    }
    assert all(bool(record.generator) != bool(record.source) for record in tiny.records)


def test_files_differ_in_nothing_but_pixels(tiny: Manifest) -> None:
    seen = set()
    for record in tiny.records:
        with Image.open(tiny.root / record.path) as image:
            seen.add((image.format, image.mode, image.size, tuple(image.info), len(record.id)))

    assert seen == {("PNG", "RGB", (48, 48), (), 32)}


def test_the_manifest_says_how_each_image_was_made(tiny: Manifest) -> None:
    header = (tiny.root / "manifest.csv").read_text().splitlines()[0].split(",")

    assert header[-6:] == ["camera_id", "scene_id", "jpeg_q", "resize", "alpha", "seed"]


def test_a_set_is_drawn_into_the_cache_and_nowhere_else(
    tiny: Manifest, synthetic_root: Path
) -> None:
    assert tiny.root == synthetic_root / "cache" / "synthetic" / "tiny-easy-iid-seed0-v2"
    assert [path.name for path in synthetic_root.iterdir()] == ["cache"]


def test_a_finished_set_of_the_versioned_folder_is_used(tiny: Manifest, tmp_path: Path) -> None:
    shutil.copytree(tiny.root, tmp_path / "data" / tiny.root.name)

    manifest = SyntheticSource(tmp_path / "data", tmp_path / "cache", size="tiny").prepare()

    assert manifest.root == tmp_path / "data" / tiny.root.name
    assert manifest.fingerprint == tiny.fingerprint
    assert not (tmp_path / "cache" / "synthetic").exists()


def test_a_set_that_was_fetched_in_part_is_refused(tiny: Manifest, tmp_path: Path) -> None:
    shutil.copytree(tiny.root, tmp_path / tiny.root.name)
    (tmp_path / tiny.root.name / tiny.records[0].path).unlink()

    with pytest.raises(DataError, match=r"all 240 images, but 1 cannot be read, .*\nhint: delete"):
        SyntheticSource(tmp_path, tmp_path / "cache", size="tiny").prepare()


def test_a_second_start_draws_nothing_again(tiny: Manifest, synthetic_root: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in tiny.root.rglob("*")}

    again = SyntheticSource(synthetic_root, synthetic_root / "cache", size="tiny").prepare()

    assert again.records == tiny.records
    assert before == {path: path.stat().st_mtime_ns for path in tiny.root.rglob("*")}


def test_two_processes_draw_the_same_bytes_as_one(
    tiny: Manifest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "_WORTH_A_PROCESS", 1)
    manifest = SyntheticSource(tmp_path, tmp_path / "cache", size="tiny", workers=2).prepare()

    assert _hashes(manifest.root) == _hashes(tiny.root)
    assert manifest.fingerprint == tiny.fingerprint


_DRAWN = """
import sys
from pathlib import Path
from ai_vs_human.data.synthetic.build import build
from ai_vs_human.data.synthetic.spec import SetSpec

build(SetSpec("tiny", "easy", "iid"), Path(sys.argv[1]), workers=1)
"""


def test_a_cpu_without_wide_instructions_draws_the_same_bytes(
    tiny: Manifest, tmp_path: Path
) -> None:
    wide = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
    environment = os.environ | {"NPY_DISABLE_CPU_FEATURES": " ".join(wide)}

    subprocess.run(
        [sys.executable, "-c", _DRAWN, tmp_path / "set"], env=environment, check=True, timeout=100
    )

    assert wide or platform.machine() not in {"x86_64", "AMD64"}
    assert _hashes(tmp_path / "set") == _hashes(tiny.root)


def test_a_changed_manifest_is_refused(tmp_path: Path) -> None:
    source = SyntheticSource(tmp_path, tmp_path / "cache", size="tiny", workers=1)
    source.folder.mkdir(parents=True)
    (source.folder / "manifest.csv").write_text("path,label\na.png,ai\n")

    with pytest.raises(DataError, match=r"expected 240 images, but got 1 .*\nhint: delete"):
        source.prepare()


def test_less_than_one_worker_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"at least 1 process, but got 0 \(data.workers\)"):
        SyntheticSource(tmp_path, tmp_path / "cache", workers=0)


def test_an_image_is_neither_black_nor_burnt_out(tiny: Manifest) -> None:
    means = [np.asarray(Image.open(tiny.root / r.path)).mean() for r in tiny.records[:60]]

    assert min(means) > 15
    assert max(means) < 245
