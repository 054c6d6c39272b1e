"""What one job of a multirun is, wherever it is done: words for train.py, and a folder."""

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Job:
    """One run of a multirun: `python train.py <options> <words> hydra.run.dir=<folder>`.

    Attributes:
        number: counted from 0 in the multirun; a trial's number in a study.
        folder: the run's, relative to where the multirun was started, or absolute.
        words: Hydra's overrides, none of which says where the run is written.
        options: `--config-name` and the like, before the words.
        environment: variables that the run needs besides what this process has.
        objectives: names of the metrics that the run is judged by.
        gpus: how many GPUs it asks for, 0 where it is to use none, -1 for all of a machine.
        processes: how many of them it starts on a machine: 1 for each device.
    """

    number: int
    folder: str
    words: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    objectives: tuple[str, ...] = ()
    gpus: int = 0
    processes: int = 1

    @property
    def name(self) -> str:
        """The run's id."""
        return Path(self.folder).name

    @property
    def arguments(self) -> tuple[str, ...]:
        """What stands behind `python train.py`."""
        return (*self.options, *self.words, f"hydra.run.dir={quoted(self.folder)}")


def quoted(value: str) -> str:
    """A value that Hydra's grammar takes as this string, whatever stands in it.

    The grammar minds a backslash only before a quotation mark.
    """
    escaped = re.sub(r"(\\*)('|$)", lambda m: 2 * m[1] + ("\\'" if m[2] else ""), value)
    return f"'{escaped}'"


def this_program() -> tuple[str, ...]:
    """How this process was started, without its arguments: Python and the path of train.py."""
    return sys.executable, str(Path(sys.argv[0]).resolve())
