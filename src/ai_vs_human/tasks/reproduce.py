"""A finished run to a second one with the same config, and to what differs between the two."""

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from omegaconf import DictConfig
from rich.console import Console

from ai_vs_human.errors import CheckpointError, ReproductionError
from ai_vs_human.reporting.reproduction import differences_table, metrics_table
from ai_vs_human.runs.folder import find_run
from ai_vs_human.runs.provenance.differences import Difference, changed_since
from ai_vs_human.runs.provenance.record import Provenance, read_attempts, read_provenance
from ai_vs_human.runs.result import Result, read_result
from ai_vs_human.tasks.record import PROJECT, collect_now

REPORT_NAME: Final = "reproduction.json"
_OF_THE_CLOCK: Final = ("energy", "train/images_per_second", "train/loader_wait_share")
"""Metrics that no two runs share."""


@dataclass(frozen=True)
class Reproduction:
    """How a repeated run compares with the first.

    Attributes:
        original: the first run's id.
        repeated: the second run's id.
        same_weights: the hashes of the final weights are equal.
        metrics: those that differ, with both values.
        differences: of the recorded state: code, packages, data, machine.
    """

    original: str
    repeated: str
    same_weights: bool
    metrics: dict[str, tuple[float | None, float | None]]
    differences: list[Difference]


def reproduce(config: DictConfig) -> float | None:
    """Say what has changed since a run, train it again, and compare.

    Raises:
        CheckpointError: if there is no such run, or it did not end well.
        ReproductionError: if weights or metrics differ.
    """
    output_dir = Path(config.paths.output_dir)
    folder = find_run(str(config.run), output_dir)
    first = read_result(folder)
    if first.status != "completed" or first.weights_sha256 is None:
        word = "like" if first.is_over else "resume"
        raise CheckpointError(
            f"expected a completed run, but got one that is {first.status} ({folder})",
            hint=f"python train.py {word}={first.run_id}",
        )
    console = Console()
    attempts = read_attempts(folder, first.attempts)
    before = changed_since(attempts, _as_of_now(attempts[-1]))
    console.print(differences_table(first.run_id, before))
    home = Path(config.paths.run_dir)
    again = _train_again(folder, output_dir, home.name)
    second, now = read_result(again), read_provenance(again)
    found = compare(first, second, changed_since(attempts, now))
    text = json.dumps(asdict(found), indent=2, default=str)
    (home / REPORT_NAME).write_text(text + "\n", encoding="utf-8")
    console.print(metrics_table(first, second, found.metrics))
    if not found.same_weights or found.metrics:
        raise ReproductionError(
            f"expected the weights and metrics of run {first.run_id}, but got others ({again})",
            hint="the table of differences names what to set back",
        )
    console.print(
        f"run {second.run_id} repeats run {first.run_id}: same weights, same metrics",
        soft_wrap=True,
    )
    return None


def compare(first: Result, second: Result, changed: list[Difference]) -> Reproduction:
    """What differs between two results of one config."""
    names = sorted(first.metrics.keys() | second.metrics.keys())
    pairs = {name: (first.metrics.get(name), second.metrics.get(name)) for name in names}
    return Reproduction(
        original=first.run_id,
        repeated=second.run_id,
        same_weights=first.weights_sha256 == second.weights_sha256,
        metrics={
            name: pair
            for name, pair in pairs.items()
            if pair[0] != pair[1] and not name.startswith(_OF_THE_CLOCK)
        },
        differences=changed,
    )


def _as_of_now(then: Provenance) -> Provenance:
    """The state here, as far as it is known before the images are listed."""
    now = collect_now(then.run_id, then.seed)
    now.data = then.data
    return now


def _train_again(folder: Path, output_dir: Path, run_id: str) -> Path:
    """Train in a process of its own, as the first run was: with its number of processes."""
    here = ("paths.mirror=null", "paths.model_dir=null")  # not where the first run is
    words = [f"like={folder}", f"paths.output_dir={output_dir}", *here]
    done = subprocess.run(
        [sys.executable, str(PROJECT / "train.py"), *words],
        env={**os.environ, "AI_VS_HUMAN_RUN_ID": run_id},
        check=False,
    )
    again = output_dir / "train" / run_id
    if done.returncode != 0:
        raise ReproductionError(
            f"expected run {folder.name} to train again, but got exit code {done.returncode}"
            f" ({again})",
            hint="its last words stand above",
        )
    return again
