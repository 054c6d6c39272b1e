"""What a config declares to watts, or to the error that names its key."""

from pathlib import Path

import pytest
import torch

from ai_vs_human.callbacks.energy import EnergyMonitor
from ai_vs_human.callbacks.energy.declared_watts import declared, demand_watts
from ai_vs_human.errors import EnergyError
from ai_vs_human.tasks.validation.machine import machine_faults
from tests.callbacks.energy.spending import Spender, fit, trainer

CPU, CUDA, APPLE = (torch.device(name) for name in ("cpu", "cuda", "mps"))


def test_only_the_domains_with_a_value_are_declared() -> None:
    assert declared({"gpu": None, "cpu": 65, "dram": 3.5}) == {"cpu": 65.0, "dram": 3.5}
    assert declared(None) == {}


@pytest.mark.parametrize("value", [0, -5.0, float("nan"), float("inf"), "65 W", True])
def test_watts_that_are_no_positive_number_are_refused_with_their_key(value: object) -> None:
    with pytest.raises(EnergyError, match=r"watts above 0, but got .*energy\.declared_watts\.gpu"):
        declared({"gpu": value})


def test_a_domain_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EnergyError, match="to name gpu, cpu, dram, but got CPU"):
        EnergyMonitor(tmp_path, declared_watts={"CPU": 65.0})


@pytest.mark.parametrize(("device", "needed"), [(CPU, "cpu"), (CUDA, "gpu"), (APPLE, "gpu")])
def test_without_counters_the_computing_device_has_to_be_declared(
    device: torch.device, needed: str
) -> None:
    demand_watts({"gpu": 300.0, "cpu": 65.0}, device, cpu=True)

    with pytest.raises(EnergyError, match=rf"energy\.declared_watts\.{needed}, with") as error:
        demand_watts({"dram": 3.0}, device, cpu=True)
    assert f"energy.declared_watts.{needed}=65" in str(error.value.hint)


def test_a_cpu_that_is_switched_off_need_not_be_declared() -> None:
    demand_watts({}, CPU, cpu=False)


def test_a_run_without_counters_or_watts_ends_before_its_first_step(tmp_path: Path) -> None:
    module = Spender(lambda _: None)
    run = trainer(EnergyMonitor(tmp_path, counters=False), tmp_path)

    with pytest.raises(EnergyError, match=r"expected the watts that the run's cpu draws"):
        fit(run, module)

    assert module.steps == 0


def test_the_config_of_such_a_run_is_refused_before_data_are_read() -> None:
    values = {"energy": {"counters": False, "declared_watts": {"cpu": None}}}
    values["trainer"] = {"accelerator": "cpu"}

    (fault,) = machine_faults(values)

    assert fault.key == "energy.declared_watts"
    assert fault.sentence.startswith("expected the watts that the run's cpu draws, but got null")
