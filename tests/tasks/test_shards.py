"""`scripts/shards.py`, and a training on what it wrote."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ai_vs_human.runs.result import read_result
from tests.conftest import Run, newest_run, succeeded
from tests.toys import toy_images

DATA = ("data=folder", "data.root=images", "data/preprocess=as_is")


def test_shards_are_written_and_learnt_from(
    start: Callable[..., None], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    toy_images(tmp_path / "images")
    start("scripts/shards.py", *DATA, "output='my shards'")
    assert "144 images" in (told := capsys.readouterr().out)
    assert "python train.py data=shards 'data.root=my shards'" in told
    (tmp_path / "images").rename(tmp_path / "elsewhere")

    words = ("data=shards", "data.root=my shards", "data/preprocess=as_is", "data.num_workers=0")
    start("train.py", *words, "trainer.max_epochs=1", "energy=none")

    result = read_result(newest_run(tmp_path))
    assert result.status == "completed"
    assert result.metrics["test/auroc"] >= 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((*DATA,), "expected a place for the shards, but got none (output)"),
        (("data=shards", "output=x"), "expected images in files, but got shards to stream from"),
        ((*DATA, "data.streaming=true", "output=x"), "expected shards to stream from"),
    ],
)
def test_what_cannot_be_written_is_refused(
    start: Callable[..., None],
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    words: tuple[str, ...],
    message: str,
) -> None:
    toy_images(tmp_path / "images", per_class=2)

    with pytest.raises(SystemExit, match="1"):
        start("scripts/shards.py", *words)

    assert message in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "x").exists()


def test_help_imports_no_torch(run: Run) -> None:
    done = run("scripts/shards.py", "--help", launcher=("-X", "importtime"))

    succeeded(done)
    assert "chunk_mib:" in done.stdout
    assert "| torch\n" not in done.stderr
