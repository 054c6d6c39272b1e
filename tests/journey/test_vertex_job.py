"""What a custom job of Vertex AI does inside: machines that train together, disks that are lost."""

import json
import shutil
import signal
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ai_vs_human.runs.result import read_result
from ai_vs_human.tasks.registry.main import main
from tests.journey.conftest import Start, Zygote
from tests.runs.registry.google import bucket_at
from tests.toys import toy_images

pytestmark = pytest.mark.timeout(600)

WORDS = (
    "data=folder",
    "data/preprocess=as_is",
    "data.num_workers=0",
    "data.batch_size=8",
    "model/frontend=npr",
    "model.dropout=0.3",
    "trainer.max_epochs=20",
    "callbacks.progress_bar=null",
    "callbacks.model_summary=null",
    "callbacks.resume_point.every_n_steps=1",
    "energy=none",
    "resume=auto",
)
RUN = "outputs/train/sweep/sweep-3"


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    images = toy_images(tmp_path_factory.mktemp("job") / "images")
    return (*WORDS, f"data.root={images}", f"hydra.run.dir={RUN}")


@dataclass
class Job:
    """A training at one address: each attempt may begin on an empty disk."""

    zygote: Zygote
    place: Start
    words: tuple[str, ...]

    @property
    def folder(self) -> Path:
        return self.place.cwd / RUN

    @property
    def copy(self) -> Path:
        """What the bucket holds."""
        return self.place.cwd / "bucket" / "mine" / RUN

    @property
    def said(self) -> str:
        return (self.place.cwd / "said.txt").read_text()

    def attempt(self, *, by: signal.Signals | None = None) -> int:
        """Train; send SIGKILL when a resume point has come to the bucket, SIGTERM before that."""
        folder = RUN if by is signal.SIGTERM else f"bucket/mine/{RUN}"
        return self.zygote.train_each(
            self.place,
            words=self.words,
            kill=None if by is None else (2 if by is signal.SIGTERM else 1, 0.0),
            points=f"{folder}/checkpoints/resume.ckpt",
            by=by or signal.SIGKILL,
        )[0]


@pytest.fixture
def job(
    zygote: Zygote, words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Job]:
    (tmp_path / "bucket" / "mine").mkdir(parents=True)
    with bucket_at(tmp_path / "bucket", monkeypatch) as reached:
        base = f"gs://mine/{RUN}"
        vertex = {"AIP_CHECKPOINT_DIR": f"{base}/checkpoints/", "AIP_MODEL_DIR": f"{base}/model/"}
        environment = reached | vertex | {"CLOUD_ML_JOB_ID": "1", "RANK": "0", "WORLD_SIZE": "1"}
        yield Job(zygote, Start(tmp_path, environment), words)


@pytest.mark.filterwarnings("ignore:Sending a large body directly:ResourceWarning")
def test_a_job_goes_on_after_each_way_to_lose_its_machine(
    job: Job, words: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = tmp_path / "whole"
    assert job.zygote.train(whole, *words) == 0

    assert job.attempt(by=signal.SIGKILL) == -signal.SIGKILL, job.said
    assert (job.copy / "heartbeat.json").is_file()
    assert main(["show", "sweep-3", "--json", "--dir", "gs://mine/outputs"]) == 0
    assert json.loads(capsys.readouterr().out)["status"] == "crashed", "here its process is known"
    shutil.rmtree(job.folder)
    assert job.attempt(by=signal.SIGTERM) == 75, job.said
    assert read_result(job.copy).status == "interrupted"
    assert (job.copy / "checkpoints" / "resume.ckpt").is_file()
    shutil.rmtree(job.folder)
    newest = job.copy / "checkpoints" / "resume.ckpt"
    newest.write_bytes(newest.read_bytes()[:-1000])
    assert job.attempt() == 0, job.said

    result, expected = read_result(job.copy), read_result(whole / RUN)
    assert (result.status, result.attempts) == ("completed", 3)
    assert result.weights_sha256 == expected.weights_sha256
    assert result.metrics["test/auroc"] == expected.metrics["test/auroc"]
    assert "is damaged" in job.said
    assert result.checkpoint == expected.checkpoint
    best = (job.copy / str(result.checkpoint)).read_bytes()
    assert (job.copy / "model" / "model.ckpt").read_bytes() == best
    assert (job.copy / "model" / "config.yaml").is_file()
    left = {path.name for path in job.copy.rglob("*") if path.is_file()}
    assert {"provenance.json", "provenance-2.json", "provenance-3.json", "train.log"} <= left
    assert not {"heartbeat.json", "resume.ckpt", "resume_before.ckpt", ".lock"} & left

    shutil.rmtree(job.folder)
    assert job.attempt() == 0, job.said
    assert "run sweep-3 is finished: there is nothing to resume" in job.said


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def machines(cwd: Path) -> tuple[Start, Start]:
    """Two machines, each with a disk of its own, and what Vertex AI tells them."""
    hosts = {pool: [f"127.0.0.1:{free_port()}"] for pool in ("workerpool0", "workerpool1")}
    starts = []
    for rank, pool in enumerate(hosts):
        spec = {"cluster": hosts, "environment": "cloud", "task": {"type": pool, "index": 0}}
        of_machines = {"RANK": str(rank), "WORLD_SIZE": "2"}
        starts.append(Start(cwd / pool, {"CLUSTER_SPEC": json.dumps(spec), **of_machines}))
    return starts[0], starts[1]


def test_two_machines_train_what_two_processes_of_one_do(
    zygote: Zygote, words: tuple[str, ...], tmp_path: Path
) -> None:
    more = (*words, "trainer=ddp_sim", "trainer.max_epochs=2")
    first, second = machines(tmp_path)

    codes = zygote.train_each(
        first, second, words=(*more, "trainer.devices=1", "trainer.num_nodes=2")
    )

    assert codes == [0, 0], [(one.cwd / "said.txt").read_text() for one in (first, second)]
    # One machine, of whose processes Vertex AI knows nothing.
    task = {"type": "workerpool0", "index": 0}
    alone = {"cluster": {"workerpool0": ["127.0.0.1:2222"]}, "task": task}
    of_machines = {"CLUSTER_SPEC": json.dumps(alone), "RANK": "0", "WORLD_SIZE": "1"}
    assert zygote.train_each(Start(tmp_path / "one", of_machines), words=more) == [0]
    result, expected = read_result(first.cwd / RUN), read_result(tmp_path / "one" / RUN)
    assert result.status == "completed"
    assert result.weights_sha256 == expected.weights_sha256
    assert result.metrics.keys() == expected.metrics.keys()
    assert result.metrics["test/auroc"] == expected.metrics["test/auroc"]
    assert not (second.cwd / RUN / "result.json").exists(), "one run has one result"
