"""What stands after `python train.py` to words and what is to be done with them."""

from collections.abc import Sequence
from dataclasses import dataclass

from hydra._internal.utils import get_args_parser


@dataclass(frozen=True, slots=True)
class CommandLine:
    """What a person asked for.

    Attributes:
        words: `key=value` and the like, in order.
        config_name: the root config, where it is not the task's own.
        sweeping: whether a word may give several values, each for a run of its own.
        running: whether the task is started; else its config is only shown.
    """

    words: tuple[str, ...]
    config_name: str | None = None
    sweeping: bool = False
    running: bool = True


def read_command_line(arguments: Sequence[str]) -> CommandLine | None:
    """Split words from options as Hydra does; None where Hydra alone knows what is meant.

    Exits with 2, as Hydra would, where an option does not exist.
    """
    known = get_args_parser().parse_intermixed_args(arguments)
    elsewhere = known.config_path or known.config_dir or known.experimental_rerun
    if any(word.lstrip("+").startswith("hydra.searchpath") for word in known.overrides):
        return None
    if elsewhere or known.shell_completion or known.hydra_help:
        return None
    words = set(known.overrides)
    return CommandLine(
        words=tuple(known.overrides),
        config_name=known.config_name,
        sweeping=known.multirun or bool({"hydra.mode=MULTIRUN", "++hydra.mode=MULTIRUN"} & words),
        running=not (known.cfg or known.info or known.help),
    )
