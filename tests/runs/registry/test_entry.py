"""One run folder to how its run stands, whatever lies in it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from ai_vs_human.runs.heartbeat import Heartbeat
from ai_vs_human.runs.registry.entry import Entry
from ai_vs_human.runs.registry.scan import scan
from ai_vs_human.runs.result import Result, parse_result
from tests.runs.making import ago, make_run

A, B, C = "20260101-000000-aaaaaa", "20260102-000000-bbbbbb", "20260103-000000-cccccc"


def only(output: Path) -> Entry:
    [entry] = scan(str(output))
    return entry


@pytest.mark.parametrize("status", ["completed", "pruned", "failed", "interrupted"])
def test_a_run_that_ended_keeps_its_word(tmp_path: Path, status: str) -> None:
    folder = make_run(tmp_path, A, status=status)

    entry = only(tmp_path)

    assert (entry.status, entry.problem) == (status, None)
    assert (entry.folder, entry.run_id, entry.task) == (str(folder), A, "train")


def test_a_run_whose_heart_beats_is_running(tmp_path: Path) -> None:
    with Heartbeat(make_run(tmp_path, A, status="running")):
        assert only(tmp_path).status == "running"


def test_a_run_whose_process_is_gone_has_crashed(tmp_path: Path) -> None:
    with Heartbeat(make_run(tmp_path, A, status="running")) as heart:
        beat = json.loads((heart._folder / "heartbeat.json").read_text())
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        child.wait(timeout=60)
    (heart._folder / "heartbeat.json").write_text(json.dumps(beat | {"pid": child.pid}))

    entry = only(tmp_path)

    assert entry.status == "crashed"
    assert f"process {child.pid} on {beat['host']} is gone" in str(entry.problem)


@pytest.mark.parametrize("text", ["", "[]", "{", "\udcff", "[" * 100_000])
def test_a_running_run_with_a_garbled_heartbeat_has_crashed(tmp_path: Path, text: str) -> None:
    folder = make_run(tmp_path, A, status="running", started=ago(seconds=1))
    (folder / "heartbeat.json").write_text(text, errors="surrogateescape")

    assert only(tmp_path).status == "crashed"


@pytest.mark.parametrize(
    ("started", "status"),
    [(5, "running"), (70, "crashed"), ("yesterday", "crashed"), (None, "crashed")],
)
def test_a_missing_heartbeat_counts_a_minute_after_the_start(
    tmp_path: Path, started: int | str | None, status: str
) -> None:
    moment = ago(seconds=started) if isinstance(started, int) else started
    make_run(tmp_path, A, status="running", started=moment)

    assert only(tmp_path).status == status


GARBAGE = {
    "empty": b"",
    "half": b'{"run_id": "x", ',
    "a list": b"[]",
    "no utf-8": b"\xff\xfe",
    "deep": b"[" * 200_000,
    "lacks words": b"{}",
    "too many words": b'{"run_id": "x", "task": "train", "colour": 1}',
    "newer": b'{"run_id": "x", "task": "train", "schema_version": 99}',
}
TYPES = {
    "status": "sleeping",
    "metrics": [],
    "metrics.": {"val/auroc": "high"},
    "metrics.n": {"val/auroc": float("nan")},
    "metrics.i": {"val/auroc": 10**400},
    "metrics.b": {"val/auroc": True},
    "intervals": {"test/auroc": [0.1]},
    "images": {"test": None},
    "origins": [1],
    "tags": [1],
    "tags.": "word",
    "seconds": {"fit": []},
    "started": 5,
    "error": {},
    "run_id": 7,
    "data": None,
}


@pytest.mark.parametrize("content", GARBAGE.values(), ids=GARBAGE)
def test_a_result_that_is_garbage_is_told(tmp_path: Path, content: bytes) -> None:
    folder = make_run(tmp_path, A)
    (folder / "result.json").write_bytes(content)
    make_run(tmp_path, B)

    [bad, good] = scan(str(tmp_path))

    assert (bad.status, bad.result, good.status) == ("unreadable", None, "completed")
    assert str(bad.problem).startswith("result.json: ")


def test_a_run_whose_result_is_garbage_runs_while_its_heart_beats(tmp_path: Path) -> None:
    folder = make_run(tmp_path, A, status="running")
    (folder / "result.json").write_bytes(b"{")

    with Heartbeat(folder):
        alive = only(tmp_path)

    assert (alive.status, alive.result) == ("running", None)
    assert str(alive.problem).startswith("result.json: ")
    assert only(tmp_path).status == "unreadable"


@pytest.mark.parametrize(("name", "value"), TYPES.items(), ids=TYPES)
def test_a_result_with_a_value_of_another_type_is_told(
    tmp_path: Path, name: str, value: object
) -> None:
    folder = make_run(tmp_path, A)
    word = name.partition(".")[0]
    values = json.loads((folder / "result.json").read_text()) | {word: value}
    (folder / "result.json").write_text(json.dumps(values))

    entry = only(tmp_path)

    assert (entry.status, entry.result) == ("unreadable", None)


@pytest.mark.parametrize(("name", "value"), TYPES.items(), ids=TYPES)
def test_what_is_not_of_its_type_is_named(name: str, value: object) -> None:
    values = asdict(Result(run_id=A, task="train"))
    assert parse_result(json.dumps(values)) == Result(**values)
    word = name.partition(".")[0]

    with pytest.raises((TypeError, ValueError), match=word.removesuffix("s")):
        parse_result(json.dumps(values | {word: value}))


def a_folder(path: Path) -> None:
    path.mkdir()


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def a_link_to_itself(path: Path) -> None:
    path.symlink_to(path)


def a_link_to_nowhere(path: Path) -> None:
    path.symlink_to(path.with_name("nowhere"))


def a_file_without_end(path: Path) -> None:
    path.touch()
    os.truncate(path, 2**40)


def locked(path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    path.touch(mode=0)


@pytest.mark.skipif(os.name != "posix", reason="pipes and links")
@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (a_folder, "Is a directory"),
        (a_pipe, "Not a regular file"),
        (a_link_to_itself, "symbolic links"),
        (a_link_to_nowhere, "no result.json"),
        (a_file_without_end, "File too large"),
        (locked, "Permission denied"),
    ],
)
def test_a_result_that_is_no_file_is_told(
    tmp_path: Path, make: Callable[[Path], None], reason: str
) -> None:
    path = make_run(tmp_path, A) / "result.json"
    path.unlink()
    make(path)

    entry = only(tmp_path)

    assert entry.status == "unreadable"
    assert reason in str(entry.problem)


def test_a_run_that_ends_between_two_looks_has_not_crashed(tmp_path: Path) -> None:
    from ai_vs_human.runs.registry.local import LocalStorage  # noqa: PLC0415 -- one test looks that deep

    folder = make_run(tmp_path, A, status="running")

    class Ending(LocalStorage):
        """The run writes its last word while its heartbeat is looked for."""

        def read(self, path: str) -> bytes:
            if path.endswith("heartbeat.json"):
                text = (folder / "result.json").read_text()
                (folder / "result.json").write_text(text.replace('"running"', '"completed"'))
            return super().read(path)

    assert Entry.read(Ending(str(tmp_path)), str(folder), "train").status == "completed"
