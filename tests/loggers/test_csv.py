"""A table of metrics that a resumed run goes on with."""

import csv
from pathlib import Path

import pytest

from ai_vs_human.loggers.csv import CSVLogger


def logger(folder: Path) -> CSVLogger:
    return CSVLogger(save_dir=str(folder), name="csv", version="")


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "csv" / "metrics.csv").open(newline="") as file:
        return [{k: v for k, v in row.items() if v} for row in csv.DictReader(file)]


def test_rows_of_an_earlier_attempt_stay_and_repeated_ones_stand_once(tmp_path: Path) -> None:
    first = logger(tmp_path)
    first.log_hyperparams({"lr": 0.1})
    first.log_metrics({"train/loss": 0.5}, step=1)
    first.log_metrics({"val/auroc": 0.7}, step=1)
    first.log_metrics({"train/loss": 0.4}, step=2)
    first.save()

    second = logger(tmp_path)
    second.log_hyperparams({"lr": 0.1})
    second.log_metrics({"train/loss": 0.4}, step=2)
    second.log_metrics({"train/loss": 0.3, "extra": 1.0}, step=3)
    second.finalize("success")

    assert rows(tmp_path) == [
        {"step": "1", "train/loss": "0.5"},
        {"step": "1", "val/auroc": "0.7"},
        {"step": "2", "train/loss": "0.4"},
        {"step": "3", "train/loss": "0.3", "extra": "1.0"},
    ]


def test_an_earlier_table_is_on_the_disk_before_anything_new_is_logged(tmp_path: Path) -> None:
    first = logger(tmp_path)
    first.log_metrics({"train/loss": 0.5}, step=1)
    first.save()

    logger(tmp_path).log_hyperparams({"lr": 0.1})

    assert rows(tmp_path) == [{"step": "1", "train/loss": "0.5"}]


def test_a_run_without_metrics_ends_without_a_table(tmp_path: Path) -> None:
    one = logger(tmp_path)
    one.log_hyperparams({"lr": 0.1})
    one.finalize("success")

    assert not (tmp_path / "csv" / "metrics.csv").exists()


def test_a_row_that_a_kill_cut_off_is_left_out(tmp_path: Path) -> None:
    first = logger(tmp_path)
    first.log_metrics({"train/loss": 0.5, "val/auroc": 0.7}, step=1)
    first.log_metrics({"train/loss": 0.4, "val/auroc": 0.8}, step=2)
    first.save()
    table = tmp_path / "csv" / "metrics.csv"
    table.write_bytes(table.read_bytes()[:-6])

    second = logger(tmp_path)
    second.log_metrics({"train/loss": 0.4, "val/auroc": 0.8}, step=2)
    second.save()

    assert rows(tmp_path) == [
        {"step": "1", "train/loss": "0.5", "val/auroc": "0.7"},
        {"step": "2", "train/loss": "0.4", "val/auroc": "0.8"},
    ]


def test_the_table_is_never_less_than_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = logger(tmp_path)
    first.log_metrics({"train/loss": 0.5}, step=1)
    first.save()
    before = rows(tmp_path)

    def killed(*_: object) -> None:
        raise SystemExit(9)

    monkeypatch.setattr(csv.DictWriter, "writerows", killed)
    with pytest.raises(SystemExit, match="9"):
        logger(tmp_path).log_metrics({"train/loss": 0.4}, step=2)
    assert rows(tmp_path) == before

    first.log_metrics({"val/auroc": 0.7}, step=1)
    with pytest.raises(SystemExit, match="9"):
        first.save()
    assert rows(tmp_path) == before
