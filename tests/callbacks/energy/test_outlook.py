"""The ends of epochs to a forecast, to what a target took, and to emissions."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from lightning.pytorch import LightningModule, Trainer

from ai_vs_human.callbacks.energy import EnergyMonitor
from ai_vs_human.callbacks.energy.account import Account
from ai_vs_human.callbacks.energy.forecast import forecast
from ai_vs_human.callbacks.energy.kind import Kind
from ai_vs_human.callbacks.energy.outlook import Outlook
from tests.callbacks.energy.replay import ReplayMeter
from tests.callbacks.energy.spending import Spender, fit, trainer, written

# Lightning 2.6 makes a tree specification that torch deprecates, in every call of a Trainer.
pytestmark = pytest.mark.filterwarnings("ignore:.*LeafSpec.*:FutureWarning")


def test_the_first_epoch_stands_for_all_until_there_are_more() -> None:
    assert forecast(20.0, [20.0], 15.0, 4) == 80.0
    assert forecast(40.0, [20.0, 30.0, 40.0], 99.0, 3) == 70.0
    assert forecast(40.0, [40.0], 10.0, 0) == 40.0
    assert forecast(40.0, [40.0], 10.0, None) is None


def test_after_a_gap_the_forecast_is_gone_and_begins_anew() -> None:
    outlook, kind = Outlook(None, None), Kind("counted", ("cpu",))

    def ahead(joules: float, to_come: int | None) -> float | None:
        total = Account({("train", "cpu"): round(joules * 1e6)})
        figures = outlook.end_epoch(kind, total, total, {}, number=0, to_come=to_come)
        return figures.get("energy/forecast_joules")

    assert ahead(10.0, 3) == 40.0
    assert ahead(11.0, None) is None
    assert outlook.report(Account(), (kind,))["forecast_joules"] is None
    assert ahead(21.0, 1) == 42.0  # by this epoch alone, and not by the short one before


def trained(folder: Path, *domains: Any, options: Mapping[str, Any], **changes: Any) -> Trainer:
    meter = ReplayMeter(*domains)
    run = trainer(EnergyMonitor(folder, meter=meter, **changes), folder, **options)
    fit(run, Spender(meter.spend))
    return run


def figure(run: Trainer, name: str) -> float:
    return float(run.callback_metrics[name])


def test_a_training_is_forecast_to_the_joule_where_epochs_are_alike(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO"):
        first = trained(tmp_path / "1", "cpu", options={"max_epochs": 3, "limit_train_batches": 1})
    total = figure(first, "energy/total_joules")

    assert figure(first, "energy/forecast_joules") == total
    assert f"about {total:g} J after the 2 epochs to come" in caplog.text


@pytest.mark.parametrize(
    "options", [{"max_epochs": -1, "max_steps": 2}, {"max_epochs": 1, "max_time": {"days": 1}}]
)
def test_where_something_else_ends_the_training_nothing_is_forecast(
    options: dict[str, Any], tmp_path: Path
) -> None:
    run = trained(tmp_path, "cpu", options=options)

    assert "energy/total_joules" in run.callback_metrics
    assert "energy/forecast_joules" not in run.callback_metrics


LOSS = {"metric": "train/loss", "mode": "min", "value": 0.2}
"""The loss of a step is 1 over its number: 1/8 at the end of the second epoch."""


def test_a_target_costs_what_was_spent_when_it_was_first_reached(tmp_path: Path) -> None:
    run = trained(tmp_path, "cpu", options={"max_epochs": 3}, target=LOSS)

    assert figure(run, "energy/to_target_joules") == 3.0 + 1.0 + 2 * 9.5
    assert written(tmp_path)["target"] == {
        **LOSS, "reached": {"epoch": 1, "joules": {"counted": 23.0}}
    }  # fmt: skip


def test_a_target_that_was_not_reached_has_no_joules(tmp_path: Path) -> None:
    run = trained(tmp_path, "cpu", options={"max_epochs": 1}, target=LOSS)

    assert "energy/to_target_joules" not in run.callback_metrics
    assert written(tmp_path)["target"]["reached"] is None


class Saved(EnergyMonitor):
    """Keeps a checkpoint when the training ends."""

    def on_train_end(self, trainer: Trainer, _: LightningModule) -> None:
        trainer.save_checkpoint(self._folder / "last.ckpt")


def test_a_target_reached_before_a_resume_stays_reached(tmp_path: Path) -> None:
    meter = ReplayMeter("cpu")
    monitor = Saved(tmp_path, meter=meter, target=LOSS)
    fit(trainer(monitor, tmp_path), Spender(meter.spend))
    meter = ReplayMeter("cpu")
    again = EnergyMonitor(tmp_path, meter=meter, target=LOSS)
    run = trainer(again, tmp_path, max_epochs=3)
    fit(run, Spender(meter.spend), tmp_path / "last.ckpt")

    assert figure(run, "energy/to_target_joules") == 23.0
    assert [row["epoch"] for row in written(tmp_path)["epochs"]] == [0, 1, 2]


def test_emissions_follow_from_the_total_and_name_their_source(tmp_path: Path) -> None:
    grid = {"gco2e_per_kwh": 360.0, "source": "a table of 2025", "pue": 2.0}
    run = trained(tmp_path, "cpu", options={"max_epochs": 1}, grid=grid)

    assert figure(run, "energy/co2e_grams") == pytest.approx(13.5 * 2 / 10_000)
    carbon = written(tmp_path)["carbon"]
    assert (carbon["source"], carbon["pue"]) == ("a table of 2025", 2.0)
    assert carbon["grams"] == {"counted": pytest.approx(13.5 * 2 / 10_000)}


def test_without_counters_there_is_no_outlook_at_all(tmp_path: Path) -> None:
    grid = {"gco2e_per_kwh": 360.0, "source": "a table of 2025"}
    run = trained(tmp_path, options={"max_epochs": 1}, grid=grid, target=LOSS)

    assert [name for name in run.callback_metrics if name.startswith("energy")] == []
    assert written(tmp_path)["carbon"]["grams"] == {}
