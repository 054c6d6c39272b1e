"""Each fault that a folder can have is found, and a clean one is not accused."""

import os
import shutil
from pathlib import Path

import pytest
from PIL import Image

from ai_vs_human.data.alike.pairs import near_pairs
from ai_vs_human.data.audit.alike import Pair
from ai_vs_human.data.audit.audit import Audit
from ai_vs_human.data.audit.report import AuditReport
from ai_vs_human.data.manifest import Manifest
from ai_vs_human.errors import ConfigError
from tests.data.audit.planting import as_jpeg, as_png, listed, look, plant, scene, verdicts


def near(manifest: Manifest, cache_dir: Path) -> list[Pair]:
    pairs = near_pairs(manifest, 4, cache_dir)
    return [(pair.first, pair.second, pair.distance) for pair in pairs]


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> AuditReport:
    """A folder with one fault of each kind that has to do with single images."""
    folder = tmp_path_factory.mktemp("faulty")
    root = plant(folder / "images", train=40, test=20)
    shutil.copy(root / "train/ai/000.png", root / "test/ai/leak.png")
    shutil.copy(root / "train/ai/001.png", root / "train/human/conflict.png")
    shutil.copy(root / "train/ai/002.png", root / "train/ai/copy.png")
    as_other_file(root / "train/human/003.png", root / "test/human/near.jpg")
    as_other_file(root / "train/human/004.png", root / "train/ai/made_of_it.jpg")
    as_other_file(root / "train/human/005.png", root / "train/human/near.jpg")
    (root / "train/human/damaged.jpg").write_bytes(b"no image")
    return look(root, near(listed(root, folder / "cache"), folder / "cache"))


def as_other_file(original: Path, path: Path) -> None:
    """Resize by 5 % and compress at quality 60."""
    image = Image.open(original)
    image.resize((round(image.width * 1.05), round(image.height * 1.05))).save(path, quality=60)


def paths(report: AuditReport, name: str) -> list[set[str]]:
    return [{pair.first.path, pair.second.path} for pair in report.check(name).examples]


def test_equal_pixels_in_two_splits_are_a_leak(faulty: AuditReport) -> None:
    check = faulty.check("leaks")

    assert check.verdict == "stop"
    assert paths(faulty, "leaks") == [{"train/ai/000.png", "test/ai/leak.png"}]
    assert "1 image of 42 for validation and test has the same pixels" in check.found
    assert "data.drop_leaks=true" in check.remedy


def test_equal_pixels_in_two_classes_are_a_conflict(faulty: AuditReport) -> None:
    assert faulty.check("conflicts").verdict == "stop"
    assert paths(faulty, "conflicts") == [{"train/ai/001.png", "train/human/conflict.png"}]


def test_equal_pixels_in_one_class_are_a_copy(faulty: AuditReport) -> None:
    assert faulty.check("duplicates").verdict == "warn"
    assert paths(faulty, "duplicates") == [{"train/ai/002.png", "train/ai/copy.png"}]


def test_a_resized_and_compressed_image_is_known_in_another_split(faulty: AuditReport) -> None:
    assert faulty.check("near_leaks").verdict == "stop"
    assert paths(faulty, "near_leaks") == [{"train/human/003.png", "test/human/near.jpg"}]


def test_a_resized_and_compressed_image_is_known_in_the_other_class(faulty: AuditReport) -> None:
    assert faulty.check("near_conflicts").verdict == "warn"
    assert paths(faulty, "near_conflicts") == [{"train/human/004.png", "train/ai/made_of_it.jpg"}]


def test_a_resized_and_compressed_image_is_known_in_its_class(faulty: AuditReport) -> None:
    assert paths(faulty, "near_duplicates") == [{"train/human/005.png", "train/human/near.jpg"}]


def test_a_file_that_cannot_be_read_is_listed(faulty: AuditReport) -> None:
    assert faulty.check("unreadable").verdict == "warn"
    assert [path for path, _ in faulty.unreadable] == ["train/human/damaged.jpg"]


def test_a_report_survives_its_file(faulty: AuditReport) -> None:
    assert AuditReport.from_json(faulty.to_json()) == faulty


def test_pngs_against_jpegs_are_a_cue_in_words(tmp_path: Path) -> None:
    def mostly_jpeg(image: Image.Image, path: Path) -> None:
        (as_png if path.stem == "000" else as_jpeg)(image, path)

    report = look(plant(tmp_path / "images", human=mostly_jpeg, train=30, test=10))

    found = "file format: all 40 AI images are PNG files, 95 % of the human images are JPEG files"
    assert found in report.check("cue").found
    assert verdicts(report) == {"cue": "stop", "metadata": "stop", "images": "warn"}
    assert report.has_format_cue
    assert report.probes[0].strongest[0][0] == "file format"


def test_sizes_of_one_class_are_a_cue(tmp_path: Path) -> None:
    def smaller(image: Image.Image, path: Path) -> None:
        side = 40 + int(path.stem) % 8
        as_png(image.resize((side, side)), path)

    report = look(plant(tmp_path / "images", human=smaller, train=30, test=10))

    assert report.cues[0].trait == "dimensions"
    assert "all 40 AI images measure 48 x 48 pixels" in report.cues[0].words
    assert verdicts(report) == {"cue": "stop", "metadata": "stop", "images": "warn"}


