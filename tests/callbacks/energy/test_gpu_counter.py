"""GPUs of an NVML library compiled here to the meter of a process, through pynvml and Zeus."""

from pathlib import Path

import pytest
import torch
import zeus.device.gpu

from ai_vs_human.callbacks.energy import EnergyMonitor
from ai_vs_human.callbacks.energy.meter import Provenance
from ai_vs_human.callbacks.energy.zeus_meter import ZeusMeter
from tests.callbacks.energy.gpu_machine import CUT, PASCAL, UNCUT, GpuMachine
from tests.callbacks.energy.spending import Spender, evaluate, fit, joules, trainer, written

# Lightning 2.6 makes a tree specification that torch deprecates, in every call of a Trainer.
pytestmark = pytest.mark.filterwarnings("ignore:.*LeafSpec.*:FutureWarning")

HOST = "the machine's first process counts it"


def opened(index: int = 0) -> ZeusMeter:
    return ZeusMeter(torch.device("cuda", index), host_unused=HOST)


def gap(meter: ZeusMeter) -> Provenance:
    """Why the GPU is not measured."""
    assert meter.read(settled=True) == {}
    provenance = meter.domains["gpu"]
    assert provenance.status == "unavailable"
    assert provenance.hint.startswith("python -m zeus.show_env shows")
    return provenance


