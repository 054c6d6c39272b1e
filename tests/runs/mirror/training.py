"""A folder that changes as a run's does, and an address that fails at a chosen moment."""

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

from typing_extensions import override

from ai_vs_human.cloud.remote_folder import RemoteFolder
from ai_vs_human.runs.checkpoints import resume_point
from ai_vs_human.runs.result import Result, Status


class Killed(BaseException):
    """What a process does not survive."""


class Address(RemoteFolder):
    """Notes what is done to a folder on this disk, and fails at the n-th time.

    Unlike a bucket, it then shows half a checkpoint.
    """

    def __init__(self, address: Path) -> None:
        super().__init__(str(address), "key")
        self._root = address
        self.done: list[tuple[str, ...]] = []
        self.fails_at: int | None = None
        self.failure: Callable[[], BaseException] = Killed
        self.meanwhile: Callable[[], None] = lambda: None

    def _do(self, *words: str, content: Path | None = None) -> None:
        self.meanwhile()
        if self.fails_at == len(self.done):
            if content is not None and content.suffix == ".ckpt":
                (self._root / words[-1]).parent.mkdir(parents=True, exist_ok=True)
                (self._root / words[-1]).write_bytes(content.read_bytes()[:-5])
            raise self.failure()
        self.done.append(words)

    @override
    def put(self, path: Path, name: str) -> None:
        self._do("put", name, content=path)
        super().put(path, name)

    @override
    def copy(self, old: str, new: str) -> None:
        self._do("copy", old, new, content=self._root / old)
        super().copy(old, new)

    @override
    def remove(self, name: str) -> None:
        self._do("remove", name)
        super().remove(name)

    @override
    def get(self, name: str, path: Path) -> None:
        self._do("get", name)
        super().get(name, path)


class Training:
    """A run's folder: each step has a better checkpoint, a row, and a point that refers to both."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.step = 0
        (folder / "checkpoints").mkdir(parents=True)
        (folder / "config.yaml").write_text("seed: 0")
        self.say("running")

    def say(self, status: Status) -> None:
        Result(run_id=self.folder.name, task="train", status=status).write(self.folder)

    def go_on(self) -> None:
        """One step."""
        self.step += 1
        points = self.folder / "checkpoints"
        for best in points.glob("best*"):
            best.unlink()
        (points / f"best_{self.step}.ckpt").write_bytes(b"best" * 10)
        with (self.folder / "rows.csv").open("a") as rows:
            rows.write(f"{self.step}\n")
        newest = points / "resume.ckpt"
        if newest.exists():
            newest.replace(points / "resume_before.ckpt")
        with zipfile.ZipFile(points / ".partial", "w") as archive:
            archive.writestr("step", str(self.step))
        (points / ".partial").replace(newest)

    def end(self) -> None:
        """The run is complete."""
        self.say("completed")
        for point in self.folder.glob("checkpoints/resume*"):
            point.unlink()


def step_of(folder: Path) -> int | None:
    """The step that a folder's run goes on from, once all is there that the point refers to."""
    point = resume_point(folder)
    if point is None:
        return None
    with zipfile.ZipFile(point) as archive:
        step = int(archive.read("step"))
    assert (folder / "checkpoints" / f"best_{step}.ckpt").read_bytes() == b"best" * 10
    assert str(step) in (folder / "rows.csv").read_text().split()
    return step


def emptied(folder: Path) -> Path:
    """The folder on a fresh disk."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
