"""Trainings that are killed, go on, and end as if nothing had happened."""

import random
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import pytest

from ai_vs_human.runs.result import Result, read_result
from tests.conftest import newest_run
from tests.journey.conftest import Zygote
from tests.toys import toy_images

pytestmark = pytest.mark.timeout(600)

WORDS = (
    "data=folder",
    "data.root=../images",
    "data/preprocess=as_is",
    "data.num_workers=0",
    "data.batch_size=8",
    "model/frontend=npr",
    "model.dropout=0.3",
    "trainer.max_epochs=4",
    "trainer.log_every_n_steps=1",
    "callbacks.progress_bar=null",
    "callbacks.model_summary=null",
    "callbacks.resume_point.every_n_steps=1",
    "logger=csv",
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("resume")
    toy_images(home / "images")
    return home


@dataclass
class Unbroken:
    """A training that nobody killed."""

    result: Result
    seconds: float
    folder: Path


def unbroken(zygote: Zygote, cwd: Path, *words: str) -> Unbroken:
    start = monotonic()
    assert zygote.train(cwd, *words) == 0, (cwd / "said.txt").read_text()
    seconds = monotonic() - start
    return Unbroken(read_result(newest_run(cwd)), seconds, newest_run(cwd))


@pytest.fixture(scope="module")
def whole(zygote: Zygote, home: Path) -> Unbroken:
    unbroken(zygote, home / "first", *WORDS)  # takes longer: files are read for the first time
    return unbroken(zygote, home / "whole", *WORDS)


def figures(result: Result) -> dict[str, float]:
    """Metrics without those of the clock."""
    return {key: value for key, value in result.metrics.items() if "per_second" not in key}


def assert_equal(result: Result, expected: Result) -> None:
    assert result.status == "completed"
    assert result.weights_sha256 == expected.weights_sha256
    assert figures(result) == figures(expected)
    assert result.origins == expected.origins
    assert result.checkpoint == expected.checkpoint


def table(folder: Path) -> list[str]:
    """The logged rows, without the columns of the clock."""
    lines = (folder / "csv" / "metrics.csv").read_text().splitlines()
    keep = [i for i, name in enumerate(lines[0].split(",")) if "per_second" not in name]
    return sorted(",".join(line.split(",")[i] for i in keep) for line in lines)


def test_two_unbroken_trainings_are_equal(home: Path, whole: Unbroken) -> None:
    assert_equal(read_result(newest_run(home / "first")), whole.result)


def kill_and_resume(
    zygote: Zygote,
    home: Path,
    whole: Unbroken,
    words: tuple[str, ...],
    *,
    kills: int,
    earliest: float,
) -> None:
    """Kill `kills` trainings, each at some instant, and compare what comes of them."""
    instants = random.Random(0)  # noqa: S311 -- no secret
    killed = 0
    for number in range(3 * kills):
        cwd = home / f"killed-{number}"
        instant = instants.uniform(earliest, 1.0) * whole.seconds
        if zygote.train(cwd, *words, kill_after=instant) == -signal.SIGKILL:
            killed += 1
            code = zygote.train(cwd, *words, "resume=auto")
            assert code == 0, (cwd / "said.txt").read_text()
            assert_equal(read_result(newest_run(cwd)), whole.result)
            assert table(newest_run(cwd)) == table(whole.folder)
            assert not list(cwd.glob("**/resume*.ckpt"))
        shutil.rmtree(cwd)
        if killed == kills:
            return
    raise AssertionError(f"expected {kills} instants within a training, but got {killed}")


def test_twenty_killed_trainings_end_with_the_weights_of_the_unbroken_one(
    zygote: Zygote, home: Path, whole: Unbroken
) -> None:
    kill_and_resume(zygote, home, whole, WORDS, kills=20, earliest=0.0)


def test_five_killed_trainings_of_two_processes_end_with_the_weights_of_the_unbroken_one(
    zygote: Zygote, home: Path
) -> None:
    words = (*WORDS, "trainer=ddp_sim", "trainer.max_epochs=8")
    whole = unbroken(zygote, home / "two", *words)

    kill_and_resume(zygote, home, whole, words, kills=5, earliest=0.5)


def killed_in_the_middle(zygote: Zygote, cwd: Path, whole: Unbroken) -> Path:
    """The folder of a training that was killed when it had two resume points."""
    instants = random.Random(1)  # noqa: S311 -- no secret
    for _ in range(20):
        zygote.train(cwd, *WORDS, kill_after=instants.uniform(0.2, 1.0) * whole.seconds)
        points = list(cwd.glob("outputs/train/*/checkpoints/resume*.ckpt"))
        if len(points) == 2:
            return points[0].parents[1]
        shutil.rmtree(cwd)
    raise AssertionError("expected two resume points at some instant, but got none")


@pytest.mark.parametrize("harm", ["cut", "flipped", "empty", "gone"])
def test_a_damaged_resume_point_is_skipped_for_the_one_before(
    harm: str, zygote: Zygote, home: Path, whole: Unbroken
) -> None:
    cwd = home / harm
    folder = killed_in_the_middle(zygote, cwd, whole)
    newest = folder / "checkpoints" / "resume.ckpt"
    content = bytearray(newest.read_bytes())
    if harm == "flipped":
        content[len(content) // 2] ^= 1
    newest.write_bytes({"cut": content[:-1000], "empty": b""}.get(harm, content))
    if harm == "gone":
        newest.unlink()

    assert zygote.train(cwd, f"resume={folder.name}") == 0, (cwd / "said.txt").read_text()

    assert_equal(read_result(folder), whole.result)
    assert ("is damaged" in (cwd / "said.txt").read_text()) == (harm != "gone")


def test_without_any_whole_resume_point_a_run_begins_again_in_its_folder(
    zygote: Zygote, home: Path, whole: Unbroken
) -> None:
    cwd = home / "none"
    folder = killed_in_the_middle(zygote, cwd, whole)
    for point in folder.glob("checkpoints/resume*"):
        point.write_bytes(b"torn")

    assert zygote.train(cwd, "resume=latest") == 0

    assert_equal(read_result(folder), whole.result)
    assert "has no state to go on from: it begins again" in (cwd / "said.txt").read_text()


def test_a_finished_run_says_so_and_exits_with_0(
    zygote: Zygote, home: Path, whole: Unbroken
) -> None:
    before = (whole.folder / "result.json").read_bytes()

    assert zygote.train(home / "whole", *WORDS, "resume=auto") == 0

    assert (whole.folder / "result.json").read_bytes() == before
    assert (
        f"run {whole.folder.name} is finished: there is nothing to resume"
        in (home / "whole" / "said.txt").read_text()
    )
