"""The audit from the command line, and before a training."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ai_vs_human.data.audit.report import AuditReport
from ai_vs_human.data.delivery.delivery import Delivery
from ai_vs_human.data.images import Images
from ai_vs_human.data.members import folder
from ai_vs_human.errors import DataError
from ai_vs_human.tasks.audited import audited, cue_to_mend
from ai_vs_human.tasks.report import was_delivered
from tests.conftest import ROOT, newest_run
from tests.data.audit.planting import CLASSES, SPLITS, as_jpeg, plant

Start = Callable[..., None]


def newest_report(cwd: Path, task: str = "audit") -> AuditReport:
    (path,) = (cwd / "outputs" / task).glob("*/audit.json")
    return AuditReport.from_json(path.read_text())


def test_the_embedded_dataset_passes_strict(
    start: Start, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    start("scripts/audit.py", "data.size=tiny", "audit=strict")

    report = newest_report(tmp_path)
    assert [check.name for check in report.of("warn")] == ["images"]  # 36 to test on
    assert report.verdict == "warn"
    for probe in report.probes:
        assert probe.auroc is not None
        assert probe.auroc.value <= 0.6
    assert report.check("groups").found == "no groups of 120 in more than one split"
    said = capsys.readouterr().out
    assert "240 images, 1 of 14 checks warn" in said
    assert "audit.html" in said


def test_strict_ends_with_what_was_found(
    start: Start, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = plant(tmp_path / "images", human=as_jpeg, train=30, test=10)

    with pytest.raises(SystemExit, match="1"):
        start("scripts/audit.py", "data=folder", f"data.root={root}", "audit=strict")

    said = " ".join(capsys.readouterr().err.split())
    assert "expected images without leaks and shortcuts, but got the trait that tells most" in said
    assert "all 40 AI images are PNG files, all 40 human images are JPEG files" in said
    assert "hint: data/delivery=neutral" in said
    assert newest_report(tmp_path).verdict == "stop"  # the page stays, to be looked at


def test_a_training_is_ended_before_it_begins(
    start: Start, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = plant(tmp_path / "images", human=as_jpeg, train=30, test=10)

    words = ["data=folder", f"data.root={root}", "data/delivery=none", "audit=strict"]
    with pytest.raises(SystemExit, match="1"):
        start("train.py", *words)

    assert "expected images without leaks and shortcuts" in capsys.readouterr().err
    stopped = newest_run(tmp_path)
    assert json.loads((stopped / "result.json").read_text())["status"] == "failed"
    assert (stopped / "audit.html").is_file()
    assert not (stopped / "checkpoints").exists()


def test_a_training_that_goes_on_is_told_all(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    root = plant(tmp_path / "images", human=as_jpeg, train=30, test=10)
    shutil.copy(root / "train/ai/000.png", root / "train/ai/copy.png")
    images = folder(
        root=str(root),
        cache_dir=str(tmp_path / "cache"),
        classes=CLASSES,
        splits=SPLITS,
        preprocess={"mode": "as_is"},
    )
    warn = {"_target_": "ai_vs_human.data.audit.audit.Audit", "cache_dir": str(tmp_path / "cache")}
    caplog.set_level("INFO")

    report = audited(images, warn, tmp_path)

    assert report is not None
    assert report.has_format_cue
    assert "2 of 14 checks say stop, 2 warn" in caplog.text
    assert "To do: data/delivery=neutral" in caplog.text
    rows = (tmp_path / "audit_pairs.csv").read_text().splitlines()
    assert rows[1] == "duplicates,train/ai/000.png,ai,train,train/ai/copy.png,ai,train,0"
    assert audited(images, warn, tmp_path) == report
    assert audited(images, {}, tmp_path) is None


def test_strict_goes_on_only_where_delivery_mends(tmp_path: Path) -> None:
    root = plant(tmp_path / "images", human=as_jpeg, train=30, test=10)
    strict = {
        "_target_": "ai_vs_human.data.audit.audit.Audit",
        "cache_dir": str(tmp_path / "cache"),
        "strict": True,
    }

    def delivered(delivery: Delivery) -> Images:
        return folder(
            root=str(root),
            cache_dir=str(tmp_path / "cache"),
            classes=CLASSES,
            splits=SPLITS,
            preprocess={"mode": "as_is"},
            delivery=delivery,
        )

    assert audited(delivered(Delivery()), strict, tmp_path) is not None
    with pytest.raises(DataError, match="without leaks and shortcuts, but got the trait"):
        audited(delivered(Delivery(quality=None)), strict, tmp_path)


def test_training_that_goes_on_has_its_images_delivered_as_it_began() -> None:
    clean = AuditReport("images", "0" * 64, {}, {}, (), (), (), (), {})

    for report in (None, clean):
        assert cue_to_mend(report, was_delivered({"delivery": {"law": "neutral"}})) is True
        assert cue_to_mend(report, was_delivered({"delivery": {"law": "none"}})) is False
    assert cue_to_mend(clean, was_delivered({})) is False
    assert cue_to_mend(None, was_delivered({})) is None


def test_no_audit_is_nothing_to_do(start: Start, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="1"):
        start("scripts/audit.py", "audit=off")

    assert "expected an audit to do, but got audit=off" in capsys.readouterr().err


def test_neither_help_nor_a_second_start_imports_what_trains(start: Start, tmp_path: Path) -> None:
    plant(tmp_path / "images", train=10, test=5)
    words = [str(ROOT / "scripts/audit.py"), "data=folder", "data.root=images"]
    watched = (
        "import atexit, runpy, sys\n"
        "heavy = ('torch', 'lightning', 'sklearn', 'matplotlib')\n"
        "atexit.register(lambda: print([name for name in heavy if name in sys.modules]))\n"
        "sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')"
    )
    start("scripts/audit.py", *words[1:])

    for more in ([], ["--help"]):
        command = [sys.executable, "-c", watched, *words, *more]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.stdout.rstrip().endswith("[]"), f"{done.stdout}\n{done.stderr}"
