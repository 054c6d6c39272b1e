"""Rival trainings to the medians of their rates: each takes its turn, in fresh processes."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
EPOCHS = 3
# glibc gives memory back after each step and faults it in again at the next one where nothing
# lies above it: a sixth of the bare loop's time, by chance and not by design. All keep theirs.
KEEP_MEMORY = {"MALLOC_TRIM_THRESHOLD_": str(2**32), "MALLOC_MMAP_THRESHOLD_": str(2**30)}

Measure = Callable[[], float]
"""Trains once; training images a second."""


def medians(rivals: Mapping[str, Measure], repeats: int) -> dict[str, float]:
    """Let the rivals take turns, and print what each turn and each rival came to.

    Returns:
        The median rate of each rival, in images a second.
    """
    rates: dict[str, list[float]] = {name: [] for name in rivals}
    for turn in range(repeats):
        # Each goes first every other time: a machine's speed drifts.
        for name in list(rivals)[:: 1 if turn % 2 == 0 else -1]:
            rates[name].append(rivals[name]())
            say(f"{turn + 1}/{repeats}  {name:15s} {rates[name][-1]:8.1f} images/s")
    found = {name: statistics.median(values) for name, values in rates.items()}
    for name, values in rates.items():
        say(f"{name:15s} median {found[name]:8.1f}  ({min(values):.1f} to {max(values):.1f})")
    return found


def train(*overrides: str) -> float:
    """The rate of `train.py`, in images a second: validation and start left out."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "train.py", f"hydra.run.dir={folder}/run", "test=false"]
        output([*command, f"trainer.max_epochs={EPOCHS}", *overrides])
        result = json.loads((Path(folder) / "run" / "result.json").read_text())
    return float(result["images_per_second"])


def output(command: list[str]) -> bytes:
    """What a process that must end well has to say."""
    environment = os.environ | KEEP_MEMORY
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    return done.stdout


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
