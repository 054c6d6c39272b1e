"""A sweep as a whole: summed up by `show`, a row a run by `compare`, listed by `ls`."""

from pathlib import Path

import pytest

from tests.runs.making import make_run
from tests.tasks.registry.conftest import Ask, Say, ids

S, A = "optuna-0a1b2c3d", "20260101-000000-aaaaaa"


def make_sweep(outputs: Path, count: int = 12) -> Path:
    """Every fourth run is pruned, every fifth failed before it had a config."""
    for number in range(count):
        pruned, failed = number % 4 == 3, number % 5 == 4
        config = {
            "model": {"lr": number / 100},
            "augment": "flips",
            "optimized_metric": "val/auroc",
        }
        make_run(
            outputs,
            f"{S}/{S}-{number}",
            config=None if failed else config,
            status="failed" if failed else "pruned" if pruned else "completed",
            error="no memory" if failed else "too weak" if pruned else None,
            metrics={} if failed else {"val/auroc": 0.5 + number / 100},
            seconds={"fit": 10.0},
        )
    return outputs / "train" / S


def test_a_sweep_is_shown_without_its_study(tmp_path: Path, say: Say, ask: Ask) -> None:
    folder = make_sweep(tmp_path)
    make_run(tmp_path, A)

    document = ask("show", S)

    assert document["counts"] == {"completed": 7, "pruned": 3, "failed": 2}
    assert (document["metric"], document["mode"]) == ("val/auroc", "max")
    assert document["best"]["run_id"] == f"{S}-10"
    assert document["spread"]["n"] == 7
    assert list(document["varied"]) == ["model.lr"]
    assert document["reasons"]["no memory"] == [f"{S}-4", f"{S}-9"]
    assert document["files"] == []
    shown = say("show", S)
    for words in (
        "12 runs: 7 completed, 3 pruned, 2 failed",
        f"{S}-10: 0.6000",
        "from 0.5000 to 0.6000",
        "0 to 0.11 (10 values)",
        "120.0 s of all runs together",
        "3 runs: too weak",
        f"folder      {folder}",
        f"python scripts/runs.py compare {S}",
    ):
        assert words in shown


def test_what_a_sweep_left_besides_its_runs_is_named(tmp_path: Path, say: Say) -> None:
    folder = make_sweep(tmp_path, 2)
    (folder / "study.html").touch()
    (folder / "experiment").mkdir()

    shown = say("show", S)

    assert "study.html" in shown
    assert f"python train.py --config-dir={folder} experiment=best" in shown


@pytest.mark.parametrize("name", [S, "optuna-", f"{S}/", "folder"])
def test_a_sweep_is_meant_by_its_id_its_beginning_or_its_folder(
    name: str, tmp_path: Path, ask: Ask
) -> None:
    folder = make_sweep(tmp_path, 3)
    make_run(tmp_path, A)
    word = str(folder) if name == "folder" else f"{folder}/" if name.endswith("/") else name

    assert ask("show", word)["sweep"] == S
    assert ids(ask("ls", "--sweep", word)) == [f"{S}-{number}" for number in range(3)]
    assert set(ask("compare", word)["runs"]) == {f"{S}-{number}" for number in range(3)}


def test_a_run_of_a_sweep_is_still_one_run(tmp_path: Path, ask: Ask) -> None:
    make_sweep(tmp_path)

    assert ask("show", f"{S}-1")["run_id"] == f"{S}-1"


def test_a_word_for_some_of_a_sweep_is_refused(tmp_path: Path, say: Say) -> None:
    for number in (10, 11):
        make_run(tmp_path, f"{S}/{S}-{number}")

    assert "expected one run, but got" in say("show", f"{S}-1", code=1)


def test_many_runs_get_a_row_each_the_best_first(tmp_path: Path, say: Say, ask: Ask) -> None:
    make_sweep(tmp_path)

    document = ask("compare", S)

    completed = [f"{S}-{number}" for number in (10, 8, 6, 5, 2, 1, 0)]
    assert document["runs"][:7] == completed
    assert len(document["runs"]) == 12
    assert document["config"]["model.lr"][f"{S}-3"] == 0.03
    shown = say("compare", S)
    rows = [line for line in shown.splitlines() if line.startswith("│")]
    assert len(rows) == 12
    cells = [cell.strip() for cell in rows[0].strip("│").split("│")]
    assert cells == [f"{S}-10", "completed", "0.6000", "0.1"]
    assert "by val/auroc, the highest first" in shown


def test_a_run_of_a_sweep_that_has_no_config_does_not_stand_in_the_way(
    tmp_path: Path, ask: Ask
) -> None:
    folder = make_sweep(tmp_path, 5)
    (folder / f"{S}-2" / "result.json").write_text("{")

    document = ask("compare", S)

    assert document["runs"] == [f"{S}-{number}" for number in (0, 1, 3, 4)]
    assert document["config"]["model.lr"] == {f"{S}-{n}": n / 100 for n in (0, 1, 3)}
