"""A command line to every fault that can be known without torch."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from hydra import initialize_config_dir
from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig, OmegaConf, flag_override

from ai_vs_human.jobs.surroundings import is_job
from ai_vs_human.tasks.validation.checked import checked
from ai_vs_human.tasks.validation.command_line import CommandLine, read_command_line
from ai_vs_human.tasks.validation.composition import Composition, composed
from ai_vs_human.tasks.validation.explain import nearest
from ai_vs_human.tasks.validation.fault import Fault
from ai_vs_human.tasks.validation.source_signature import source_signature

_STORED: Final = ("resume", "like")
"""Keys that take the config from a run: there the words may fit what is not composed here."""


def diagnose(task: str, conf: Path, arguments: Sequence[str]) -> list[Fault]:
    """Compose what the command line asks for, and look at every value.

    Args:
        task: names the root config.
        conf: the folder of configs.
        arguments: of the command line.

    Raises:
        HydraException: if not even the task's own config composes.
    """
    line = read_command_line(arguments)
    if line is None:
        return []
    faults: list[Fault] = []
    name = line.config_name or task
    if not (conf / name).with_suffix(".yaml").is_file():
        faults.append(_no_such_root(name, conf))
        name = task
    with initialize_config_dir(str(conf.resolve())):
        found = composed(line, name)
        swept = _sweeper_words(found) if line.sweeping else ()
        if swept:
            found = composed(replace(line, words=(*line.words, *swept)), name)
    faults += found.faults
    for config in found.configs[:1] if line.running else ():
        faults += (_placed(fault, found) for fault in _start_faults(config, line))
    for config in found.configs if line.running else ():
        if not any(config.get(key) for key in _STORED):
            faults += (_placed(fault, found) for fault in _value_faults(config, line))
    return faults


def _start_faults(config: DictConfig, line: CommandLine) -> Iterator[Fault]:
    """Runs that cannot be gone on with, before the folders of new ones are made."""
    resume, like = (config.get(key) for key in _STORED)
    search = config.hydra.runtime.choices.get("hparams_search")
    if search is not None and not line.sweeping and not is_job():
        yield Fault(
            "hparams_search",
            f"expected -m before a search, but got a single run (hparams_search={search})",
            f"python train.py -m hparams_search={search}",
        )
    if line.sweeping and int(os.environ.get("WORLD_SIZE", "1")) > 1:
        yield Fault(
            "hydra.launcher",
            "expected a multirun to be started once, but got it in each of"
            f" {os.environ['WORLD_SIZE']} processes (-m, WORLD_SIZE)",
            "python train.py -m … without torchrun: each job starts trainer.devices processes",
        )
    if resume is not None and line.sweeping:
        yield Fault(
            "resume",
            f"expected one run to go on with, but got a sweep (resume={resume})",
            "resume the jobs one by one, without -m: resume=<run id>",
        )
    if resume is not None and like is not None:
        yield Fault(
            "like",
            f"expected a run to go on with or one to train again, but got both (resume={resume},"
            f" like={like})",
            f"resume={resume} alone, or like={like} alone",
        )


def _sweeper_words(found: Composition) -> tuple[str, ...]:
    """What `hydra.sweeper.params` adds to the words, where they do not say otherwise."""
    added = OmegaConf.select(found.configs[0], "hydra.sweeper.params")
    said = {word.key for word in found.words}
    pairs = added.items() if isinstance(added, DictConfig) else ()
    words = [(str(key), str(value)) for key, value in pairs]
    return tuple(
        f"{key}={value}" for key, value in words if key.lstrip("+").replace("/", ".") not in said
    )


def _no_such_root(name: str, conf: Path) -> Fault:
    known = sorted(path.stem for path in conf.glob("*.yaml"))
    near = nearest(name, known)
    return Fault(
        "hydra.job.config_name",
        f"expected a config among {', '.join(known)}, but got {name} (--config-name)",
        f"--config-name={near}" if near else None,
        place=-1,
    )


def _value_faults(config: DictConfig, line: CommandLine) -> list[Fault]:
    with _as_if_started(config):
        _, faults = checked(config, source_signature, sweeping=line.sweeping)
    return faults


@contextmanager
def _as_if_started(config: DictConfig) -> Iterator[None]:
    """Give references to Hydra's own values (`hydra:runtime.output_dir`) something to find."""
    hydra = HydraConfig.instance()
    before = hydra.cfg
    with flag_override(config.hydra, ["readonly", "struct"], [False, False]):
        config.hydra.runtime.output_dir = "outputs"
        config.hydra.job.num, config.hydra.job.id = 0, "0"
    hydra.set_config(config)
    try:
        yield
    finally:
        hydra.cfg = before


def _placed(fault: Fault, found: Composition) -> Fault:
    """The fault at the word that says most about its key."""
    if fault.hint is None and found.groups.members(group := fault.key.replace(".", "/")):
        fault = replace(fault, hint=f"{group}=<member> chooses a member")
    said = [word for word in found.words if f"{fault.key}.".startswith(f"{word.key}.")]
    return replace(fault, place=max(said, key=lambda word: len(word.key)).place) if said else fault
