"""Two packages, their memory and psys to the stages of a real run, to the microjoule."""

from pathlib import Path

import pytest

from ai_vs_human.callbacks.energy import EnergyMonitor
from tests.callbacks.energy.rapl_tree import RANGE, RaplTree, Zone
from tests.callbacks.energy.spending import Spender, evaluate, fit, joules, trainer, written

# Lightning 2.6 makes a tree specification that torch deprecates, in every call of a Trainer.
pytestmark = pytest.mark.filterwarnings("ignore:.*LeafSpec.*:FutureWarning")

STEPS = {"setup": 2, "sanity": 2, "train": 8, "val": 6, "test": 2, "other": 1}
"""How often each stage spends: fit and test set up once each, and a test's metrics are other."""

MICROJOULES = {
    "setup": 3_000_000,
    "sanity": 500_000,
    "train": 2_000_000,
    "val": 500_000,
    "test": 1_250_000,
    "other": 125_000,
}


def microjoules(folder: Path, domain: str) -> dict[str, int]:
    return {stage: round(spent * 1e6) for stage, spent in joules(written(folder), domain).items()}


def wrapping_after(tree: RaplTree, name: str, spent: int) -> Zone:
    """A package whose counter begins again at 0 once it has counted so many microjoules."""
    return tree.add(name, microjoules=RANGE - spent)


def test_every_stage_is_exact_while_every_counter_wraps_at_another_moment(
    tree: RaplTree, tmp_path: Path
) -> None:
    first = wrapping_after(tree, "package-0", 9_000_001)  # in the first epoch of training
    memory = tree.add_within(first, "dram")
    second = wrapping_after(tree, "package-1", 50_000_000)  # in the test
    memory_too = tree.add_within(second, "dram", number=1)
    memory_too.set(RANGE - 1)  # with the first microjoule
    psys = tree.add("psys")

    def spend(amount: float) -> None:
        """Odd microjoules to each of them."""
        for zone, odd in ((first, 1e-6), (second, 7e-6 + amount), (memory, -amount + 3e-6)):
            zone.spend(amount + odd)
        memory_too.spend(5e-6)
        psys.spend(40.0)

    monitor = EnergyMonitor(tmp_path)
    run, module = trainer(monitor, tmp_path), Spender(spend)
    fit(run, module)
    evaluate(run, module)

    assert microjoules(tmp_path, "cpu") == {
        stage: count * (3 * MICROJOULES[stage] + 8) for stage, count in STEPS.items()
    }
    assert microjoules(tmp_path, "dram") == {stage: count * 8 for stage, count in STEPS.items()}
    assert written(tmp_path)["domains"]["cpu"]["devices"] == ["package-0", "package-1"]
    assert not any("partial" in domain for domain in written(tmp_path)["domains"].values())


def test_a_counter_that_falls_in_the_middle_of_a_run_never_gives_negative_joules(
    tree: RaplTree, tmp_path: Path
) -> None:
    kept, fallen = tree.add("package-0"), tree.add("package-1", microjoules=RANGE * 3 // 4)
    steps = iter(range(100))

    def spend(amount: float) -> None:
        if next(steps) == 9:  # the first training step of the second epoch, without a sanity check
            fallen.set(RANGE // 4)
        kept.spend(amount)
        fallen.spend(amount)

    fit(trainer(EnergyMonitor(tmp_path), tmp_path, num_sanity_val_steps=0), Spender(spend))

    report = written(tmp_path)
    assert joules(report) == {"setup": 6.0, "train": 16.0 + 8.0, "val": 6.0}
    assert report["domains"]["cpu"]["anomaly_count"] == 1
    assert min(row["train"]["joules"]["cpu"] for row in report["epochs"]) == 8.0
