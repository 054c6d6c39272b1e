"""The whole way: `python train.py -m hydra/launcher=vertex`, and train.py in the container too."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ai_vs_human.runs.result import read_result
from tests.cloud.vertex.fake_vertex import FakeVertex, fake_vertex
from tests.conftest import ROOT
from tests.jobs.vertex.conftest import until
from tests.jobs.vertex.test_launcher import Launch, ended
from tests.jobs.vertex.test_launcher import launch as launch  # noqa: PLC0414 -- its fixture
from tests.toys import toy_images

WORDS = (
    "data=folder",
    "data/preprocess=as_is",
    "data.num_workers=0",
    "data.batch_size=8",
    "model/frontend=npr",
    "trainer.max_epochs=12",
    "callbacks.progress_bar=null",
    "callbacks.model_summary=null",
    "callbacks.resume_point.every_n_steps=1",
    "energy=none",
)


@pytest.fixture
def vertex(buckets: Path, tmp_path: Path) -> Iterator[FakeVertex]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    program = (sys.executable, str(ROOT / "train.py"))
    with fake_vertex(program, environment, tmp_path) as service:
        yield service


def test_a_job_that_loses_its_machine_ends_with_its_result_here(
    vertex: FakeVertex, buckets: Path, launch: Launch, tmp_path: Path
) -> None:
    vertex.restarts = 1
    images = toy_images(tmp_path / "images")
    launched = launch(*WORDS, f"data.root={images}", "seed=3")
    until(lambda: list(buckets.glob("bucket/runs/train/*/*/checkpoints/resume.ckpt")))
    (job,) = vertex.jobs.values()
    job.preempt()

    code, said = ended(launched)

    assert code == 0, said
    assert job.exits == [[-9], [0]]
    (folder,) = (path.parent for path in tmp_path.glob("outputs/train/*/*/result.json"))
    result = read_result(folder)
    assert (result.status, result.attempts, result.seed) == ("completed", 2, 3)
    assert f"#0 completed: val/auroc {result.metrics['val/auroc']:.6g}" in said
    assert not (folder / "checkpoints").exists(), "large files stay in the bucket"
    assert list(buckets.glob("bucket/runs/train/*/*/checkpoints/*.ckpt"))
