"""What a run learnt, as data: result.json."""

import json
import math
from dataclasses import asdict, dataclass, field
from pathlib import Path
from reprlib import repr as shortened
from typing import Any, Final, Literal, get_args

from ai_vs_human.errors import CheckpointError
from ai_vs_human.runs.masking import mask_strings
from ai_vs_human.runs.validity import require_types
from ai_vs_human.runs.versioned import parse_object
from ai_vs_human.runs.whole_file import write_whole

RESULT_NAME: Final = "result.json"
SCHEMA_VERSION: Final = 3

_OF_THE_USER: Final = ("error", "origins", "energy", "checkpoint", "data", "tags")
"""What may hold a secret; the rest are words and figures of ours, and must stay what they are."""

Status = Literal["running", "completed", "pruned", "failed", "interrupted"]


@dataclass
class Result:
    """A run in plain values.

    Attributes:
        run_id: the run's name, which is its folder's name too.
        task: train or evaluate.
        status: running, completed, failed, interrupted, or pruned: ended early by its sweep.
        error: what ended a run that did not come to its end, as a sentence.
        ended_early: why a completed run trained less than it was asked to; None where it did not.
            Such a run can be gone on with.
        metrics: finite figures, by the keys they are logged under (`val/auroc`, `test/auroc`, …).
            Those of validation belong to the best checkpoint.
        intervals: for test metrics, the ends of the 95 % bootstrap interval: chance in the choice
            of test images, not in training.
        images: how many images a stage's metrics come from.
        origins: one row for each generator and human source of the test images.
        energy: the energy callback's summary; None where there was no callback.
        seconds: wall time by part of the run.
        images_per_second: of training, validation left out; None where nothing was trained.
        checkpoint: the best checkpoint, relative to the run's folder where it is inside.
        weights_sha256: of the weights after the last step; None where nothing was trained.
        data: where the images came from, their fingerprint and what could not be read.
        config_sha256: of the composed config: equal commands have equal ones.
        seed: of the run; None where it has none.
        tags: words to find the run again.
        started: when its first attempt began, ISO 8601 in UTC.
        ended: when it ended; None while it runs.
        attempts: how often it was started; each resume adds one.
    """

    run_id: str
    task: str
    status: Status = "running"
    error: str | None = None
    ended_early: str | None = None
    metrics: dict[str, float] = field(default_factory=dict)
    intervals: dict[str, list[float]] = field(default_factory=dict)
    images: dict[str, int] = field(default_factory=dict)
    origins: list[dict[str, Any]] = field(default_factory=list)
    energy: dict[str, Any] | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    images_per_second: float | None = None
    checkpoint: str | None = None
    weights_sha256: str | None = None
    data: dict[str, Any] = field(default_factory=dict)
    config_sha256: str | None = None
    seed: int | None = None
    tags: list[str] = field(default_factory=list)
    started: str | None = None
    ended: str | None = None
    attempts: int = 1
    schema_version: int = SCHEMA_VERSION

    @property
    def is_over(self) -> bool:
        """Whether nobody can go on with the run."""
        return self.status in ("completed", "pruned")

    def write(self, folder: Path) -> None:
        """Write result.json, all or nothing and without secrets."""
        values = asdict(self)
        values |= {name: mask_strings(values[name]) for name in _OF_THE_USER}
        values["metrics"] = {k: v for k, v in self.metrics.items() if math.isfinite(v)}
        write_whole(folder / RESULT_NAME, json.dumps(values, indent=2, default=str) + "\n")


def parse_result(text: str) -> Result:
    """What the text of a result.json says; files of an older schema lack the newer fields.

    Raises:
        ValueError: if it is no JSON, was written by a newer version, or has a status of its own.
        TypeError: if it is not a result, or a value is not of its type.
    """
    values = parse_object(text, SCHEMA_VERSION)
    require_types(values)
    if values.get("status", "running") not in get_args(Status):
        raise ValueError(f"status is {shortened(values['status'])}")
    return Result(**values)


def read_result(folder: Path) -> Result:
    """Read a run's result.json.

    Raises:
        CheckpointError: if there is none, or it is not one of ours.
    """
    path = folder / RESULT_NAME
    try:
        return parse_result(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise CheckpointError(
            f"expected a run's folder with {RESULT_NAME}, but got {folder}",
            hint="run=latest, or the id or folder of a run",
        ) from error
    except (ValueError, TypeError, RecursionError) as error:
        raise CheckpointError(f"expected a run's result, but got {error} ({path})") from error
