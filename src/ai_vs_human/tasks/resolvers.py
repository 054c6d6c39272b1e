"""The words of our configs that Hydra does not know: a run's id, its folder, a folder's name."""

from functools import cache, partial
from pathlib import Path

from omegaconf import DictConfig, OmegaConf

from ai_vs_human.errors import CheckpointError
from ai_vs_human.runs.agreement import agree
from ai_vs_human.runs.folder import find_run, run_folders
from ai_vs_human.runs.identity import new_run_id
from ai_vs_human.runs.result import read_result
from ai_vs_human.tasks.stored_config import composed_sha256


def register_resolvers() -> None:
    """Teach OmegaConf our words.

    `${new_run_id:}` is this process' new id, `${name_of:<path>}` a path's last part, and
    `${run_folder:<output_dir>,<resume>}` the folder that a training is to write to.
    """
    run_id = cache(new_run_id)  # one process is one run or one sweep

    chosen: dict[str, str] = {}

    def run_folder(output_dir: str, resume: str | None, *, _root_: DictConfig) -> str:
        if resume is not None and resume not in chosen:  # asked again, by then for another answer
            decide = partial(_resumed, str(resume), Path(output_dir), _root_)
            chosen[resume] = agree("run_folder", decide)
        return chosen.get(resume or "") or str(Path(output_dir) / "train" / run_id())

    OmegaConf.register_resolver("new_run_id", run_id, replace=True)
    OmegaConf.register_resolver("name_of", lambda path: Path(path).name, replace=True)
    OmegaConf.register_resolver("run_folder", run_folder, replace=True)


def _resumed(resume: str, output_dir: Path, config: DictConfig) -> str:
    """The folder of the run to go on with; empty where `auto` finds none."""
    if resume != "auto":
        return str(find_run(resume, output_dir, usable=False))
    wanted = composed_sha256(config)
    for folder in reversed(run_folders(output_dir)):
        try:
            if read_result(folder).config_sha256 == wanted:
                return str(folder)
        except CheckpointError:
            continue  # torn or not ours: scripts/runs.py ls tells
    return ""
