"""Zeus' own measurements of an Apple chip to counters, on a machine that has none."""

import sys

import pytest
import torch
from zeus.device.soc.apple import AppleSiliconMeasurement

import ai_vs_human.callbacks.energy.zeus_meter as module
from ai_vs_human.callbacks.energy.apple_counters import apple_counters
from ai_vs_human.callbacks.energy.zeus_meter import ZeusMeter


class Chip:
    """Zeus' readings of a chip, in millijoules."""

    def __init__(self, **millijoules: int) -> None:
        self.now = AppleSiliconMeasurement(**millijoules)

    def read(self) -> AppleSiliconMeasurement:
        return self.now


def test_a_chip_tells_millijoules_of_its_gpu_its_cpus_and_its_memory() -> None:
    chip = Chip(cpu_total_mj=1_000, dram_mj=100, gpu_mj=10, gpu_sram_mj=1, ane_mj=5)
    domains = apple_counters(chip.read)

    chip.now = AppleSiliconMeasurement(
        cpu_total_mj=1_500, dram_mj=107, gpu_mj=30, gpu_sram_mj=4, ane_mj=9_999
    )

    increments = {name: found.advance(1.0) for name, found in domains.items()}
    assert increments == {"cpu": 500_000, "dram": 7_000, "gpu": 23_000}


def test_what_a_chip_tells_is_modelled_and_named_so() -> None:
    provenance = apple_counters(Chip(gpu_mj=10).read)["gpu"].provenance

    assert (provenance.status, provenance.source) == ("modelled", "ioreport")
    assert provenance.devices == ("Apple gpu",)


def test_what_a_chip_does_not_tell_is_missing_with_the_reason() -> None:
    dram = apple_counters(Chip(gpu_mj=10).read)["dram"]

    assert dram.counters == ()
    assert dram.provenance.reason == "IOReport tells no dram on this chip"


def test_a_report_that_falls_gives_no_negative_joules() -> None:
    chip = Chip(cpu_total_mj=1_000)
    cpu = apple_counters(chip.read)["cpu"]

    chip.now = AppleSiliconMeasurement(cpu_total_mj=10)

    assert cpu.advance(1.0) == 0
    assert len(cpu.provenance.anomalies) == 1


@pytest.mark.parametrize(
    ("device", "host_unused", "counting"),
    [
        ("mps", None, {"gpu", "cpu", "dram"}),
        ("cpu", None, {"cpu", "dram"}),
        ("mps", "switched off (energy.cpu=false)", {"gpu"}),
    ],
)
def test_a_mac_counts_the_parts_that_the_run_uses(
    monkeypatch: pytest.MonkeyPatch, device: str, host_unused: str | None, counting: set[str]
) -> None:
    chip = Chip(cpu_total_mj=1_000, dram_mj=100, gpu_mj=10)
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(module, "apple_counters", lambda: apple_counters(chip.read))
    meter = ZeusMeter(torch.device(device), host_unused=host_unused)

    assert set(meter.read(settled=False)) == counting


@pytest.mark.skipif(sys.platform == "darwin", reason="this machine may have an Apple chip")
def test_a_machine_without_an_apple_chip_has_a_gap_and_the_package_that_may_help() -> None:
    for found in apple_counters().values():
        assert found.counters == ()
        assert found.provenance.reason.startswith("no IOReport: zeus-apple-silicon is not")
        assert "zeus[apple]" in found.provenance.hint
