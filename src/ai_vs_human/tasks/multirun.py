"""The jobs of a multirun to mean and deviation over their seeds, on the console and as a file."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

from rich.console import Console

from ai_vs_human.reporting.seeds_table import seeds_table
from ai_vs_human.runs.registry.comparison import SeedGroup, over_seeds
from ai_vs_human.runs.registry.configs import read_config
from ai_vs_human.runs.registry.scan import open_storage, scan

SUMMARY_NAME: Final = "seeds.json"


def summarise_seeds(output_dir: str, sweep: Path) -> None:
    """End a multirun, such as `-m seed=0,1,2`, with a summary where jobs differ only by seed.

    The jobs' results are read again, so that it does not matter where they ran.
    """
    groups = seed_groups(output_dir, sweep.name)
    if not groups:
        return
    text = json.dumps([asdict(group) for group in groups], indent=2)
    (sweep / SUMMARY_NAME).write_text(text + "\n", encoding="utf-8")
    console = Console()
    for group in groups:
        console.print(seeds_table(group))


def seed_groups(output_dir: str, sweep: str) -> Sequence[SeedGroup]:
    """The completed jobs of a sweep, where at least two differ by nothing but the seed."""
    jobs = [e for e in scan(output_dir) if e.sweep == sweep and e.status == "completed"]
    storage = open_storage(output_dir)
    configs = {job.run_id: read_config(storage, job.folder) for job in jobs}
    return [group for group in over_seeds(jobs, configs) if len(group.run_ids) > 1]
