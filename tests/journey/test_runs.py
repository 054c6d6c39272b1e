"""Runs that do not get into each other's way, keep no secret, and can be repeated."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from ai_vs_human.callbacks.resume_point import ResumePoint
from ai_vs_human.runs.result import read_result
from tests.conftest import ROOT, Run, newest_run, succeeded
from tests.journey.conftest import Zygote
from tests.toys import toy_images

TOY = (
    "data=folder",
    "data.root=images",
    "data/preprocess=as_is",
    "data.num_workers=0",
    "data.batch_size=8",
    "trainer.max_epochs=1",
    "energy=none",
)
QUICK = (*TOY, "callbacks=none", "logger=none", "test=false", "trainer.limit_train_batches=1")


def test_fifty_runs_started_at_once_have_fifty_ids_and_folders(
    zygote: Zygote, tmp_path: Path
) -> None:
    toy_images(tmp_path / "images", per_class=8)

    codes = zygote.train_at_once(50, tmp_path, *QUICK)

    assert codes == [0] * 50, (tmp_path / "said.txt").read_text()
    results = [read_result(path) for path in (tmp_path / "outputs" / "train").iterdir()]
    assert len({result.run_id for result in results}) == 50
    assert {result.status for result in results} == {"completed"}


def test_of_two_runs_in_one_folder_the_second_is_refused_and_loses_nothing(
    zygote: Zygote, tmp_path: Path
) -> None:
    toy_images(tmp_path / "images", per_class=8)

    codes = zygote.train_at_once(2, tmp_path, *QUICK, "hydra.run.dir=outputs/train/mine")

    assert sorted(codes) == [0, 1]
    assert read_result(tmp_path / "outputs" / "train" / "mine").status == "completed"
    assert (
        "expected a folder without a run, but got that of run mine"
        in (tmp_path / "said.txt").read_text()
    )


def test_a_key_of_the_environment_is_nowhere_in_the_run_folder(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    toy_images(tmp_path / "of-hf_0123456789", per_class=8)
    monkeypatch.setenv("WANDB_API_KEY", "secret")
    monkeypatch.setenv("HF_TOKEN", "hf_0123456789")

    words = ("data.root=of-hf_0123456789", "logger=many", "tags=[hf_0123456789]")
    words = (*words, "+note=token-hf_0123456789")
    succeeded(run("train.py", *TOY, *words))

    for secret in ("secret", "hf_0123456789"):
        grep = subprocess.run(
            ["grep", "-rac", secret, str(newest_run(tmp_path))], capture_output=True, check=False
        )
        assert grep.returncode == 1, grep.stdout


def test_a_run_leaves_a_record_of_what_it_was_started_from(
    start: Callable[..., None], tmp_path: Path
) -> None:
    toy_images(tmp_path / "images", per_class=8)

    start("train.py", *QUICK, "seed=5", "tags=[first]")

    folder = newest_run(tmp_path)
    result = read_result(folder)
    record = json.loads((folder / "provenance.json").read_text())
    assert record["run_id"] == result.run_id == folder.name
    assert record["seed"] == result.seed == 5
    assert result.tags == ["first"]
    assert "seed=5" in record["overrides"]
    assert record["data"]["fingerprint"] == result.data["fingerprint"]
    assert record["packages"]["torch"]
    assert record["lock_sha256"]
    assert not (folder / "heartbeat.json").exists(), "the run has ended"


def test_a_run_is_trained_again_like_another_with_single_values_changed(
    start: Callable[..., None], tmp_path: Path
) -> None:
    toy_images(tmp_path / "images", per_class=8)
    start("train.py", *QUICK, "model.dropout=0.25", "seed=3")
    first = newest_run(tmp_path)

    start("train.py", f"like={first.name}")
    (same,) = set(first.parent.iterdir()) - {first}
    start("train.py", f"like={first.name}", "seed=4")
    (other,) = set(first.parent.iterdir()) - {first, same}

    results = [read_result(folder) for folder in (first, same, other)]
    assert results[0].weights_sha256 == results[1].weights_sha256 != results[2].weights_sha256
    assert "dropout: 0.25" in (other / "config.yaml").read_text()
    assert results[2].run_id == other.name
    assert f"like: {first.name}" in (other / "config.yaml").read_text()


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_sigterm_ends_a_run_with_a_code_of_its_own_and_it_goes_on(
    run: Run, start: Callable[..., None], tmp_path: Path
) -> None:
    toy_images(tmp_path / "images", per_class=8)
    more = (*TOY, "trainer.max_epochs=100000", "test=false", "logger=csv")
    command = [sys.executable, str(ROOT / "train.py"), *more]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL) as process:
        while not list(tmp_path.glob("outputs/train/*/checkpoints/resume.ckpt")):
            with suppress(subprocess.TimeoutExpired):
                assert process.wait(timeout=0.2) == 0, "it ended before it had trained"
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=10)
    assert process.returncode == 75
    folder = newest_run(tmp_path)
    result = read_result(folder)
    assert (result.status, result.error) == ("interrupted", "asked to stop (SIGTERM)")
    assert (folder / "checkpoints" / "resume.ckpt").is_file()

    before = (folder / "config.yaml").read_text()
    for wrong in ("model/backbone=npr", "data.root=gone"):
        with pytest.raises(SystemExit, match="1"):
            start("train.py", f"resume={folder.name}", wrong)
    assert (folder / "config.yaml").read_text() == before, "a change that cannot work is not kept"

    succeeded(run("train.py", f"resume={folder.name}", "trainer.max_epochs=60"))
    assert "max_epochs: 60" in (folder / "config.yaml").read_text()

    resumed = read_result(folder)
    assert resumed.status == "completed"
    assert (folder / f"provenance-{resumed.attempts}.json").is_file()


def test_ctrl_c_ends_a_run_with_the_code_of_the_shell_and_a_word_on_how_it_goes_on(
    start: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    toy_images(tmp_path / "images", per_class=8)
    before = signal.getsignal(signal.SIGINT)
    press = partial(signal.raise_signal, signal.SIGINT)
    with monkeypatch.context() as patch:
        patch.setattr(ResumePoint, "on_train_batch_end", lambda *_: press())
        with pytest.raises(SystemExit, match="130"):
            start("train.py", *TOY, "callbacks=resume_point")
    signal.signal(signal.SIGINT, before)  # Lightning turns it off

    result = read_result(newest_run(tmp_path))
    assert (result.status, result.error) == ("interrupted", "stopped by hand (Ctrl-C)")
    assert f"resume={result.run_id} goes on with this run" in capsys.readouterr().out


def test_a_run_is_reproduced_and_a_changed_one_is_told(
    start: Callable[..., None], capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    toy_images(tmp_path / "images", per_class=8)
    start("train.py", *TOY, "callbacks.progress_bar=null")
    first = newest_run(tmp_path)

    start("scripts/reproduce.py", f"run={first.name}")

    assert f"repeats run {first.name}: same weights, same metrics" in capfd.readouterr().out
    report = json.loads(next(tmp_path.glob("outputs/reproduce/*/reproduction.json")).read_text())
    assert report["same_weights"]
    assert report["metrics"] == {}

    config = first / "composed.yaml"
    config.write_text(config.read_text().replace("seed: 0", "seed: 1", 1))
    with pytest.raises(SystemExit, match="1"):
        start("scripts/reproduce.py", f"run={first.name}")
    assert f"expected the weights and metrics of run {first.name}" in capfd.readouterr().err


def test_a_multirun_over_seeds_ends_with_a_summary(
    start: Callable[..., None], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    toy_images(tmp_path / "images", per_class=8)

    start("train.py", "-m", *TOY, "callbacks.progress_bar=null", "seed=0,1,2", "+my.token=hidden7")

    (sweep,) = (tmp_path / "outputs" / "train").iterdir()
    (group,) = json.loads((sweep / "seeds.json").read_text())
    assert group["seeds"] == [0, 1, 2]
    values = [read_result(sweep / f"{sweep.name}-{n}").metrics["test/loss"] for n in range(3)]
    assert group["metrics"]["test/loss"]["mean"] == pytest.approx(sum(values) / 3)
    assert "over the seeds 0, 1, 2" in capsys.readouterr().out
    assert "hidden7" not in "".join(path.read_text() for path in sweep.rglob("*.yaml"))


def test_a_sweep_in_which_a_job_fails_sums_up_the_others(
    start: Callable[..., None], tmp_path: Path
) -> None:
    toy_images(tmp_path / "images", per_class=8)
    lines = (*TOY, "callbacks.progress_bar=null", "seed=0,1", "model.optimizer.lr=0.001,1e30")

    with pytest.raises(SystemExit, match="1"):
        start("train.py", "-m", *lines, "trainer.max_epochs=2", "hydra/launcher=basic")

    (sweep,) = (tmp_path / "outputs" / "train").iterdir()
    statuses = [read_result(path.parent).status for path in sweep.glob("*/result.json")]
    assert sorted(statuses) == ["completed", "completed", "failed", "failed"]
    (group,) = json.loads((sweep / "seeds.json").read_text())
    assert group["seeds"] == [0, 1]
