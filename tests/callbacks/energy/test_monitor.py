"""A real Trainer's run to joules by stage, read by the real Zeus where counters are named."""

import logging
from pathlib import Path

import pytest
from lightning.pytorch import Callback, LightningModule, Trainer
from lightning.pytorch.callbacks import ModelCheckpoint
from lightning.pytorch.loggers import CSVLogger

from ai_vs_human.callbacks.energy import EnergyMonitor
from ai_vs_human.errors import EnergyError
from tests.callbacks.energy.rapl_tree import RaplTree, Zone
from tests.callbacks.energy.replay import ReplayMeter
from tests.callbacks.energy.spending import (
    VAL_BATCHES,
    Batches,
    Spender,
    evaluate,
    fit,
    joules,
    trainer,
    written,
)

# Lightning 2.6 makes a tree specification that torch deprecates, in every call of a Trainer.
pytestmark = pytest.mark.filterwarnings("ignore:.*LeafSpec.*:FutureWarning")


class Metrics(Callback):
    """Keeps what each epoch logged."""

    def __init__(self) -> None:
        self.epochs: list[dict[str, float]] = []

    def on_train_end(self, trainer: Trainer, _: LightningModule) -> None:
        self.keep(trainer)

    def on_train_epoch_start(self, trainer: Trainer, _: LightningModule) -> None:
        if trainer.current_epoch:
            self.keep(trainer)

    def keep(self, trainer: Trainer) -> None:
        self.epochs.append(
            {
                name.removeprefix("energy/"): float(value)
                for name, value in trainer.callback_metrics.items()
                if name.startswith("energy/")
            }
        )


@pytest.fixture
def package(tree: RaplTree) -> Zone:
    return tree.add("package-0", microjoules=123_456_789)


def test_every_joule_of_a_counter_belongs_to_one_stage(package: Zone, tmp_path: Path) -> None:
    before = package.microjoules
    run = trainer(EnergyMonitor(tmp_path), tmp_path)
    fit(run, Spender(package.spend))

    report = written(tmp_path)
    spent = (package.microjoules - before) / 1e6
    assert joules(report) == {"setup": 3.0, "sanity": 1.0, "train": 16.0, "val": 3.0}
    assert sum(joules(report).values()) == report["process"]["joules"]["cpu"] == spent == 23.0
    assert report["status"] == "completed"


def test_a_validation_between_two_trainings_belongs_to_no_epoch(tmp_path: Path) -> None:
    meter = ReplayMeter("cpu")
    monitor, module = EnergyMonitor(tmp_path, meter=meter), Spender(meter.spend)
    fit(trainer(monitor, tmp_path, max_epochs=1), module)
    trainer(monitor, tmp_path).validate(module, Batches(VAL_BATCHES), verbose=False)
    run = trainer(monitor, tmp_path, max_epochs=1)
    fit(run, module)

    assert float(run.callback_metrics["energy/val_joules"]) == 1.5
    assert float(run.callback_metrics["energy/train_joules"]) == 8.0
    assert joules(monitor.summary)["val"] == 4.5


def test_memory_is_apart_and_psys_which_holds_the_package_is_not_counted(
    tree: RaplTree, package: Zone, tmp_path: Path
) -> None:
    memory, psys = tree.add_within(package, "dram"), tree.add("psys")

    def spend(joules: float) -> None:
        package.spend(joules)
        memory.spend(joules / 4)
        psys.spend(joules * 3)

    fit(trainer(EnergyMonitor(tmp_path), tmp_path), Spender(spend))

    report = written(tmp_path)
    assert joules(report, "cpu")["train"] == 16.0
    assert joules(report, "dram") == {"setup": 0.75, "sanity": 0.25, "train": 4.0, "val": 0.75}
    assert report["process"]["total_joules"] == 28.75
    assert report["domains"]["cpu"] == {
        "status": "measured",
        "source": "rapl",
        "devices": ["package-0"],
    }


