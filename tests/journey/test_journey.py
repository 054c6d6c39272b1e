"""The whole road on a CPU: images, a trained detector, measured again, asked about files."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
import yaml

from ai_vs_human.runs.result import read_result
from tests.conftest import Run, newest_run, succeeded
from tests.toys import toy_images

SMALL = ("model=cnn", "model/frontend=npr", "data.batch_size=8", "model.optimizer.lr=0.02")


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toy_images(tmp_path_factory.mktemp("journey") / "images")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_train_evaluate_predict(start: Callable[..., None], images: Path, tmp_path: Path) -> None:
    (images / "train" / "ai" / "broken.png").write_text("no image")
    folder = (f"data.root={images}", "data/preprocess=as_is", "data.max_unreadable=0.1")
    start("train.py", "data=folder", *folder, *SMALL, "trainer.max_epochs=3", "data.num_workers=0")
    run = newest_run(tmp_path)
    trained = read_result(run)

    assert trained.status == "completed"
    assert trained.metrics["test/auroc"] > 0.95
    assert trained.images == {"train": 48, "val": 48, "test": 48}
    assert trained.metrics["test/threshold"] == trained.metrics["val/threshold"]
    assert [row["path"] for row in rows(run / "unreadable.csv")] == ["train/ai/broken.png"]
    assert (run / "images").is_dir()
    assert {"val/auroc", "test/auroc"} <= set(rows(run / "csv" / "metrics.csv")[0])
    assert trained.checkpoint is not None
    stored = torch.load(run / trained.checkpoint, weights_only=True)
    assert stored["hyper_parameters"]["preprocess"]["mode"] == "as_is"

    brief = ("batch_sizes=[2]", "window_seconds=1.0", "repeats=2", "idle_seconds=0.0")
    words = [f"inference_energy.{word}" for word in brief]
    start("scripts/evaluate.py", "run=latest", "energy=zeus", *words)
    again = read_result(newest_run(tmp_path, "evaluate"))

    own = {name: value for name, value in trained.metrics.items() if name.startswith("test/")}
    assert {name: value for name, value in again.metrics.items() if name in own} == own
    assert again.energy is not None
    if not again.energy["measured"]:  # on most virtual machines
        assert again.metrics == own
        assert "cpu: " in again.energy["inference"]["missing"]["all batch sizes"]
    assert again.origins == trained.origins
    assert again.status == "completed"
    assert again.started
    assert again.ended

    start(
        "scripts/predict.py",
        "run=latest",
        f"input=[{images / 'test'},{images / 'train/ai/broken.png'}]",
    )
    predicted = next((tmp_path / "outputs" / "predict").glob("*/predictions.csv"))
    scores = {Path(row["path"]).relative_to(images).as_posix(): row for row in rows(predicted)}

    for row in rows(run / "test_predictions.csv"):
        assert float(scores[row["path"]]["score"]) == pytest.approx(float(row["score"]), abs=1e-6)
        assert scores[row["path"]]["verdict"] == row["verdict"]
        assert row["group"] == ""
    assert "broken" not in scores["train/ai/broken.png"]["verdict"]
    assert scores["train/ai/broken.png"]["error"]
    assert (predicted.parent / "contact_sheet.png").is_file()


def test_a_failed_run_says_so_in_its_folder(
    start: Callable[..., None], images: Path, tmp_path: Path
) -> None:
    data = ("data=folder", f"data.root={images}", "data/preprocess=as_is", "data.num_workers=0")

    with pytest.raises(SystemExit, match="1"):
        start("train.py", *data, *SMALL, "checkpoint=nothing.ckpt", "logger=wandb")

    result = read_result(newest_run(tmp_path))
    assert result.status == "failed"
    assert "nothing.ckpt" in str(result.error)


def test_a_sweep_gives_every_job_a_folder_and_an_id(
    start: Callable[..., None], images: Path, tmp_path: Path
) -> None:
    data = ("data=folder", f"data.root={images}", "data/preprocess=as_is", "data.num_workers=0")

    start("train.py", "-m", *data, *SMALL, "seed=0,1", "trainer.max_epochs=1", "logger=wandb")

    results = [read_result(path.parent) for path in tmp_path.glob("outputs/train/*/*/result.json")]
    assert len({result.run_id for result in results}) == 2
    assert len(list(tmp_path.glob("outputs/train/*/*/wandb/offline-run-*"))) == 2
    for path in tmp_path.glob("outputs/train/*/*/config.yaml"):
        stored = yaml.safe_load(path.read_text())
        assert stored["logger"]["wandb"]["group"] == path.parents[1].name
    assert results[0].metrics != results[1].metrics


def test_two_processes_make_one_run_and_see_every_image_once(
    run: Run, start: Callable[..., None], images: Path, tmp_path: Path
) -> None:
    data = ("data=folder", f"data.root={images}", "data/preprocess=as_is", "data.num_workers=0")
    more = (*SMALL, "trainer=ddp_sim", "trainer.max_epochs=2", "logger=[csv,wandb]")

    succeeded(run("train.py", *data, *more))

    assert len(list(tmp_path.glob("outputs/train/*"))) == 1
    folder = newest_run(tmp_path)
    result = read_result(folder)
    assert result.images == {"train": 48, "val": 48, "test": 48}
    assert len({row["id"] for row in rows(folder / "test_predictions.csv")}) == 48
    assert len(list(folder.glob("wandb/offline-run-*"))) == 1
    assert json.loads((folder / "result.json").read_text())["status"] == "completed"

    torchrun = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2")
    (tmp_path / "torchrun").mkdir()
    succeeded(run("train.py", *data, *more, launcher=torchrun, cwd=tmp_path / "torchrun"))

    assert len(list(tmp_path.glob("torchrun/outputs/train/*"))) == 1
    side_by_side = read_result(newest_run(tmp_path / "torchrun"))
    assert side_by_side.weights_sha256 == result.weights_sha256
    assert set(side_by_side.metrics) == set(result.metrics)

    (tmp_path / "alone").mkdir()
    start("train.py", *data, *SMALL, "trainer.max_epochs=2", "logger=csv", cwd=tmp_path / "alone")

    assert set(read_result(newest_run(tmp_path / "alone")).metrics) == set(result.metrics)


@pytest.mark.parametrize("name", ["fdr", "limit", "overfit", "profiler", "default"])
def test_a_debug_run_ends_well(name: str, start: Callable[..., None], tmp_path: Path) -> None:
    toy_images(tmp_path / "images", per_class=40)

    start(
        "train.py",
        f"debug={name}",
        "data=folder",
        "data.root=images",
        "data/preprocess=as_is",
        "data.batch_size=8",
        "trainer.max_epochs=1",
    )

    assert read_result(newest_run(tmp_path)).status == "completed"


@pytest.mark.filterwarnings("ignore:.*could not find the monitored key.*")
@pytest.mark.parametrize(
    "less",
    [
        ("callbacks=none", "logger=none", "energy=none"),
        ("test=false",),
        ("trainer.limit_test_batches=0",),
        ("trainer.limit_val_batches=0",),
    ],
    ids=lambda less: less[0],
)
def test_a_run_can_do_less(
    less: tuple[str, ...], start: Callable[..., None], images: Path, tmp_path: Path
) -> None:
    data = ("data=folder", f"data.root={images}", "data/preprocess=as_is", "data.num_workers=0")

    start("train.py", *data, *SMALL, "data.max_unreadable=0.1", "trainer.max_epochs=1", *less)

    assert read_result(newest_run(tmp_path)).status == "completed"


def test_a_detector_is_measured_on_images_of_one_class(
    start: Callable[..., None], images: Path, tmp_path: Path
) -> None:
    data = ("data=folder", f"data.root={images}", "data/preprocess=as_is", "data.num_workers=0")
    start("train.py", *data, *SMALL, "data.max_unreadable=0.1", "trainer.max_epochs=1")
    checkpoint = next(newest_run(tmp_path).glob("checkpoints/epoch*.ckpt")).rename(
        tmp_path / "x.ckpt"
    )
    (tmp_path / "some" / "ai").mkdir(parents=True)
    (tmp_path / "some" / "ai" / "x.png").write_bytes((images / "test/ai/000.png").read_bytes())

    start(
        "scripts/evaluate.py",
        f"checkpoint={checkpoint}",
        "data=folder",
        "data.root=some",
        "data.test_on=all",
    )

    result = read_result(newest_run(tmp_path, "evaluate"))
    assert result.images == {"test": 1}
    assert "test/auroc" not in result.metrics
    assert "test/recall_ai" in result.metrics

    with pytest.raises(SystemExit, match="1"):
        start("scripts/evaluate.py", f"checkpoint={checkpoint}", "data=folder", "data.root=gone")

    failed = newest_run(tmp_path, "evaluate")
    result = read_result(failed)
    assert result.status == "failed"
    assert "got gone, which does not exist" in str(result.error)
    assert "root: gone" in (failed / "config.yaml").read_text()
    assert not (failed / "heartbeat.json").exists()


@pytest.mark.filterwarnings("ignore:The dirpath has changed")
def test_a_training_goes_on_from_a_checkpoint(
    start: Callable[..., None], capsys: pytest.CaptureFixture[str], images: Path, tmp_path: Path
) -> None:
    data = ("data=folder", f"data.root={images}", "data/preprocess=as_is", "data.num_workers=0")
    more = (*data, *SMALL, "data.max_unreadable=0.1", "model/scheduler=none")
    start("train.py", *more, "trainer.max_epochs=1")
    last = newest_run(tmp_path) / "checkpoints" / "last.ckpt"

    start("train.py", *more, "trainer.max_epochs=2", f"checkpoint={last}")

    resumed = torch.load(newest_run(tmp_path) / "checkpoints" / "last.ckpt", weights_only=True)
    assert resumed["epoch"] == 1

    with pytest.raises(SystemExit, match="1"):
        start("train.py", *more, "model/backbone=npr", f"checkpoint={last}")

    said = capsys.readouterr().err
    assert said.startswith("error: expected the weights of this network, but got others: ")
    assert len(said.splitlines()) == 2
    assert resumed["global_step"] == 2 * torch.load(last, weights_only=True)["global_step"]
