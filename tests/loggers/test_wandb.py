import json
import os
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
import wandb

from ai_vs_human.errors import ConfigError
from ai_vs_human.loggers.protocol import Closable, ImageLogger
from ai_vs_human.loggers.wandb import WandbLogger
from tests.loggers.tiny import fit
from tests.loggers.wandb_file import read_records

pytestmark = pytest.mark.filterwarnings(
    # torch's own pytree, called by Lightning's CombinedLoader
    "ignore:.*LeafSpec.*:FutureWarning"
)

KEY = "0123456789" * 4


@pytest.fixture(autouse=True)
def _stranger(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Nobody is logged in, nothing is set, and no service is left over."""
    for name in [name for name in os.environ if name.startswith("WANDB_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("WANDB_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("WANDB_SILENT", "true")
    yield
    wandb.teardown()


def records_of(folder: Path, kind: str) -> list[object]:
    """Records of a kind in the one offline run below a run folder, once W&B has written all."""
    wandb.teardown()
    (run,) = (folder / "wandb").glob("offline-run-*")
    return [
        getattr(record, kind)
        for record in read_records(run)
        if record.WhichOneof("record_type") == kind
    ]


def test_a_run_without_a_key_is_written_offline_with_its_config_and_metrics(tmp_path: Path) -> None:
    logger = WandbLogger(save_dir=str(tmp_path), id="run-7", group="sweep", tags=["toy"])
    logger.log_hyperparams({"seed": 0, "model": {"optimizer": {"lr": 0.5}}})
    fit(tmp_path, [logger])
    logger.close(failed=False)

    (run,) = records_of(tmp_path, "run")
    (config,) = records_of(tmp_path, "config")
    history = [item for step in records_of(tmp_path, "history") for item in step.item]
    assert (run.run_id, run.project, run.run_group) == ("run-7", "ai-vs-human", "sweep")
    assert list(run.tags) == ["toy"]
    assert {one.key: json.loads(one.value_json) for one in config.update} == {
        "seed": 0,
        "model": {"optimizer": {"lr": 0.5}},
    }
    values = {tuple(item.nested_key): json.loads(item.value_json) for item in history}
    assert values["val/auroc",] == 0.75
    assert values["train/loss",] == pytest.approx(0.64)


def test_the_best_checkpoint_is_one_artifact_that_points_into_the_run_folder(
    tmp_path: Path,
) -> None:
    logger = WandbLogger(save_dir=str(tmp_path), id="run-8")
    trainer = fit(tmp_path, [logger])
    trainer.validate(trainer.lightning_module, trainer.val_dataloaders, verbose=False)
    logger.close(failed=False)

    (artifact,) = records_of(tmp_path, "artifact")
    (entry,) = artifact.manifest.contents
    assert artifact.name == "model-run-8"
    assert "best" in artifact.aliases
    assert json.loads(artifact.metadata)["score"] == 0.75
    assert entry.local_path == str(tmp_path / "checkpoints" / "best.ckpt")


def test_a_resumed_run_goes_on_counting_where_the_attempt_before_was_cut_off(
    tmp_path: Path,
) -> None:
    steps = []
    for attempt in range(3):
        logger = WandbLogger(save_dir=str(tmp_path), id="run-8")
        for number in range(3):
            logger.log_metrics({"x": float(number)}, step=number)
        logger.close(failed=False)
        for history in records_of(tmp_path, "history"):
            values = {tuple(item.nested_key): json.loads(item.value_json) for item in history.item}
            steps.append(values["_step",])
        (folder,) = tmp_path.glob("wandb/offline-run-*")
        folder.rename(tmp_path / "wandb" / f"earlier-run-{attempt}")

    assert len(steps) == 9
    assert steps == sorted(set(steps)), "`wandb sync` makes one run of them, each step once"


def test_nothing_is_written_into_the_home_folder(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    logger = WandbLogger(save_dir=str(tmp_path / "run"), id="run-9")
    fit(tmp_path, [logger])
    logger.close(failed=False)
    wandb.teardown()

    assert list((tmp_path / "home").rglob("*wandb*")) == []


def test_a_failed_run_ends_with_exit_code_1_and_keeps_no_artifact(tmp_path: Path) -> None:
    logger = WandbLogger(save_dir=str(tmp_path), id="broken")
    with pytest.raises(RuntimeError, match="the run breaks"):
        fit(tmp_path, [logger], fail=True)
    logger.log_metrics({"last": 1.0}, step=0)
    logger.close(failed=True)

    (end,) = records_of(tmp_path, "exit")
    assert end.exit_code == 1
    assert records_of(tmp_path, "artifact") == []


def test_two_jobs_of_one_process_are_two_runs_even_if_the_first_was_left_open(
    tmp_path: Path,
) -> None:
    first = WandbLogger(save_dir=str(tmp_path / "0"), id="job-0")
    first.log_metrics({"x": 0.0}, step=1)
    second = WandbLogger(save_dir=str(tmp_path / "1"), id="job-1")
    second.log_metrics({"x": 1.0}, step=1)
    second.close(failed=False)
    third = WandbLogger(save_dir=str(tmp_path / "2"), id="job-2")
    third.log_metrics({"x": 2.0}, step=1)
    third.close(failed=False)

    for number in range(3):
        (run,) = records_of(tmp_path / str(number), "run")
        (step,) = records_of(tmp_path / str(number), "history")
        values = {tuple(item.nested_key): json.loads(item.value_json) for item in step.item}
        assert run.run_id == f"job-{number}"
        assert values["x",] == number


def test_a_process_started_from_a_run_does_not_find_its_service(tmp_path: Path) -> None:
    logger = WandbLogger(save_dir=str(tmp_path), id="parent")
    logger.log_metrics({"x": 0.0}, step=1)
    inherited = dict(os.environ)
    logger.close(failed=False)

    assert "WANDB_SERVICE" not in inherited


def test_images_become_a_panel_with_their_captions(tmp_path: Path) -> None:
    images = [np.full((8, 8, 3), shade, np.uint8) for shade in (0, 255)]
    logger = WandbLogger(save_dir=str(tmp_path), id="panel")
    logger.log_images("val/images", images, ["black", "white"], step=3)
    logger.close(failed=False)

    (step,) = records_of(tmp_path, "history")
    values = {tuple(item.nested_key): json.loads(item.value_json) for item in step.item}
    assert values["val/images", "captions"] == ["black", "white"]
    assert len(list(tmp_path.rglob("media/images/val/*.png"))) == 2


def test_it_shows_images_and_has_an_end(tmp_path: Path) -> None:
    logger = WandbLogger(save_dir=str(tmp_path))

    assert isinstance(logger, ImageLogger)
    assert isinstance(logger, Closable)
    assert list(tmp_path.iterdir()) == []


def test_a_disabled_run_writes_nothing(tmp_path: Path) -> None:
    logger = WandbLogger(save_dir=str(tmp_path), id="off", mode="disabled")
    fit(tmp_path, [logger])
    logger.close(failed=False)

    assert list(tmp_path.rglob("*.wandb")) == []


def test_a_server_that_is_not_there_makes_the_run_offline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed_soon:
        port = closed_soon.getsockname()[1]
    monkeypatch.setenv("WANDB_BASE_URL", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("WANDB_API_KEY", KEY)
    logger = WandbLogger(save_dir=str(tmp_path), id="alone")
    logger.log_metrics({"x": 1.0}, step=1)
    logger.close(failed=False)

    assert len(records_of(tmp_path, "history")) == 1


class _Refusal(BaseHTTPRequestHandler):
    """Answers everything as W&B answers a key that it does not know."""

    def do_GET(self) -> None:
        self.send_response(401)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def refusing_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Refusal) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        host = f"127.0.0.1:{server.server_port}"
        monkeypatch.setenv("WANDB_BASE_URL", f"http://{host}")
        (tmp_path / "netrc").write_text(f"machine {host} login user password {KEY}\n")
        yield
        wandb.teardown()
        server.shutdown()


@pytest.mark.usefixtures("refusing_server")
def test_a_refused_key_from_netrc_makes_the_run_offline(tmp_path: Path) -> None:
    logger = WandbLogger(save_dir=str(tmp_path), id="refused")
    logger.log_metrics({"x": 1.0}, step=1)
    logger.close(failed=False)

    assert len(records_of(tmp_path, "history")) == 1
    assert len(list((tmp_path / "wandb").glob("run-*"))) == 1  # it was tried online


@pytest.mark.usefixtures("refusing_server")
def test_a_refused_key_ends_a_run_that_must_be_online(tmp_path: Path) -> None:
    logger = WandbLogger(save_dir=str(tmp_path), id="demanded", mode="online")

    with pytest.raises(ConfigError, match=r"expected W&B to take the run, but got: .*401") as error:
        logger.log_metrics({"x": 1.0}, step=1)
    assert error.value.hint == "logger.wandb.mode=offline, and wandb sync later"


def test_no_key_ends_a_run_that_must_be_online(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WANDB_MODE", "online")
    logger = WandbLogger(save_dir=str(tmp_path), id="demanded")

    with pytest.raises(ConfigError, match=r"expected a key for W&B, but got none .*\nhint: wandb"):
        logger.log_metrics({"x": 1.0}, step=1)