def test_validation_within_an_epoch_is_taken_out_of_training(package: Zone, tmp_path: Path) -> None:
    run = trainer(EnergyMonitor(tmp_path), tmp_path, val_check_interval=2, max_epochs=1)
    fit(run, Spender(package.spend))

    assert joules(written(tmp_path)) == {"setup": 3.0, "sanity": 1.0, "train": 8.0, "val": 3.0}


def test_each_epoch_logs_its_own_joules_and_the_sum_so_far(package: Zone, tmp_path: Path) -> None:
    metrics = Metrics()
    fit(trainer(EnergyMonitor(tmp_path), tmp_path, callbacks=[metrics]), Spender(package.spend))

    epochs = written(tmp_path)["epochs"]
    for figures, epoch in zip(metrics.epochs, epochs, strict=True):
        for stage in ("train", "val"):
            watts = epoch[stage]["joules"]["cpu"] / epoch[stage]["seconds"]
            assert figures.pop(f"{stage}_mean_watts") == pytest.approx(watts)
    own = {"train_joules": 8.0, "val_joules": 1.5}
    own |= {"train_joules_per_sample": 0.5, "train_joules_per_step": 2.0}
    assert metrics.epochs == [
        {
            **own,
            **dict.fromkeys(("cpu_joules", "total_joules", "spent_joules"), 13.5),
            "forecast_joules": 13.5 + 9.5,
        },
        {
            **own,
            **dict.fromkeys(("cpu_joules", "total_joules", "spent_joules"), 23.0),
            "forecast_joules": 23.0,
        },
    ]
    assert [epoch["train"]["joules"]["cpu"] for epoch in epochs] == [8.0, 8.0]
    assert [epoch["val"]["joules"]["cpu"] for epoch in epochs] == [1.5, 1.5]


def test_large_sums_are_logged_without_losing_a_joule(tmp_path: Path) -> None:
    meter = ReplayMeter("cpu")
    run = trainer(EnergyMonitor(tmp_path, meter=meter), tmp_path, max_epochs=1)
    meter.spend(40_000_000.0)
    fit(run, Spender(meter.spend))

    assert float(run.callback_metrics["energy/total_joules"]) == 40_000_013.5


def test_a_test_divides_by_its_images_and_by_its_right_answers(
    package: Zone, tmp_path: Path
) -> None:
    monitor = EnergyMonitor(tmp_path)
    logger = CSVLogger(tmp_path, name="csv", version="")
    run = trainer(monitor, tmp_path, logger=logger)
    evaluate(run, Spender(package.spend, accuracy=0.75))

    assert float(run.callback_metrics["energy/test_joules"]) == 2.5
    assert float(run.callback_metrics["energy/test_joules_per_sample"]) == 2.5 / 8
    assert monitor.summary["metrics"]["energy/test_joules_per_correct"] == 2.5 / 6
    assert written(tmp_path) == monitor.summary
    assert "energy/test_joules_per_correct" in (tmp_path / "csv" / "metrics.csv").read_text()


@pytest.mark.parametrize("accuracy", [0.0, None])
def test_a_test_with_no_known_right_answer_has_a_reason_instead(
    package: Zone, tmp_path: Path, accuracy: float | None
) -> None:
    monitor = EnergyMonitor(tmp_path)
    evaluate(trainer(monitor, tmp_path), Spender(package.spend, accuracy=accuracy))

    ratio = written(tmp_path)["ratios"]["test_joules_per_correct"]
    assert ratio["value"] is None
    assert ratio["reason"]
    assert "energy/test_joules_per_correct" not in monitor.summary["metrics"]


