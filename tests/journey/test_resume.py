"""Trainings that are killed, go on, and end as if nothing had happened."""

import random
import re
import shutil
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

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
STEPS = 24
"""Of such a training, and its resume points."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("resume")
    toy_images(home / "images")
    return home


@dataclass
class Unbroken:
    """A training that nobody killed."""

    result: Result
    folder: Path


def unbroken(zygote: Zygote, cwd: Path, *words: str) -> Unbroken:
    assert zygote.train(cwd, *words) == 0, (cwd / "said.txt").read_text()
    return Unbroken(read_result(newest_run(cwd)), newest_run(cwd))


@pytest.fixture(scope="module")
def whole(zygote: Zygote, home: Path) -> Unbroken:
    return unbroken(zygote, home / "whole", *WORDS)


OF_THE_CLOCK = re.compile("per_second|wait_share|^energy")


def figures(result: Result) -> dict[str, float]:
    """Metrics without those of the clock."""
    return {key: value for key, value in result.metrics.items() if not OF_THE_CLOCK.search(key)}


def assert_equal(result: Result, expected: Result) -> None:
    assert result.status == "completed"
    assert result.weights_sha256 == expected.weights_sha256
    assert figures(result) == figures(expected)
    assert result.origins == expected.origins
    assert result.checkpoint == expected.checkpoint


def table(folder: Path) -> list[str]:
    """The logged rows, without the columns of the clock."""
    lines = (folder / "csv" / "metrics.csv").read_text().splitlines()
    keep = [i for i, name in enumerate(lines[0].split(",")) if not OF_THE_CLOCK.search(name)]
    return sorted(",".join(line.split(",")[i] for i in keep) for line in lines)


def test_two_unbroken_trainings_are_equal(zygote: Zygote, home: Path, whole: Unbroken) -> None:
    assert_equal(unbroken(zygote, home / "again", *WORDS).result, whole.result)


def kill_and_resume(
    train: Callable[..., int], home: Path, whole: Unbroken, words: tuple[str, ...], *, kills: int
) -> None:
    """Kill `kills` trainings, each at some instant, and compare what comes of them."""
    chance = random.Random(kills)  # noqa: S311 -- no secret
    killed = 0
    for number in range(3 * kills):
        cwd = home / f"killed-{number}"
        points = chance.randint(0, STEPS)
        instant = (points, chance.uniform(0.0, 0.1 if points else 2.0))
        if train(cwd, *words, kill=instant) == -signal.SIGKILL:
            killed += 1
            code = train(cwd, *words, "resume=auto")
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
    kill_and_resume(zygote.train, home, whole, WORDS, kills=20)


def test_five_killed_trainings_of_two_processes_end_with_the_weights_of_the_unbroken_one(
    zygote: Zygote, home: Path
) -> None:
    words = (*WORDS, "trainer=ddp_sim", "trainer.max_epochs=8")  # half as many steps each
    whole = unbroken(zygote, home / "two", *words)

    kill_and_resume(zygote.train, home, whole, words, kills=1)  # Lightning starts the second
    kill_and_resume(zygote.train_pair, home, whole, words, kills=4)


def killed_in_the_middle(zygote: Zygote, cwd: Path) -> Path:
    """The folder of a training that was killed when it had two resume points."""
    assert zygote.train(cwd, *WORDS, kill=(STEPS // 2, 0.0)) == -signal.SIGKILL
    newest, _ = sorted(cwd.glob("outputs/train/*/checkpoints/resume*.ckpt"))
    return newest.parents[1]


@pytest.mark.parametrize("harm", ["cut", "flipped", "empty", "gone"])
def test_a_damaged_resume_point_is_skipped_for_the_one_before(
    harm: str, zygote: Zygote, home: Path, whole: Unbroken
) -> None:
    cwd = home / harm
    folder = killed_in_the_middle(zygote, cwd)
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
    folder = killed_in_the_middle(zygote, cwd)
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
