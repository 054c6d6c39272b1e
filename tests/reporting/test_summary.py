"""The table that ends a run."""

import io
from pathlib import Path

from rich.console import Console

from ai_vs_human.reporting.summary import summary
from ai_vs_human.runs.result import Result


def text(result: Result) -> str:
    console = Console(file=io.StringIO(), width=100)
    for part in summary(result, Path("outputs/train/x")):
        console.print(part)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def some_result() -> Result:
    return Result(
        run_id="x",
        task="train",
        metrics={"val/loss": 0.4, "val/auroc": 0.91234, "test/loss": 0.5, "test/auroc": 0.87654},
        images={"val": 900, "test": 1234},
        seconds={"fit": 12.3},
        images_per_second=1500.0,
        checkpoint="checkpoints/epoch_001.ckpt",
        data={"root": "data/synthetic"},
    )


def test_metrics_stand_beside_the_images_they_came_from() -> None:
    shown = text(some_result())

    assert "0.9123" in shown
    assert "0.8765" in shown
    assert "1,234 images" in shown
    assert "data/synthetic" in shown


def test_a_metric_that_is_absent_is_not_shown() -> None:
    assert "Brier" not in text(some_result())


def test_energy_is_told_apart_from_none_asked_and_none_measurable() -> None:
    result = some_result()
    assert "not asked for" in text(result)

    result.energy = {"measured": []}
    assert "not measurable" in text(result)

    result.metrics |= {"energy/total_joules": 1234.5, "energy/test_joules_per_sample": 0.25}
    assert "1.234 kJ, 0.25 J a test image" in text(result)


def test_the_energy_line_tells_watts_losses_and_emissions() -> None:
    result = some_result()
    result.energy = {}
    result.metrics |= {
        "energy/total_joules": 1000.0,
        "energy/spent_joules": 1500.0,
        "energy/train_mean_watts": 45.0,
        "energy/co2e_grams": 0.5,
    }

    lost = "1 kJ, 1.5 kJ with what was lost to interruptions"
    assert f"energy      {lost}, 45.0 W in training, 0.5 g CO2e" in text(result)


def test_an_estimate_is_called_one_and_stands_apart() -> None:
    result = some_result()
    result.energy = {}
    result.metrics["energy_est/total_joules"] = 50.0

    assert "energy      an estimate by declared watts: 50 J" in text(result)

    result.metrics["energy/total_joules"] = 10.0
    assert "energy      10 J; besides, an estimate by declared watts: 50 J" in text(result)


def test_the_next_commands_follow_a_training() -> None:
    assert "scripts/predict.py run=outputs/train/x" in text(some_result())
