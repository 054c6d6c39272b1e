"""Runs to the tables of the console."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rich.console import Console, RenderableType

from ai_vs_human.reporting.comparison_table import comparison_table, paired_table, spread_text
from ai_vs_human.reporting.run_sheet import run_sheet
from ai_vs_human.reporting.runs_table import RunsTable, counts
from ai_vs_human.reporting.words import age, figure, plain, size
from ai_vs_human.runs.registry.comparison import Spread
from ai_vs_human.runs.registry.entry import Entry
from ai_vs_human.runs.result import Result

NOW = datetime(2026, 1, 3, tzinfo=UTC)


def drawn(*parts: RenderableType, width: int = 300) -> str:
    console = Console(file=io.StringIO(), width=width, markup=False, highlight=False)
    for part in parts:
        console.print(part)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def entry(
    run_id: str = "r", status: Any = "completed", problem: str | None = None, **v: Any
) -> Entry:
    known = {"started": "2026-01-01T00:00:00+00:00"} | v
    result = None if status == "unreadable" else Result(run_id=run_id, task="train", **known)
    return Entry(f"outputs/train/{run_id}", run_id, "train", status, result, problem)


def table(*entries: Entry) -> str:
    return drawn(RunsTable(entries, ("test/auroc", "val/auroc"), NOW))


def test_a_run_is_one_line_with_its_figures() -> None:
    shown = table(
        entry(
            metrics={"test/auroc": 0.91, "val/auroc": 0.925, "energy/total_joules": 12345.6},
            intervals={"test/auroc": [0.9, 0.95]},
            seconds={"fit": 60.0, "test": 2.5},
            tags=["x", "y"],
            data={"size": "small", "protocol": "iid", "root": "data/x"},
        )
    )

    [line] = [one for one in shown.splitlines() if "│ r " in one]
    cells = [cell.strip() for cell in line.strip("│").split("│")]
    assert cells == [
        "r",
        "train",
        "completed",
        "2026-01-01 00:00",
        "2 d",
        "small iid",
        "x, y",
        "62.5",
        "0.9100 [0.9000, 0.9500]",
        "0.9250",
        "12,345.6",
    ]


def test_a_column_without_a_value_is_left_out() -> None:
    shown = table(entry(metrics={"val/auroc": 0.9}))

    assert "val/auroc" in shown
    for absent in ("test/auroc", "joules", "tags", "note", "seconds"):
        assert absent not in shown


def test_a_narrow_console_loses_the_less_important_columns_and_no_word() -> None:
    run_id = "20260101-000000-aaaaaaaa"
    run = entry(
        run_id,
        metrics={"test/auroc": 0.91, "energy/total_joules": 12345.6},
        intervals={"test/auroc": [0.9, 0.95]},
        seconds={"fit": 60.0},
        tags=["baseline"],
        data={"size": "small"},
        error="something long that went wrong, in so many words that they need several lines",
    )

    shown = drawn(RunsTable([run], ["test/auroc"], NOW), width=80)

    for word in (run_id, "completed", "test/auroc", "0.9100", "several", "small", "2 d"):
        assert word in shown
    assert "too narrow to show: intervals, task, started (UTC), joules, seconds" in shown
    assert "12,345.6" not in shown
    assert "0.9500" not in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_what_is_wrong_with_a_run_stands_beside_it() -> None:
    shown = table(
        entry("a", "unreadable", "result.json: Is a directory"),
        entry("b", "failed", error="expected this, but got that\nhint: do it"),
        entry("c", "crashed", "no heartbeat.json"),
    )

    assert "result.json: Is a directory" in shown
    assert "expected this, but got that" in shown
    assert "no heartbeat.json" in shown
    assert "hint" not in shown


def test_images_without_knobs_are_named_by_their_folder() -> None:
    assert "photos" in table(entry(data={"root": "/data/photos/"}))


def test_runs_are_counted_by_status() -> None:
    found = [entry(status="failed"), entry(), entry(), entry(status="crashed")]

    assert counts(found).plain == "4 runs: 2 completed, 1 failed, 1 crashed"
    assert counts(found[:1]).plain == "1 run: 1 failed"
    assert counts([]).plain == "0 runs"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[red]x[/red]", "[red]x[/red]"),
        ("\x1b[31mred\n", r"\x1b[31mred\n"),
        ("run-\udcff", r"run-\xff"),
        ("größe", "größe"),
    ],
)
def test_names_cannot_write_over_the_console(text: str, shown: str) -> None:
    assert drawn(plain(text)) == f"{shown}\n"


@pytest.mark.parametrize(
    ("ago", "shown"),
    [
        (timedelta(seconds=59), "59 s"),
        (timedelta(minutes=59), "59 min"),
        (timedelta(hours=23), "23 h"),
        (timedelta(days=400), "400 d"),
        (timedelta(hours=-1), "0 s"),
    ],
)
def test_an_age_has_one_unit(ago: timedelta, shown: str) -> None:
    assert age(NOW - ago, NOW) == shown


@pytest.mark.parametrize(
    ("size_bytes", "shown"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1536, "1.5 KiB"),
        (5 * 2**30, "5.0 GiB"),
        (2**40, "1.0 TiB"),
    ],
)
def test_bytes_are_shown_in_a_fitting_unit(size_bytes: int, shown: str) -> None:
    assert size(size_bytes) == shown


def test_a_metric_that_is_absent_is_empty_and_not_zero() -> None:
    assert figure(Result(run_id="x", task="train"), "val/auroc") == ""


def sheet(one: Entry, provenance: dict[str, Any] | None = None, **sizes: int) -> str:
    return drawn(*run_sheet(one, provenance or {}, sizes))


def test_a_sheet_shows_what_is_known() -> None:
    shown = sheet(
        entry(
            attempts=2,
            ended="2026-01-01T01:00:00",
            metrics={"val/auroc": 0.9, "test/auroc": 0.8, "energy/total_joules": 5.0},
            intervals={"test/auroc": [0.7, 0.85]},
            images={"val": 900, "test": 1234},
            origins=[{"label": "ai", "origin": "gan", "images": 75, "recall": 0.5, "auroc": None}],
            energy={},
            checkpoint="checkpoints/best.ckpt",
            weights_sha256="abc",
        ),
        {"git": {"commit": "c0ffee", "dirty": True}, "host": "box", "lock_sha256": "10c4", "x": 1},
        **{"checkpoints/best.ckpt": 2048, "checkpoints/last.ckpt": 1024, "result.json": 100},
    )

    for word in (
        "0.8000 [0.7000, 0.8500]",
        "1,234 images",
        "gan",
        "5.0 J",
        "checkpoints/best.ckpt",
        "sha256 abc",
        "c0ffee",
        "True",
        "box",
        "10c4",
        "3.0 KiB",
        "outputs/train/r",
        "make reproduce RUN=r",
    ):
        assert word in shown
    assert "resume=" not in shown


@pytest.mark.parametrize("status", ["interrupted", "crashed"])
def test_a_run_that_did_not_end_can_be_gone_on_with(status: str) -> None:
    shown = sheet(entry(status=status))

    assert "python train.py resume=r" in shown
    assert "reproduce" not in shown


def test_a_pruned_run_is_not_gone_on_with() -> None:
    shown = sheet(entry(status="pruned", error="worse than half of the trials after epoch 3"))

    assert "worse than half of the trials" in shown
    assert "resume=" not in shown


def test_an_unreadable_run_has_a_sheet_too() -> None:
    shown = sheet(entry(status="unreadable", problem="no result.json"), **{"train.log": 10})

    assert "no result.json" in shown
    assert "train.log" in shown


def test_a_key_that_a_run_lacks_is_shown_as_absent() -> None:
    shown = drawn(
        comparison_table(
            {"a": "run a", "b": "run b"},
            {"model.lr": {"a": "0.1"}},
            {"val/auroc": {"a": "0.9000", "b": "0.8000"}},
        )
    )

    [row] = [line for line in shown.splitlines() if "model.lr" in line]
    assert [cell.strip() for cell in row.strip("│").split("│")] == ["model.lr", "0.1", "absent"]
    assert "run b" in shown


def test_a_spread_is_mean_deviation_and_number() -> None:
    assert spread_text(Spread(3, 0.91234, 0.00412)) == "0.9123 ± 0.0041 (3)"
    assert spread_text(Spread(1, 0.5, None)) == "0.5000 (1)"


def test_a_paired_difference_says_its_direction() -> None:
    one = {"difference": 0.01, "low": -0.002, "high": 0.02, "p_value": 0.04}

    shown = drawn(*paired_table({"auroc": one}, ["a", "b"], 1200))

    assert "b minus a, on the same 1,200 test images" in shown
    assert "+0.0100" in shown
    assert "[-0.0020, +0.0200]" in shown
    assert "0.040" in shown
