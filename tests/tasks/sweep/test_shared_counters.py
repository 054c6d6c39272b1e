"""Jobs beside each other, and the counters that none of them has to itself."""

from pathlib import Path
from typing import Any

import pytest

from ai_vs_human.tasks.sweep import shared_counters
from ai_vs_human.tasks.sweep.shared_counters import counted_by_each

MEASURED = {"cpu": True, "counters": True}


@pytest.mark.parametrize(
    ("energy", "accelerator", "jobs", "gpus", "rapl", "shared"),
    [
        (MEASURED, "cpu", 2, "", True, "the CPUs"),
        (MEASURED, "cpu", 1, "", True, None),
        (MEASURED, "cpu", 2, "", False, None),
        ({}, "cpu", 2, "", True, None),
        (MEASURED | {"counters": False}, "cpu", 2, "", True, None),
        (MEASURED | {"cpu": False}, "auto", 2, "0,1", True, None),
        (MEASURED | {"cpu": False}, "auto", 2, "0", True, "the machine's only GPU"),
        (MEASURED | {"cpu": False}, "cpu", 2, "0", True, None),
    ],
)
def test_what_each_job_would_count_whole(  # noqa: PLR0917 -- one row of the table
    energy: dict[str, Any],
    accelerator: str,
    jobs: int,
    gpus: str,
    rapl: bool,  # noqa: FBT001
    shared: str | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shared_counters, "RAPL", (tmp_path if rapl else tmp_path / "none",))
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", gpus)
    config = {"energy": energy, "trainer": {"accelerator": accelerator}}

    assert counted_by_each(config, jobs) == shared
