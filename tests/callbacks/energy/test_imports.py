"""A run in a process of its own, to what it imports, what that costs, and what it leaves."""

import inspect
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE
from typing import Any, NamedTuple

import pytest
import yaml

from ai_vs_human.callbacks.energy import EnergyMonitor
from ai_vs_human.callbacks.energy.carbon import Grid
from ai_vs_human.callbacks.energy.meter import DOMAINS
from ai_vs_human.callbacks.energy.target import Target
from tests.callbacks.energy.rapl_tree import RaplTree

CONF = Path(__file__).parents[3] / "conf" / "energy"

CHILD = """
import json, signal, sys, time, warnings
warnings.simplefilter("ignore")
import torch
import ai_vs_human.callbacks
from ai_vs_human.callbacks.energy import EnergyMonitor
from ai_vs_human.callbacks.energy.open_meter import meter_for

cpu = torch.device("cpu")
EnergyMonitor("nowhere")
meter_for(cpu, host_unused=None, counters=False, declared_watts={"cpu": 65.0}).read(settled=True)
told = {"early": [name for name in sys.modules if name.partition(".")[0] in ("zeus", "amdsmi")]}

start = time.process_time()
from zeus.device.cpu import rapl  # the meter would import it, too
rapl.RAPL_DIR = rapl.CONTAINER_RAPL_DIR = "nowhere"
told["without"] = meter_for(cpu, host_unused=None).domains["cpu"].status
told["seconds"] = time.process_time() - start
told["heavy"] = [name for name in ("zeus.monitor", "pandas", "sklearn") if name in sys.modules]

rapl.RAPL_DIR = sys.argv[1]
rapl.rapl_is_available.cache_clear()
meter = meter_for(cpu, host_unused=None)
told["counting"] = [meter.domains["cpu"].status, meter.read(settled=True)]
print(json.dumps(told), flush=True)
signal.pause()
"""


class Told(NamedTuple):
    """What a process of its own said, and how it ended.

    Attributes:
        early: modules of Zeus or AMD that were imported before any counter was asked for.
        without: the CPU's status where there is no counter.
        seconds: CPU time to find that out, imports included.
        heavy: modules that would take seconds.
        counting: the CPU's status and first reading where there is one.
        returncode: after SIGTERM.
        left: a process that it started has outlived it.
    """

    early: list[str]
    without: str
    seconds: float
    heavy: list[str]
    counting: list[Any]
    returncode: int
    left: bool


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    tree = RaplTree(tmp_path_factory.mktemp("machine") / "intel-rapl")
    tree.add_within(tree.add("package-0"), "dram")
    words = [sys.executable, "-c", CHILD, str(tree.root)]
    with subprocess.Popen(words, stdout=PIPE, stderr=PIPE, start_new_session=True) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        line = child.stdout.readline()
        child.terminate()
        assert line, child.stderr.read().decode()
        child.wait(60)
    return Told(**json.loads(line), returncode=child.returncode, left=is_group(child.pid))


def is_group(number: int) -> bool:
    """Whether any process of a group is alive."""
    try:
        os.killpg(number, 0)
    except ProcessLookupError:
        return False
    return True


def test_neither_the_callback_nor_declared_watts_import_zeus(told: Told) -> None:
    assert told.early == []


def test_a_machine_without_counters_adds_less_than_a_second_to_the_start(told: Told) -> None:
    assert told.without == "unavailable"
    assert told.seconds < 1.0
    assert told.heavy == []


def test_no_process_outlives_a_run_that_counts_and_is_told_to_end(told: Told) -> None:
    assert told.counting == ["measured", {"cpu": 0, "dram": 0}]
    assert told.returncode == -signal.SIGTERM
    assert not told.left


def test_energy_none_names_nothing_to_import() -> None:
    assert yaml.safe_load((CONF / "none.yaml").read_text()) == {}


def test_energy_zeus_names_the_callback_and_shows_its_defaults() -> None:
    config = yaml.safe_load((CONF / "zeus.yaml").read_text())

    assert config.pop("_target_") == f"{EnergyMonitor.__module__.rpartition('.')[0]}.EnergyMonitor"
    assert config.pop("run_dir") == "${paths.run_dir}"
    assert config.pop("declared_watts") == dict.fromkeys(DOMAINS)  # each key with no value
    assert Grid.of(config.pop("grid")) is None
    assert Target.of(config.pop("target")) is None
    parameters = inspect.signature(EnergyMonitor).parameters.values()
    assert config == {
        parameter.name: parameter.default
        for parameter in parameters
        if parameter.name not in ("run_dir", "declared_watts", "grid", "target", "meter")
    }
