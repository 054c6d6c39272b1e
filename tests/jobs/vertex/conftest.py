"""A bucket and a Vertex AI on the loopback, and who asks them to do jobs."""

import os
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from ai_vs_human.cloud.vertex.checked import settings_from
from ai_vs_human.cloud.vertex.client import VertexClient
from ai_vs_human.jobs.job import Job
from ai_vs_human.jobs.vertex.runner import VertexRunner
from tests.cloud.vertex import stand_in_program
from tests.cloud.vertex.fake_vertex import FakeVertex, fake_vertex
from tests.runs.registry.google import bucket_at

SWEEP = "20261124-120000-abcdef01"


@pytest.fixture
def buckets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of buckets; gs:// leads there."""
    root = tmp_path / "buckets"
    (root / "bucket").mkdir(parents=True)
    with bucket_at(root, monkeypatch) as reached:
        for name, value in reached.items():
            monkeypatch.setenv(name, value)
        yield root


@pytest.fixture
def vertex(buckets: Path, tmp_path: Path) -> Iterator[FakeVertex]:
    environment = {"BUCKETS": str(buckets), "PATH": os.environ["PATH"]}
    with fake_vertex(stand_in_program(), environment, tmp_path) as service:
        yield service


@pytest.fixture
def runner(vertex: FakeVertex) -> Callable[..., VertexRunner]:
    """One that asks the fake service; `runner(wait=False)` changes a setting."""

    def make(**settings: object) -> VertexRunner:
        values = {
            "project": "project",
            "region": "europe-west4",
            "image": "registry/image:1a2b3c4",
            "bucket": "gs://bucket/runs",
            "poll_seconds": 0.02,
            "endpoint": vertex.address,
        }
        checked = settings_from({**values, **settings})
        return VertexRunner(
            checked, partial(VertexClient, "project", "europe-west4", vertex.address)
        )

    return make


@pytest.fixture
def job(tmp_path: Path) -> Callable[..., Job]:
    """A job of a multirun in the test's folder."""

    def make(*words: str, number: int = 0) -> Job:
        folder = tmp_path / "outputs" / "train" / SWEEP / f"{SWEEP}-{number}"
        return Job(number, str(folder), words, objectives=("val/auroc",))

    return make


def until(true: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait for what another thread or process does."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)
