"""The real Zeus, on counters that a test turns, to a meter."""

import multiprocessing
import platform

import pytest
import torch
from zeus.device.cpu import rapl

from ai_vs_human.callbacks.energy import zeus_meter
from ai_vs_human.callbacks.energy.meter import Meter
from ai_vs_human.callbacks.energy.zeus_meter import ZeusMeter
from tests.callbacks.energy.daemon import Daemon
from tests.callbacks.energy.rapl_tree import RaplTree, Zone

CPU = torch.device("cpu")


def test_the_counters_difference_is_what_was_spent_with_memory_apart(tree: RaplTree) -> None:
    package = tree.add("package-0", microjoules=123_456_789)
    memory = tree.add_within(package, "dram")
    meter: Meter = ZeusMeter(CPU)

    package.spend(12.5)
    memory.spend(2.25)

    assert meter.read(settled=True) == {"cpu": 12_500_000, "dram": 2_250_000}
    assert meter.read(settled=True) == {"cpu": 0, "dram": 0}


def test_all_packages_count_and_psys_which_holds_them_does_not(tree: RaplTree) -> None:
    zones = [tree.add(name) for name in ("package-0", "package-1", "psys")]
    tree.add_within(zones[0], "core")
    meter = ZeusMeter(CPU)

    for joules, zone in zip((1.0, 2.0, 100.0), zones, strict=True):
        zone.spend(joules)

    assert meter.read(settled=True) == {"cpu": 3_000_000}
    assert meter.domains["cpu"].devices == ("package-0", "package-1")
    assert meter.domains["cpu"].source == "rapl"


def test_a_package_that_the_kernel_shows_twice_counts_once(tree: RaplTree) -> None:
    first, again = tree.add("package-0"), tree.add("package-0")
    memory_mapped = tree.root.with_name("intel-rapl-mmio") / "intel-rapl-mmio:0"
    beside = [Zone(memory_mapped, "package-0"), tree.add_beside("intel-rapl-mmio:0", "package-0")]
    meter = ZeusMeter(CPU)

    for zone in (first, again, *beside):
        zone.spend(4.0)

    assert meter.read(settled=True) == {"cpu": 4_000_000}


def test_a_counter_that_wraps_between_two_readings_loses_no_joule(tree: RaplTree) -> None:
    package = tree.add("package-0", microjoules=65_712_999_000, wrap=65_713_000_000)
    meter = ZeusMeter(CPU)

    package.spend(7.0)

    assert meter.read(settled=True) == {"cpu": 7_000_000}
    assert meter.domains["cpu"].anomalies == ()


def test_no_process_is_started_to_watch_the_counters(tree: RaplTree) -> None:
    tree.add("package-0")
    ZeusMeter(CPU).read(settled=True)

    assert multiprocessing.active_children() == []


def test_a_counter_that_vanishes_counts_what_it_had_and_says_so(tree: RaplTree) -> None:
    lost, kept = tree.add("package-0"), tree.add("package-1")
    meter = ZeusMeter(CPU)

    lost.counter.unlink()
    kept.spend(3.0)

    assert meter.read(settled=True) == {"cpu": 3_000_000}
    assert meter.domains["cpu"].status == "measured"
    (anomaly,) = meter.domains["cpu"].anomalies
    assert anomaly.startswith("package-0 was lost: ZeusRAPLFileInitError")


def test_counters_that_may_not_be_read_leave_a_reason_and_the_command_that_helps(
    tree: RaplTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tree.add("package-0").counter

    def guarded(path: str, mode: str = "r") -> object:
        """Refuse as the kernel does: the tests may run as root, whom no mode keeps out."""
        if path == str(secret):
            raise PermissionError(13, "Permission denied", path)
        return open(path, mode)  # noqa: PTH123 -- stands for the builtin

    monkeypatch.setattr(rapl, "open", guarded, raising=False)
    meter = ZeusMeter(CPU)

    assert meter.read(settled=True) == {}
    for domain in ("cpu", "dram"):
        provenance = meter.domains[domain]
        assert provenance.status == "unavailable"
        assert provenance.reason == "RAPL's counters may not be read"
        assert provenance.hint.startswith("sudo chmod -R a+r /sys/class/powercap/intel-rapl/")


@pytest.mark.usefixtures("no_counters")
def test_a_machine_without_rapl_measures_nothing_and_says_why() -> None:
    meter = ZeusMeter(CPU)

    assert meter.read(settled=True) == {}
    assert meter.domains["cpu"].status == "unavailable"
    assert meter.domains["cpu"].reason.startswith("no RAPL: ")
    assert "virtual machines rarely have RAPL" in meter.domains["cpu"].hint


def test_a_masked_tree_without_zones_measures_nothing(tree: RaplTree) -> None:
    assert not list(tree.root.iterdir())
    meter = ZeusMeter(CPU)

    assert meter.read(settled=True) == {}
    assert meter.domains["cpu"].reason == "RAPL has no cpu zone on this machine"


def test_memory_without_a_zone_is_unavailable_while_the_package_is_measured(
    tree: RaplTree,
) -> None:
    tree.add("package-0")
    domains = ZeusMeter(CPU).domains

    assert domains["cpu"].status == "measured"
    assert domains["dram"].reason == "RAPL has no dram zone on this machine"


def test_a_host_that_another_process_counts_is_not_read(
    tree: RaplTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tree.add("package-0")
    monkeypatch.setattr(zeus_meter, "host_counters", None)  # nor opened
    meter = ZeusMeter(CPU, host_unused="the machine's first process counts it")

    package.spend(1.0)

    assert meter.read(settled=True) == {}
    assert {meter.domains[domain].status for domain in ("cpu", "dram")} == {"unused"}


@pytest.mark.usefixtures("tree")
def test_a_jetson_whose_sensors_tell_watts_only_is_a_gap_and_starts_no_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    monkeypatch.setattr(zeus_meter, "jetson_is_available", lambda: True)
    meter = ZeusMeter(torch.device("cuda", 0))

    assert meter.read(settled=True) == {}
    assert {found.status for found in meter.domains.values()} == {"unavailable"}
    assert meter.domains["gpu"].reason == "a Jetson tells watts, and has no counter of joules"
    assert multiprocessing.active_children() == []


def test_a_daemon_reads_for_users_who_may_not(
    tree: RaplTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree.add("package-0")
    tree.add("psys")
    with Daemon(packages=2) as daemon:
        monkeypatch.setenv("ZEUSD_HOST_PORT", daemon.address)
        meter = ZeusMeter(CPU)

        daemon.spend(cpu=4_000_000, dram=500_000)

        assert meter.read(settled=True) == {"cpu": 4_000_000, "dram": 500_000}
        assert meter.domains["cpu"].source == "zeusd"
        assert meter.domains["cpu"].devices == ("package-0",)
