"""A trained detector, tested, to joules an image: the meter counts what forward calls spend."""

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from lightning.pytorch import Trainer

from ai_vs_human.callbacks.energy import EnergyMonitor
from ai_vs_human.callbacks.energy.meter import Meter, Provenance
from ai_vs_human.callbacks.energy.steady import SteadyBench
from ai_vs_human.callbacks.energy.steady_plan import SteadyPlan
from ai_vs_human.data.datamodule import ImageDataModule
from ai_vs_human.reporting.inference_energy import InferenceEnergy, InferenceRow
from ai_vs_human.reporting.inference_figure import inference_figure
from ai_vs_human.runs.result import Result
from ai_vs_human.tasks.inference_energy import InferenceBench
from ai_vs_human.tasks.inference_stage import InferenceStage
from ai_vs_human.training.module import DetectorModule
from tests.callbacks.energy.replay import ReplayMeter
from tests.training.test_module import make_data, make_module, make_trainer

PLAN = SteadyPlan(
    batch_sizes=[1, 100], warmup_seconds=0.0, window_seconds=1.0, repeats=2, idle_seconds=2.0
)
PER_CALL, PER_IMAGE, IDLE_WATTS = 4.0, 0.5, 7.0
"""Joules that a forward call draws, and each of its images; watts that resting does."""

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*does not have many workers.*"),
    pytest.mark.filterwarnings("ignore:.*LeafSpec.*:FutureWarning"),
]


class World:
    """A device whose calls take half a second each."""

    def __init__(self, module: DetectorModule, *domains: Any) -> None:
        self.meter = ReplayMeter(*domains)
        self.now = 0.0
        self.seen: list[torch.Tensor] = []
        module.register_forward_hook(self._forward)

    def _forward(self, module: DetectorModule, given: tuple[torch.Tensor], _: object) -> None:
        assert not module.training
        self.seen.append(given[0])
        self.now += 0.5
        self.meter.spend(PER_CALL + PER_IMAGE * len(given[0]))

    def rest(self, seconds: float) -> None:
        self.now += seconds
        self.meter.spend(IDLE_WATTS * seconds)

    def bench(self, meter: Meter, plan: SteadyPlan) -> SteadyBench:
        return SteadyBench(meter, plan, lambda: self.now, self.rest)


