"""Run folders, as trainings of every fate leave them."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from ai_vs_human.runs.result import Result

LONG_AGO = "2026-01-01T00:00:00+00:00"


def ago(**time: float) -> str:
    return (datetime.now(UTC) - timedelta(**time)).isoformat()


def make_run(
    output: Path,
    name: str,
    *,
    task: str = "train",
    config: Mapping[str, Any] | None = None,
    scores: Mapping[str, tuple[str, float]] | None = None,
    groups: Mapping[str, str] | None = None,
    **values: Any,
) -> Path:
    """Write a run's result, and what else is given; `name` may hold the sweep's folder."""
    folder = output / task / name
    folder.mkdir(parents=True)
    known = {"status": "completed", "started": LONG_AGO} | values
    Result(run_id=folder.name, task=task, **known).write(folder)
    if config is not None:
        whole = {"run_id": folder.name, "paths": {"run_dir": str(folder)}, **config}
        (folder / "config.yaml").write_text(yaml.safe_dump(whole))
    if scores is not None:
        column = "" if groups is None else "group,"  # older versions have none
        own = {key: "" if groups is None else f"{groups.get(key, '')}," for key in scores}
        rows = [
            f"{key},x.png,{label},,,{own[key]}{score},ai" for key, (label, score) in scores.items()
        ]
        lines = [f"id,path,label,generator,source,{column}score,verdict", *rows]
        (folder / "test_predictions.csv").write_text("\n".join(lines) + "\n")
    return folder


def run_id(number: int) -> str:
    """Ids in the order of their numbers, one a minute."""
    return f"202611{1 + number // 1440:02d}-{number // 60 % 24:02d}{number % 60:02d}00-{number:06x}"
