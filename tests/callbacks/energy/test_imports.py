"""Runs in processes of their own, to the modules that they import."""

import inspect
import subprocess
import sys
from pathlib import Path

import yaml

from ai_vs_human.callbacks.energy import EnergyMonitor
from ai_vs_human.callbacks.energy.carbon import Grid
from ai_vs_human.callbacks.energy.meter import DOMAINS
from ai_vs_human.callbacks.energy.target import Target

CONF = Path(__file__).parents[3] / "conf" / "energy"

WITHOUT = """
import sys, warnings
warnings.simplefilter("ignore")
import ai_vs_human.callbacks
from ai_vs_human.callbacks.energy import EnergyMonitor
from ai_vs_human.callbacks.energy.open_meter import meter_for
import torch
EnergyMonitor("nowhere")
meter_for(torch.device("cpu"), host_unused=None, counters=False, declared_watts={"cpu": 65.0})
zeus = [name for name in sys.modules if name.partition(".")[0] in ("zeus", "amdsmi")]
sys.exit(f"imported {zeus}" if zeus else 0)
"""


def test_neither_the_callback_nor_declared_watts_import_zeus() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=False, timeout=120
    )

    assert (ended.returncode, ended.stderr) == (0, "")


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
