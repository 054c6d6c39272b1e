"""What goes, what stays, and what is never touched."""

import os
from pathlib import Path

import pytest

from ai_vs_human.runs.heartbeat import Heartbeat
from tests.runs.making import ago, make_run
from tests.tasks.registry.conftest import Ask, Say, ids

A, B, C = "20260101-000000-aaaaaa", "20260102-000000-bbbbbb", "20260103-000000-cccccc"


def names(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "train").iterdir())


def test_without_yes_nothing_is_removed(tmp_path: Path, say: Say) -> None:
    make_run(tmp_path, A, status="failed")
    make_run(tmp_path, B)

    shown = say("prune", "--status", "failed")

    assert A in shown
    assert B not in shown
    assert "1 folder, " in shown
    assert "nothing was removed; --yes removes them" in shown
    assert names(tmp_path) == [A, B]


@pytest.mark.parametrize(
    ("words", "left"),
    [
        (["--status", "failed"], ["best", "good", "sweep"]),
        (["--status", "failed", "--status", "completed"], ["sweep"]),
        (["--older-than", "2d"], ["good", "sweep"]),
        (["--older-than", "30h"], ["sweep"]),
        (["--keep-best", "1"], ["best", "sweep"]),
        (["--tag", "x"], ["best", "failed", "sweep"]),
        (["--tag", "x", "--status", "failed"], ["best", "failed", "good", "sweep"]),
        (["--sweep", "sweep"], ["best", "failed", "good", "sweep"]),
    ],
)
def test_the_rules_say_which_runs_go(
    tmp_path: Path, say: Say, words: list[str], left: list[str]
) -> None:
    make_run(tmp_path, "best", metrics={"val/auroc": 0.9}, started=ago(days=3))
    make_run(tmp_path, "good", metrics={"val/auroc": 0.8}, started=ago(hours=40), tags=["x"])
    make_run(tmp_path, "failed", status="failed", started=ago(days=3))
    make_run(tmp_path, "sweep/sweep-0", started=ago(seconds=5), status="running", tags=["x"])
    make_run(tmp_path, "again", task="evaluate", started=ago(days=3))

    say("prune", *words, "--yes")

    assert names(tmp_path) == left
    assert (tmp_path / "train" / "sweep" / "sweep-0" / "result.json").is_file()
    assert (tmp_path / "evaluate" / "again" / "result.json").is_file()


def test_a_running_run_stays_even_when_asked_for(tmp_path: Path, say: Say) -> None:
    with Heartbeat(make_run(tmp_path, A, status="running")):
        assert "0 folders removed" in say("prune", "--status", "running", "--yes")

    assert names(tmp_path) == [A]


def test_what_cannot_be_read_goes_only_when_asked_for(tmp_path: Path, say: Say) -> None:
    (make_run(tmp_path, A) / "result.json").write_text("{")
    (tmp_path / "train" / "notes").mkdir()

    say("prune", "--older-than", "1h", "--yes")
    assert names(tmp_path) == [A, "notes"]

    say("prune", "--status", "unreadable", "--yes")
    assert names(tmp_path) == ["notes"]


@pytest.mark.skipif(os.name != "posix", reason="links")
def test_what_a_link_leads_to_stays_and_the_rest_goes(tmp_path: Path, say: Say) -> None:
    output = tmp_path / "outputs"
    outside = make_run(tmp_path / "elsewhere", "precious", status="failed")
    make_run(output, B, status="failed")
    (output / "train" / A).symlink_to(outside)

    shown = say("prune", "--status", "failed", "--yes", "--dir", str(output), code=1)

    assert f"{output}/train/{A}  failed" in shown
    assert f"stays: expected a run's folder inside {output}" in shown
    assert "1 folder removed" in shown
    assert (outside / "result.json").is_file()
    assert names(output) == [A]


@pytest.mark.skipif(os.name != "posix", reason="links")
def test_a_task_folder_that_lies_elsewhere_stays(tmp_path: Path, say: Say) -> None:
    outside = make_run(tmp_path / "elsewhere", A, status="failed")
    output = tmp_path / "outputs"
    output.mkdir()
    (output / "train").symlink_to(outside.parent)

    say("prune", "--status", "failed", "--yes", "--dir", str(output), code=1)

    assert (outside / "result.json").is_file()


@pytest.mark.skipif(os.name != "posix", reason="links")
def test_links_inside_a_run_are_removed_and_not_followed(tmp_path: Path, say: Say) -> None:
    data = tmp_path / "images"
    data.mkdir()
    (data / "photo.png").write_bytes(b"x" * 10_000)
    (make_run(tmp_path, A, status="failed") / "data").symlink_to(data)

    say("prune", "--status", "failed", "--yes")

    assert (data / "photo.png").is_file()
    assert names(tmp_path) == []


def test_an_output_folder_behind_a_link_is_pruned(tmp_path: Path, say: Say) -> None:
    make_run(tmp_path / "real", A, status="failed")
    (tmp_path / "outputs").symlink_to(tmp_path / "real")

    say("prune", "--status", "failed", "--yes", "--dir", str(tmp_path / "outputs"))

    assert names(tmp_path / "real") == []


def test_checkpoints_go_and_the_records_stay(tmp_path: Path, ask: Ask) -> None:
    for name in (A, B):
        make_run(tmp_path, name)
    (tmp_path / "train" / A / "checkpoints").mkdir()
    (tmp_path / "train" / A / "checkpoints" / "last.ckpt").write_bytes(b"x" * 5000)

    document = ask("prune", "--older-than", "1d", "--checkpoints-only", "--yes")

    assert (ids(document), document["size_bytes"]) == ([A], 5000)
    assert [path.name for path in (tmp_path / "train" / A).iterdir()] == ["result.json"]


def test_a_run_that_somebody_went_on_with_meanwhile_stays(tmp_path: Path) -> None:
    from ai_vs_human.errors import CheckpointError  # noqa: PLC0415 -- one test looks that deep
    from ai_vs_human.runs.registry.local import LocalStorage  # noqa: PLC0415 -- as above
    from ai_vs_human.runs.registry.pruning import carry_out, whole_run  # noqa: PLC0415 -- as above
    from ai_vs_human.runs.registry.scan import scan  # noqa: PLC0415 -- as above
    from ai_vs_human.runs.result import Result  # noqa: PLC0415 -- as above

    folder = make_run(tmp_path, A, status="interrupted")
    storage = LocalStorage(str(tmp_path))
    removal = whole_run(storage, scan(str(tmp_path))[0])
    Result(run_id=A, task="train", status="running", started=ago(days=1)).write(folder)

    with (
        Heartbeat(folder),
        pytest.raises(CheckpointError, match=f"a run that ended, but got {A}, which runs"),
    ):
        carry_out(storage, removal)

    assert (folder / "result.json").is_file()
