"""GPUs are handed out one a job, and come back when a job ends."""

import threading
from pathlib import Path

import pytest

from ai_vs_human.errors import ConfigError
from ai_vs_human.jobs.gpus import reserved, visible_gpus


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        ("0,1", ("0", "1")),
        ("GPU-8f, MIG-2", ("GPU-8f", "MIG-2")),
        ("", ()),
        ("-1", ()),
        ("1,-1,2", ("1",)),
    ],
)
def test_what_cuda_would_see(value: str, seen: tuple[str, ...]) -> None:
    assert visible_gpus({"CUDA_VISIBLE_DEVICES": value}) == seen


def test_two_jobs_never_share_a_gpu(tmp_path: Path) -> None:
    with reserved(1, ["0", "1"], tmp_path) as first, reserved(1, ["0", "1"], tmp_path) as second:
        assert {first, second} == {("0",), ("1",)}
    with reserved(2, ["0", "1"], tmp_path) as both:
        assert both == ("0", "1")


def test_a_job_waits_for_a_gpu(tmp_path: Path) -> None:
    got: list[tuple[str, ...]] = []

    def job() -> None:
        with reserved(1, ["0"], tmp_path) as mine:
            got.append(mine)

    with reserved(-1, ["0"], tmp_path):
        waiting = threading.Thread(target=job)
        waiting.start()
        waiting.join(0.3)
        assert got == []
    waiting.join(10)
    assert got == [("0",)]


def test_two_jobs_of_two_gpus_do_not_wait_for_each_other(tmp_path: Path) -> None:
    done: list[int] = []

    def job(number: int) -> None:
        for _ in range(3):
            with reserved(2, ["0", "1", "2"], tmp_path):
                done.append(number)

    threads = [threading.Thread(target=job, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(done) == [0, 0, 0, 1, 1, 1]


def test_more_than_there_are_is_refused(tmp_path: Path) -> None:
    message = r"expected at most 1 devices on this machine, but got 2 \(trainer.devices\)"
    with pytest.raises(ConfigError, match=message), reserved(2, ["0"], tmp_path):
        pass
