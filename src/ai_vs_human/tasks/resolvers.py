"""The words of our configs that Hydra does not know: `${new_run_id:}` and `${name_of:<path>}`."""

from functools import cache
from pathlib import Path

from omegaconf import OmegaConf

from ai_vs_human.runs.identity import new_run_id


def register_resolvers() -> None:
    """Teach OmegaConf those words."""
    run_id = cache(new_run_id)  # one process is one run or one sweep
    OmegaConf.register_resolver("new_run_id", run_id, replace=True)
    OmegaConf.register_resolver("name_of", lambda path: Path(path).name, replace=True)
