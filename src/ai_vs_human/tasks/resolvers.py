"""The words of our configs that Hydra does not know: a run's id, its folder, a folder's name."""

from functools import cache, partial
from pathlib import Path

from omegaconf import DictConfig, OmegaConf

from ai_vs_human.runs.agreement import agree
from ai_vs_human.runs.folder import find_run, trainings
from ai_vs_human.runs.identity import new_run_id
from ai_vs_human.tasks.stored_config import composed_sha256


def register_resolvers() -> None:
    """Teach OmegaConf our words.

    `${new_run_id:}` is this process' new id, `${name_of:<path>}` a path's last part,
    `${parent_of:<address>}` what an address lies in (null of null),
    `${run_folder:<output_dir>,<resume>}` the folder that a training is to write to, and
    `${sweep_of:<run_dir>}` the sweep that the run is a job of.
    """
    run_id = cache(new_run_id)  # one process is one run or one sweep

    chosen: dict[str, str] = {}

    def run_folder(output_dir: str, resume: object, *, _root_: DictConfig) -> str:
        word = "" if resume is None else str(resume)  # the beginning of an id may be a number
        if resume is not None and word not in chosen:  # asked again, by then for another answer
            decide = partial(_resumed, word, Path(output_dir), _root_)
            chosen[word] = agree("run_folder", decide)
        return chosen.get(word) or str(Path(output_dir) / "train" / run_id())

    OmegaConf.register_resolver("new_run_id", run_id, replace=True)
    OmegaConf.register_resolver("name_of", lambda path: Path(path).name, replace=True)
    OmegaConf.register_resolver("parent_of", _parent, replace=True)
    OmegaConf.register_resolver("run_folder", run_folder, replace=True)
    OmegaConf.register_resolver("sweep_of", sweep_of, replace=True)


def sweep_of(run_dir: str) -> str | None:
    """The sweep that a run's folder belongs to; None for a run of its own."""
    folder = Path(run_dir)
    return folder.parent.name if folder.name.startswith(f"{folder.parent.name}-") else None


def _parent(address: str | None) -> str | None:
    return address.rstrip("/").rpartition("/")[0] if address else None


def _resumed(resume: str, output_dir: Path, config: DictConfig) -> str:
    """The folder of the run to go on with; empty where `auto` finds none."""
    if resume != "auto":
        return str(find_run(resume, output_dir, usable=False))
    wanted = composed_sha256(config)
    for run in reversed(trainings(output_dir)):
        known = run.result
        if known and known.config_sha256 == wanted and known.status != "pruned":
            return run.folder
    return ""