def test_every_millijoule_of_the_gpu_belongs_to_one_stage(
    machine: GpuMachine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, own = machine.add(), machine.add(at=7_000_000_123)
    monkeypatch.setattr(torch.cuda, "synchronize", lambda _: None)

    def spend(amount: float) -> None:
        own.spend(amount + 0.001)
        other.spend(50.0)

    monitor = EnergyMonitor(tmp_path, meter=opened(1))
    run, module = trainer(monitor, tmp_path), Spender(spend)
    fit(run, module)
    evaluate(run, module)

    report = written(tmp_path)
    millijoules = {stage: spent * 1_000 for stage, spent in joules(report, "gpu").items()}
    assert {stage: round(spent, 3) for stage, spent in millijoules.items()} == {
        "setup": 2 * 3_001,  # once to fit, and once to test
        "sanity": 2 * 501,
        "train": 8 * 2_001,
        "val": 6 * 501,
        "test": 2 * 1_251,
        "other": 126,
    }
    assert report["process"]["joules"]["gpu"] == (own.millijoules - 7_000_000_123) / 1_000
    assert report["domains"]["gpu"]["source"] == "nvml"


@pytest.mark.parametrize("visible", [None, "1", "GPU-00000001", "1,-1", "-1", "7", "", "MIG-1/2/3"])
def test_the_gpu_that_torch_computes_on_counts_whatever_the_variables_say(
    machine: GpuMachine, monkeypatch: pytest.MonkeyPatch, visible: str | None
) -> None:
    hidden, shown = machine.add("hidden"), machine.add("shown")
    machine.visible = [shown.uuid]  # the only one that CUDA shows, as its number 0
    if visible is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    meter = opened(0)

    hidden.spend(100.0)
    shown.spend(0.25)

    assert meter.read(settled=False) == {"gpu": 250_000}
    assert meter.domains["gpu"].devices == ("shown",)


def test_gpus_that_cuda_sorts_by_speed_are_not_taken_for_each_other(machine: GpuMachine) -> None:
    slow, fast = machine.add("slow"), machine.add("fast")
    machine.visible = [fast.uuid, slow.uuid]
    meter = opened(0)

    slow.spend(1.0)
    fast.spend(2.0)

    assert meter.read(settled=False) == {"gpu": 2_000_000}


def test_a_gpu_that_this_process_may_not_open_hides_no_other(machine: GpuMachine) -> None:
    forbidden, own = machine.add(), machine.add()
    forbidden.file.write_text("?")
    meter = opened(1)

    own.spend(1.0)

    assert meter.read(settled=False) == {"gpu": 1_000_000}


def test_the_processes_of_a_machine_count_one_gpu_each(machine: GpuMachine) -> None:
    gpus = [machine.add() for _ in range(4)]
    meters = [opened(rank) for rank in range(4)]

    for rank, gpu in enumerate(gpus):
        gpu.spend(rank + 0.5)

    readings = [meter.read(settled=False)["gpu"] for meter in meters]
    assert readings == [500_000, 1_500_000, 2_500_000, 3_500_000]


def test_a_reading_that_shall_be_settled_waits_for_the_own_gpu_only(
    machine: GpuMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.add(), machine.add()
    waited: list[torch.device] = []
    monkeypatch.setattr(torch.cuda, "synchronize", waited.append)
    meter = opened(1)

    meter.read(settled=False)
    assert waited == []
    meter.read(settled=True)
    assert waited == [torch.device("cuda", 1)]


def test_a_driver_that_is_loaded_again_gives_a_gap_and_no_negative_joules(
    machine: GpuMachine,
) -> None:
    gpu = machine.add(at=9_000)
    meter = opened()

    gpu.set(100)
    assert meter.read(settled=False) == {"gpu": 0}
    gpu.spend(2.0)
    assert meter.read(settled=False) == {"gpu": 2_000_000}
    assert meter.domains["gpu"].anomalies == (
        "Tesla fell from 9000000 to 100000 uJ without a wrap",
    )


def test_a_gpu_that_falls_off_the_bus_raises_nothing(machine: GpuMachine) -> None:
    gpu = machine.add()
    meter = opened()

    gpu.file.unlink()

    assert meter.read(settled=False) == {"gpu": 0}
    (anomaly,) = meter.domains["gpu"].anomalies
    assert anomaly == "Tesla was lost: ZeusGPULostError: GPU is lost"


def test_a_gpu_before_volta_is_a_gap(machine: GpuMachine) -> None:
    machine.add("P100", architecture=PASCAL)

    assert gap(opened()).reason == "P100 has no energy counter"


def test_a_gpu_cut_into_slices_is_a_gap_and_one_that_could_be_is_none(machine: GpuMachine) -> None:
    machine.add("A100", mig=CUT), machine.add("A100", mig=UNCUT)

    assert gap(opened(0)).reason.startswith("A100 is cut into slices, and a MIG slice has no")
    assert opened(1).domains["gpu"].status == "measured"


def test_a_slice_that_has_a_uuid_of_its_own_is_a_gap(machine: GpuMachine) -> None:
    machine.add()
    machine.visible = ["99999999-1111-2222-3333-444455556666"]

    assert gap(opened()).reason.startswith("NVML lists no GPU with the UUID 99999999-")


def test_a_device_that_cuda_does_not_show_is_a_gap(machine: GpuMachine) -> None:
    machine.add()

    assert gap(opened(3)).reason == "RuntimeError: CUDA error: invalid device ordinal"


def test_a_machine_whose_driver_does_not_run_is_a_gap(
    machine: GpuMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.add()
    monkeypatch.delenv("FAKE_NVML_DIR")

    assert "Driver Not Loaded" in gap(opened()).reason


@pytest.mark.usefixtures("no_counters")
def test_a_run_on_the_cpu_never_bills_a_gpu_of_the_machine(machine: GpuMachine) -> None:
    gpu = machine.add()
    meter = ZeusMeter(torch.device("cpu"))

    gpu.spend(100.0)

    assert meter.read(settled=True) == {}
    assert meter.domains["gpu"] == Provenance("unused", reason="the run computes on cpu")


class AmdGpu:
    """Zeus' view of one of AMD's GPUs."""

    def __init__(self, millijoules: float) -> None:
        self.millijoules = millijoules

    def supports_get_total_energy_consumption(self) -> bool:
        return True

    def get_total_energy_consumption(self) -> float:
        return self.millijoules

    def get_name(self) -> str:
        return "Instinct"


class AmdGpus:
    """Zeus' list of them."""

    def __init__(self, *gpus: AmdGpu) -> None:
        self.gpus = gpus


@pytest.mark.usefixtures("no_counters")
def test_a_gpu_of_amd_is_counted_by_its_number_among_those_that_rocm_shows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gpus = AmdGpus(AmdGpu(5_000.0), AmdGpu(7_000.0))
    monkeypatch.setattr(torch.version, "hip", "6.3")
    monkeypatch.setattr(zeus.device.gpu, "_gpus", gpus)
    meter = opened(1)

    gpus.gpus[0].millijoules, gpus.gpus[1].millijoules = 9_000.0, 7_000.125

    assert meter.read(settled=False) == {"gpu": 125}
    assert meter.domains["gpu"].source == "amdsmi"


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no NVIDIA GPU at hand")
@pytest.mark.skipif(torch.version.hip is not None, reason="the GPU is not NVIDIA's")
def test_a_real_gpu_of_this_machine_is_found_and_its_counter_rises() -> None:
    device = torch.device("cuda", 0)
    meter = ZeusMeter(device, host_unused=HOST)
    if meter.domains["gpu"].status == "unavailable":
        pytest.skip(meter.domains["gpu"].reason)
    matrix = torch.rand(2_048, 2_048, device=device)
    for _ in range(500):
        matrix = matrix @ matrix / 1_024

    assert meter.read(settled=True)["gpu"] > 0
    assert meter.domains["gpu"].devices == (torch.cuda.get_device_name(device),)