def test_a_test_of_the_best_checkpoint_after_training_counts_nothing_twice(
    package: Zone, tmp_path: Path
) -> None:
    before = package.microjoules
    checkpoint = ModelCheckpoint(tmp_path / "checkpoints")
    run = trainer(
        EnergyMonitor(tmp_path), tmp_path, enable_checkpointing=True, callbacks=[checkpoint]
    )
    module = Spender(package.spend)
    fit(run, module)
    package.spend(7.0)
    evaluate(run, module, "best")

    report = written(tmp_path)
    spent = (package.microjoules - before) / 1e6
    assert report["stages"]["test"]["joules"] == {"cpu": 2.5}
    assert report["stages"]["other"]["joules"] == {"cpu": 7.125}
    assert report["process"]["total_joules"] == report["cumulative"]["total_joules"] == spent
    assert len(report["cumulative"]["lineage"]) == 1


def test_validation_and_prediction_alone_have_stages_of_their_own(
    package: Zone, tmp_path: Path
) -> None:
    run = trainer(EnergyMonitor(tmp_path), tmp_path)
    run.validate(Spender(package.spend), Batches(2), verbose=False)
    run.predict(Spender(package.spend), Batches(2))

    assert joules(written(tmp_path)) == {"setup": 6.0, "val": 1.0, "predict": 2.5}


@pytest.mark.usefixtures("no_counters")
def test_where_nothing_can_be_measured_the_run_says_so_once_and_logs_no_metric(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="ai_vs_human")
    run = trainer(EnergyMonitor(tmp_path), tmp_path)
    module = Spender(lambda _: None)
    fit(run, module)
    evaluate(run, module)

    (record,) = [r for r in caplog.records if r.name.startswith("ai_vs_human")]
    assert record.getMessage().startswith("Energy is not measured: gpu: the run computes on cpu;")
    assert "virtual machines rarely have RAPL" in record.getMessage()
    assert not [name for name in run.callback_metrics if name.startswith("energy/")]
    report = written(tmp_path)
    assert report["measured"] is False
    assert report["domains"]["cpu"]["status"] == "unavailable"
    assert report["process"]["joules"] == {}
    assert report["process"]["total_joules"] is None
    assert report["ratios"] == {}
    assert report["stages"]["train"]["images"] == 32


@pytest.mark.usefixtures("no_counters")
def test_a_run_that_must_be_measured_ends_before_it_starts(tmp_path: Path) -> None:
    module = Spender(lambda _: None)
    run = trainer(EnergyMonitor(tmp_path, on_unavailable="error"), tmp_path)

    with pytest.raises(EnergyError, match="expected a counter to measure energy with") as error:
        fit(run, module)

    assert "energy.on_unavailable=warn" in str(error.value)
    assert module.steps == 0
    assert written(tmp_path)["status"] == "failed"


def test_a_run_without_its_cpus_counted_says_that_they_are_switched_off(
    package: Zone, tmp_path: Path
) -> None:
    fit(trainer(EnergyMonitor(tmp_path, cpu=False), tmp_path), Spender(package.spend))

    assert written(tmp_path)["domains"]["cpu"]["reason"] == "switched off (energy.cpu=false)"


def test_a_report_that_cannot_be_written_ends_no_training(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "file"
    file.write_text("in the way")
    meter = ReplayMeter("cpu")
    fit(trainer(EnergyMonitor(file, meter=meter), tmp_path), Spender(meter.spend))

    assert "Expected to write" in caplog.text


def test_every_metric_that_is_logged_stands_in_the_docstring(tmp_path: Path) -> None:
    meter = ReplayMeter("gpu", "cpu", "dram")
    grid = {"gco2e_per_kwh": 475, "source": "a test"}
    target = {"metric": "train/loss", "mode": "min", "value": 9.0}
    monitor = EnergyMonitor(tmp_path, meter=meter, grid=grid, target=target)
    run = trainer(monitor, tmp_path)
    module = Spender(meter.spend)
    fit(run, module)
    evaluate(run, module)

    logged = monitor.summary["metrics"]
    assert len(logged) == 18
    assert [name for name in logged if name not in str(EnergyMonitor.__doc__)] == []