@pytest.fixture(scope="module")
def tested(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[DetectorModule, Trainer, ImageDataModule]:
    """What is measured has been tested: by then Lightning has taken it off its device."""
    root = tmp_path_factory.mktemp("tested")
    module, trainer, data = make_module(), make_trainer(root), make_data(root)
    trainer.test(module, data, verbose=False)
    return module, trainer, data


@pytest.fixture
def module(tested: tuple[DetectorModule, Trainer, ImageDataModule]) -> Iterator[DetectorModule]:
    module = tested[0]
    yield module
    module._forward_hooks.clear()


@pytest.fixture
def measured(
    tested: tuple[DetectorModule, Trainer, ImageDataModule], module: DetectorModule, tmp_path: Path
) -> Any:
    def measure(world: World, plan: SteadyPlan = PLAN) -> InferenceEnergy:
        monitor = EnergyMonitor(tmp_path, meter=world.meter)
        return InferenceBench(plan, world.bench).measure(monitor, tested[1], module, tested[2])

    return measure


def test_joules_an_image_are_those_of_the_forward_calls(
    module: DetectorModule, measured: Any
) -> None:
    world = World(module, "cpu", "dram")

    found = measured(world)

    each = [2 * (PER_CALL + PER_IMAGE), 2 * (PER_CALL / 100 + PER_IMAGE)]  # two domains
    assert [row.joules_per_image for row in found.rows] == pytest.approx(each)
    assert [row.images_per_second for row in found.rows] == [2.0, 200.0]
    assert all(row.steady and row.devices == "cpu+dram" for row in found.rows)
    assert found.metrics == {
        "energy/inference_joules_per_image_bs1": pytest.approx(each[0]),
        "energy/inference_joules_per_image_bs100": pytest.approx(each[1]),
        "inference/images_per_second_bs1": 2.0,
        "inference/images_per_second_bs100": 200.0,
        "energy/idle_cpu_watts": IDLE_WATTS,
        "energy/idle_dram_watts": IDLE_WATTS,
    }


def test_it_works_on_the_test_s_own_images_which_fill_large_batches_again(
    module: DetectorModule, measured: Any, tested: tuple[DetectorModule, Trainer, ImageDataModule]
) -> None:
    world = World(module, "cpu")

    measured(world)

    images = torch.cat([batch.images for batch in tested[2].test_dataloader()])
    assert {len(one) for one in world.seen} == {1, 100}
    assert torch.equal(world.seen[-1], images[torch.arange(100) % len(images)])
    assert not any(torch.equal(a, b) for a, b in zip(world.seen[:4], world.seen[1:4], strict=False))


def test_an_estimate_has_a_name_of_its_own_and_no_idle_draw(
    module: DetectorModule, measured: Any
) -> None:
    world = World(module, "cpu")
    world.meter.domains["cpu"] = Provenance("estimate", "declared-watts")

    found = measured(world)

    assert [row.name for row in found.rows] == [
        "energy_est/inference_joules_per_image_bs1",
        "energy_est/inference_joules_per_image_bs100",
    ]
    assert not any(name.startswith("energy/") for name in found.metrics)


@pytest.mark.parametrize("fault", ["none", "lost", "still", "memory"])
def test_what_cannot_be_measured_is_absent_with_its_reason(
    module: DetectorModule, measured: Any, fault: str
) -> None:
    world = World(module, *(() if fault == "none" else ("cpu",)))
    if fault == "lost":
        world.meter.lose("cpu", "package-0 was lost")
    if fault == "still":
        world.meter.spend = lambda joules: None  # type: ignore[method-assign]
    if fault == "memory":
        module.register_forward_hook(_too_large)

    found = measured(world)

    reasons = {
        "none": {"all batch sizes": "gpu: no counter; cpu: no counter; dram: no counter"},
        "lost": {f"batch size {size}": "package-0 was lost" for size in (1, 100)},
        "still": {f"batch size {size}": "the counters of cpu did not move" for size in (1, 100)},
        "memory": {"batch size 100": "out of memory"},
    }
    assert found.gaps == reasons[fault]
    assert [row.batch_size for row in found.rows] == ([1] if fault == "memory" else [])


def _too_large(_: DetectorModule, given: tuple[torch.Tensor], __: object) -> None:
    if len(given[0]) > 1:
        raise torch.OutOfMemoryError("out of memory\nmore of that")


def test_a_stage_leaves_its_files_and_tells_people(
    tested: tuple[DetectorModule, Trainer, ImageDataModule],
    module: DetectorModule,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    world, result = World(module, "cpu"), Result(run_id="x", task="evaluate")
    bench = InferenceBench(replace(PLAN, batch_sizes=[2]), world.bench)

    stage = InferenceStage(EnergyMonitor(tmp_path, meter=world.meter), bench)
    stage.measure(tested[1], module, tested[2], tmp_path, result)
    stage.print()

    name = "energy/inference_joules_per_image_bs2"
    assert result.metrics[name] == 2.5
    assert result.energy is not None
    report = json.loads((tmp_path / "energy.json").read_text())
    assert report["inference"]["rows"] == result.energy["inference"]["rows"]
    assert report["inference"]["plan"]["batch_sizes"] == [2]
    with (tmp_path / "inference_energy.csv").open() as file:
        (row,) = csv.DictReader(file)
    assert (row["batch_size"], row["joules_per_image"], row["estimate"]) == ("2", "2.5", "False")
    assert (tmp_path / "inference_energy.png").read_bytes().startswith(b"\x89PNG")
    said = capsys.readouterr().out
    assert "energy of inference, measured (cpu)" in said
    assert "2.5 J" in said
    assert "idle draw   cpu 7.0 W, before the work began" in said


def test_without_a_monitor_nothing_is_measured(
    tested: tuple[DetectorModule, Trainer, ImageDataModule], tmp_path: Path
) -> None:
    values = {"energy": {}, "inference_energy": {"_target_": f"{SteadyPlan.__module__}.SteadyPlan"}}
    stage, result = InferenceStage.of(values), Result(run_id="x", task="evaluate")

    stage.measure(tested[1], tested[0], tested[2], tmp_path, result)

    assert (stage.callbacks, result.energy, list(tmp_path.iterdir())) == ([], None, [])


def test_a_figure_of_shaky_and_estimated_rows_is_drawn() -> None:
    row = InferenceRow(
        batch_size=1,
        estimate=False,
        devices="gpu",
        joules_per_image=0.5,
        spread=0.1,
        steady=True,
        images_per_second=10.0,
        mean_watts=5.0,
        windows=5,
    )
    rows = [row, replace(row, batch_size=8, steady=False), replace(row, estimate=True)]

    assert inference_figure(rows).startswith(b"\x89PNG")
