"""Failing runs and failing counters, to books that are closed nonetheless."""

from pathlib import Path

import pytest
from lightning.pytorch.utilities.exceptions import SIGTERMException

from ai_vs_human.callbacks.energy import EnergyMonitor
from ai_vs_human.errors import PreemptedError
from tests.callbacks.energy.rapl_tree import RaplTree, Zone
from tests.callbacks.energy.replay import ReplayMeter
from tests.callbacks.energy.spending import (
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


@pytest.fixture
def package(tree: RaplTree) -> Zone:
    return tree.add("package-0", microjoules=123_456_789)


@pytest.mark.parametrize(
    ("failure", "raised", "status"),
    [
        (RuntimeError("the step failed"), RuntimeError, "failed"),
        (KeyboardInterrupt("enough"), SystemExit, "interrupted"),
        (SIGTERMException("the machine is taken back"), SIGTERMException, "interrupted"),
        (PreemptedError(), PreemptedError, "interrupted"),
    ],
)
def test_a_run_that_breaks_off_closes_its_books(
    package: Zone,
    tmp_path: Path,
    failure: BaseException,
    raised: type[BaseException],
    status: str,
) -> None:
    run = trainer(EnergyMonitor(tmp_path), tmp_path)
    with pytest.raises(raised, match=r"^(the|1$|75$)"):
        fit(run, Spender(package.spend, fail_at=5, failure=failure))

    report = written(tmp_path)
    assert report["status"] == status
    assert report["error"] == f"{type(failure).__name__}: {failure}"
    assert joules(report) == {"setup": 3.0, "sanity": 1.0, "train": 12.0, "val": 1.5}
    assert len(report["epochs"]) == 1


def test_a_counter_that_vanishes_makes_the_domain_partial_and_ends_no_training(
    package: Zone, tmp_path: Path
) -> None:
    def spend_until_lost(joules: float) -> None:
        if joules == 1.25:
            package.counter.unlink()
        else:
            package.spend(joules)

    run = trainer(EnergyMonitor(tmp_path), tmp_path)
    module = Spender(spend_until_lost)
    fit(run, module)
    run.predict(module, Batches(1))

    report = written(tmp_path)
    assert report["status"] == "completed"
    assert report["domains"]["cpu"]["partial"] is True
    assert report["domains"]["cpu"]["anomaly_count"] == 1
    assert report["complete"] is False
    assert joules(report)["train"] == 16.0


def test_a_counter_that_wraps_in_the_middle_of_training_loses_nothing(
    tree: RaplTree, tmp_path: Path
) -> None:
    package = tree.add("package-0", microjoules=65_706_000_000, wrap=65_713_000_000)
    fit(trainer(EnergyMonitor(tmp_path), tmp_path, max_epochs=5), Spender(package.spend))

    report = written(tmp_path)
    assert joules(report) == {"setup": 3.0, "sanity": 1.0, "train": 40.0, "val": 7.5}
    assert "partial" not in report["domains"]["cpu"]


def test_one_epoch_may_wrap_a_counter_more_than_once_when_batches_refresh_it(
    tree: RaplTree, tmp_path: Path
) -> None:
    package = tree.add("package-0", wrap=5_000_000)
    monitor = EnergyMonitor(tmp_path, refresh_seconds=0.0)
    fit(trainer(monitor, tmp_path, num_sanity_val_steps=0), Spender(package.spend))

    assert joules(written(tmp_path))["train"] == 16.0


def test_a_counter_whose_driver_starts_again_loses_one_window_and_says_so(
    package: Zone, tmp_path: Path
) -> None:
    package.set(100_000_000_000)
    steps = iter(range(100))

    def spend(joules: float) -> None:
        if next(steps) == 9:  # the first training step of the second epoch
            package.set(0)
        package.spend(joules)

    fit(trainer(EnergyMonitor(tmp_path), tmp_path, num_sanity_val_steps=0), Spender(spend))

    report = written(tmp_path)
    assert report["domains"]["cpu"]["anomaly_count"] == 1
    assert joules(report) == {"setup": 3.0, "train": 8.0, "val": 3.0}
    assert report["complete"] is False
    assert [row.get("partial", False) for row in report["epochs"]] == [False, True]


def test_an_epoch_without_its_counter_logs_no_joules_of_its_own(tmp_path: Path) -> None:
    meter = ReplayMeter("cpu")
    run = trainer(EnergyMonitor(tmp_path, meter=meter), tmp_path, max_epochs=3)
    steps = iter(range(1000))

    def spend(joules: float) -> None:
        meter.spend(joules)
        if next(steps) == 15:  # in the second epoch
            meter.lose("cpu", "gone")

    fit(run, Spender(spend))
    logged = set(written(tmp_path)["metrics"])
    evaluate(run, Spender(meter.spend))

    rows = written(tmp_path)["epochs"]
    assert [row.get("partial", False) for row in rows] == [False, True, True]
    assert logged == {f"energy/{name}_joules" for name in ("cpu", "total", "spent")}
    assert not any(name.startswith("energy/") for name in run.callback_metrics)
    assert "energy/test_joules_per_correct" not in written(tmp_path)["metrics"]