def test_exif_is_a_cue_that_pixels_do_not_show(tmp_path: Path) -> None:
    def with_exif(image: Image.Image, path: Path) -> None:
        exif = Image.Exif()
        exif[271] = "a camera"
        image.save(path.with_suffix(".png"), exif=exif)

    report = look(plant(tmp_path / "images", human=with_exif, train=30, test=10))

    assert report.cues[0].words == (
        "all 40 AI images have no EXIF data, all 40 human images have EXIF data"
    )
    assert verdicts(report) == {"cue": "warn", "metadata": "warn", "images": "warn"}
    assert not report.has_format_cue  # to save pixels again would mend nothing
    for name in ("cue", "metadata"):
        assert "Pixels do not show it" in report.check(name).meaning
        assert "does not help" in report.check(name).remedy


def test_exif_does_not_hide_what_pixels_show(tmp_path: Path) -> None:
    def with_exif(image: Image.Image, path: Path) -> None:
        exif = Image.Exif()
        exif[271] = "a camera"
        odd = int(path.stem) % 10 == 0
        image.save(path.with_suffix(".png" if odd else ".jpg"), exif=exif)

    report = look(plant(tmp_path / "images", human=with_exif, train=30, test=10))

    assert report.cues[0].trait == "exif"
    assert verdicts(report) == {"cue": "warn", "metadata": "stop", "images": "warn"}
    assert report.has_format_cue


def test_what_images_show_is_found_on_thumbnails(tmp_path: Path) -> None:
    def dark(image: Image.Image, path: Path) -> None:
        as_png(image.point([level // 2 for level in range(256)] * 3), path)

    report = look(plant(tmp_path / "images", human=dark, train=30, test=10))

    assert report.check("thumbnail").verdict == "stop"
    assert not report.has_format_cue


def test_few_images_are_not_accused(tmp_path: Path) -> None:
    report = look(plant(tmp_path / "images", human=as_jpeg, train=10, test=5))

    assert report.probes[0].auroc is None
    assert "too few images to say" in report.check("cue").found
    assert verdicts(report) == {"images": "warn"}


def test_pairs_of_one_given_group_are_meant(tmp_path: Path) -> None:
    root = plant(tmp_path / "images", train=10, test=5)
    as_other_file(root / "train/human/004.png", root / "train/ai/made_of_it.jpg")
    lines = ["path,label,split,group"]
    lines += [
        f"{path.relative_to(root).as_posix()},{path.parent.name},{path.parts[-3]},"
        + ("pair" if path.stem in {"004", "made_of_it"} and "train" in path.parts else "")
        for path in sorted(root.rglob("*.*"))
    ]
    (root / "manifest.csv").write_text("\n".join(lines))

    report = look(root, near(listed(root, tmp_path / "cache"), tmp_path / "cache"))

    assert report.check("near_conflicts").verdict == "ok"
    assert "1 pair more of one given group" in report.check("near_conflicts").found


def test_a_given_group_in_two_given_splits_is_a_leak(tmp_path: Path) -> None:
    root = plant(tmp_path / "images", train=10, test=5)
    lines = ["path,label,split,group", "train/ai/000.png,ai,train,scene"]
    lines += ["test/human/000.png,human,test,scene", "test/human/001.png,human,test,other"]
    (root / "manifest.csv").write_text("\n".join(lines))

    report = look(root)

    assert report.check("groups").verdict == "stop"
    assert report.check("groups").found == "1 group of 2 in more than one split"


def test_a_report_is_made_once(tmp_path: Path) -> None:
    root = plant(tmp_path / "images", train=10, test=5)
    manifest = listed(root, tmp_path / "cache")
    audit = Audit(tmp_path / "cache")
    assert audit.recall(manifest) is None

    report = audit.examine(manifest, [])
    (made,) = (tmp_path / "cache").glob("audit-*.json")
    moment = made.stat().st_mtime_ns
    again = audit.examine(manifest, [("ai/none.png", "ai/other.png", 0)])

    assert again == report == audit.recall(manifest)
    assert made.stat().st_mtime_ns == moment
    assert Audit(tmp_path / "cache", distance=5).recall(manifest) is None
    assert Audit(tmp_path / "cache", limits={"balance": [0.1, 0.2]}).recall(manifest) is None


def test_other_images_get_another_report(tmp_path: Path) -> None:
    root = plant(tmp_path / "images", train=10, test=5)
    audit = Audit(tmp_path / "cache")
    audit.examine(listed(root, tmp_path / "cache"), [])

    as_png(scene(1000), root / "train/ai/000")
    os.utime(root / "train/ai/000.png", (1, 1))

    assert audit.recall(listed(root, tmp_path / "cache")) is None


def test_a_damaged_report_is_made_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    manifest = listed(plant(tmp_path / "images", train=10, test=5), tmp_path / "cache")
    audit = Audit(tmp_path / "cache")
    report = audit.examine(manifest, [])
    (made,) = (tmp_path / "cache").glob("audit-*.json")

    made.write_text(made.read_text()[:100])

    assert audit.examine(manifest, []) == report
    assert "is damaged" in caplog.text
    assert AuditReport.from_json(made.read_text()) == report


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"distance": -1}, r"expected a number from 0 up, but got -1 \(audit\.distance\)"),
        ({"sample": 5}, r"expected a number from 100 up, but got 5 \(audit\.sample\)"),
        ({"limits": {"leek": [0.0, 1.0]}}, r"expected a check among .*leaks.*, but got leek"),
        ({"limits": {"leaks": [0.5, 0.1]}}, r"but got \[0\.5, 0\.1\] \(audit\.limits\.leaks\)"),
        ({"limits": {"leaks": [0.5]}}, r"but got \[0\.5\] \(audit\.limits\.leaks\)"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    options: dict[str, object], said: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match=said):
        Audit(tmp_path, **options)  # type: ignore[arg-type]  # as the config says it
