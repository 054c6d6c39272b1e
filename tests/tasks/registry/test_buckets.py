"""Every command on remote file systems: one in this process, and Google's over HTTP."""

from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from tests.runs.making import make_run
from tests.runs.registry.google import bucket_at
from tests.tasks.registry.conftest import Ask, Say, ids

A, B, C = "20260101-000000-aaaaaa", "20260102-000000-bbbbbb", "20260103-000000-cccccc"


def make_runs(outputs: Path) -> None:
    for name, status in ((A, "failed"), (B, "completed"), (C, "completed")):
        folder = make_run(
            outputs,
            name,
            status=status,
            config={"lr": name[7]},
            metrics={"test/auroc": 0.9, "test/threshold": 0.5, "val/auroc": 0.9},
            scores={f"i{n}": ("ai" if n % 2 else "human", n % 10 / 10) for n in range(40)},
        )
        (folder / "checkpoints").mkdir()
        (folder / "checkpoints" / "last.ckpt").write_bytes(b"x" * 100)


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[str]:
    make_runs(tmp_path)
    files = fsspec.filesystem("memory")
    files.put(str(tmp_path / "train"), "/tidy/outputs/train", recursive=True)
    yield "memory://tidy/outputs"
    files.rm("/tidy", recursive=True)


@pytest.fixture
def google(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    make_runs(tmp_path / "mine" / "outputs")
    with bucket_at(tmp_path, monkeypatch):
        yield "gs://mine/outputs"


@pytest.fixture(params=["memory", "google"])
def bucket(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(request.param)
    return url


def test_every_command_works_on_a_bucket(bucket: str, say: Say, ask: Ask) -> None:
    where = ("--dir", bucket)

    assert ids(ask("ls", *where)) == [A, B, C]
    assert ids(ask("best", *where)) == [B, C]
    assert f"{bucket}/train/{A}" in say("show", A, *where)
    assert f"{bucket}/train/{A}" in say("show", f"{bucket}/train/{A}", *where)
    document = ask("compare", B, C, *where)
    assert document["config"] == {"lr": {B: "2", C: "3"}}
    assert document["paired"]["differences"]["auroc"]["difference"] == 0

    say("prune", "--keep-best", "1", "--checkpoints-only", "--yes", *where)
    assert [len(ask("show", run, *where)["files_bytes"]) for run in (A, B, C)] == [3, 4, 3]
    say("prune", "--status", "failed", "--yes", *where)
    assert ids(ask("ls", *where)) == [B, C]
