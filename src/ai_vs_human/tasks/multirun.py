"""A multirun's folder to one without secrets, and to mean and deviation over its jobs' seeds."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import yaml
from hydra.experimental.callback import Callback
from omegaconf import DictConfig
from rich.console import Console
from typing_extensions import override

from ai_vs_human.reporting.seeds_table import seeds_table
from ai_vs_human.runs.masking import mask_sweep
from ai_vs_human.runs.registry.comparison import SeedGroup, over_seeds
from ai_vs_human.runs.registry.configs import read_config
from ai_vs_human.runs.registry.scan import open_storage, scan
from ai_vs_human.runs.whole_file import write_whole

SUMMARY_NAME: Final = "seeds.json"
_HYDRAS_NAME: Final = "multirun.yaml"


class Multirun(Callback):
    """Ends every multirun, also one in which a job has failed."""

    @override
    def on_multirun_end(self, config: DictConfig, **kwargs: Any) -> None:
        """Take secrets out of what Hydra wrote, and sum up where jobs differ only by seed."""
        sweep = Path(str(config.hydra.sweep.dir))
        mask_multirun(sweep)
        if sweep.is_dir() and Path(str(config.paths.output_dir)).is_dir():
            summarise_seeds(str(config.paths.output_dir), sweep)


def mask_multirun(sweep: Path) -> None:
    """Take the secrets out of the config that Hydra has just written into a sweep's folder."""
    path = sweep / _HYDRAS_NAME
    if not path.is_file():
        return  # not every sweeper writes one
    text = yaml.safe_dump(mask_sweep(yaml.safe_load(path.read_text(encoding="utf-8"))))
    write_whole(path, text)


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
