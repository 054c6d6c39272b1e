import csv
from pathlib import Path

import pytest
from lightning.pytorch.loggers import CSVLogger

from ai_vs_human.callbacks.learning_rate import LearningRate
from tests.loggers.tiny import fit

pytestmark = pytest.mark.filterwarnings(
    # torch's own pytree, called by Lightning's CombinedLoader
    "ignore:.*LeafSpec.*:FutureWarning"
)


def test_the_rate_of_each_step_reaches_the_logger(tmp_path: Path) -> None:
    fit(tmp_path, [CSVLogger(tmp_path, name="csv", version="")], LearningRate())

    with (tmp_path / "csv" / "metrics.csv").open(newline="") as file:
        rates = [row["lr-SGD"] for row in csv.DictReader(file)]
    assert [rate for rate in rates if rate] == ["0.1", "0.1"]


def test_a_run_without_loggers_goes_on(tmp_path: Path) -> None:
    trainer = fit(tmp_path, [], LearningRate())

    assert trainer.global_step == 2
