"""Every command on a remote file system."""

from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from tests.runs.making import make_run
from tests.tasks.registry.conftest import Ask, Say, ids

A, B, C = "20260101-000000-aaaaaa", "20260102-000000-bbbbbb", "20260103-000000-cccccc"


@pytest.fixture
def bucket(tmp_path: Path) -> Iterator[str]:
    """What lies in the test's folder, in a remote file system that lives in this process."""
    for name, status in ((A, "failed"), (B, "completed"), (C, "completed")):
        folder = make_run(
            tmp_path,
            name,
            status=status,
            config={"lr": name[7]},
            metrics={"test/auroc": 0.9, "test/threshold": 0.5, "val/auroc": 0.9},
            scores={f"i{n}": ("ai" if n % 2 else "human", n % 10 / 10) for n in range(40)},
        )
        (folder / "checkpoints").mkdir()
        (folder / "checkpoints" / "last.ckpt").write_bytes(b"x" * 100)
    files = fsspec.filesystem("memory")
    files.put(str(tmp_path / "train"), "/tidy/outputs/train", recursive=True)
    yield "memory://tidy/outputs"
    files.rm("/tidy", recursive=True)


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
