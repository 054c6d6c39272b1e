"""The words of a command line about runs to options; a wrong one gets the nearest right one."""

import re
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import Final, NoReturn, get_args

from ai_vs_human.errors import ConfigError
from ai_vs_human.runs.registry.entry import STANDINGS
from ai_vs_human.runs.registry.pruning import KEPT_BY, parse_age
from ai_vs_human.runs.registry.ranking import Mode
from ai_vs_human.runs.registry.scan import TASKS
from ai_vs_human.runs.registry.selection import first_moment, last_moment

_RUN: Final = "an id, the beginning of one, a folder, or latest (the newest training)"


class _Parser(ArgumentParser):
    """Raises instead of ending the process, and suggests what was perhaps meant."""

    known: tuple[str, ...] = ()

    def error(self, message: str) -> NoReturn:
        quoted = re.search(r"'([^']+)'|arguments: (-\S+)", message)
        wrong = "" if quoted is None else quoted[1] or quoted[2]
        near = get_close_matches(wrong.partition("=")[0], self.known, n=1)
        raise ConfigError(
            f"expected words that {self.prog} knows, but got {message} (command line)",
            hint=near[0] if near else f"python scripts/{self.prog} --help",
        )


def parser() -> ArgumentParser:
    """The commands, each of which names the module that carries it out."""
    top = _Parser(prog="runs.py", description="List, show, compare and tidy up past runs.")
    commands = top.add_subparsers(dest="command", required=True, metavar="command")
    for name, (describe, summary) in _COMMANDS.items():
        command = commands.add_parser(
            name, prog=f"runs.py {name}", help=summary, description=summary, allow_abbrev=False
        )
        describe(command)
        command.add_argument(
            "--dir", default="outputs", help="output folder or URL, such as gs://bucket/outputs"
        )
        command.add_argument("--json", action="store_true", help="print one JSON document")
        command.known = tuple(command._option_string_actions)  # noqa: SLF001 -- no public list
        top.known += (name, *command.known)  # what a command does not know, this one refuses
    return top


def _ls(command: ArgumentParser) -> None:
    command.set_defaults(module="listing")
    _add_status(command)
    command.add_argument("--task", type=_one_of("--task", TASKS), help="train or evaluate")
    _add_tag_and_sweep(command)
    command.add_argument("--since", type=first_moment, help="started then or later: 2026-11-23")
    command.add_argument("--until", type=last_moment, help="started then or earlier (UTC)")
    command.add_argument(
        "--sort",
        type=_one_of("--sort", ("started", "metric")),
        default="started",
        help="what comes last: the newest (started), or the best by the first --metric (metric)",
    )
    command.add_argument("--limit", type=_count("--limit"), help="show only the last so many")
    command.add_argument(
        "--metric", action="append", default=[], help="a column; again for more: test/auroc"
    )


def _show(command: ArgumentParser) -> None:
    command.set_defaults(module="listing")
    command.add_argument("run", help=f"{_RUN}; a sweep's id or folder for the whole of it")


def _best(command: ArgumentParser) -> None:
    command.set_defaults(module="listing")
    command.add_argument(
        "--metric", default=KEPT_BY, help=f"default {KEPT_BY}: choosing by test images flatters"
    )
    _add_mode(command)
    command.add_argument("--n", type=_count("--n"), default=5, help="how many; default 5")
    _add_task(command)
    _add_tag_and_sweep(command)


def _compare(command: ArgumentParser) -> None:
    command.set_defaults(module="compare")
    command.add_argument(
        "run", nargs="+", help=f"{_RUN}; a sweep's id or folder stands for all its runs"
    )
    command.add_argument(
        "--seeds", action="store_true", help="mean and spread of runs that differ only by seed"
    )


def _pareto(command: ArgumentParser) -> None:
    command.set_defaults(module="pareto")
    command.add_argument(
        "run",
        nargs="*",
        help=f"{_RUN}; a sweep's id or folder stands for all its runs; default all of the task",
    )
    command.add_argument(
        "--metric", help=f"the quality; default {KEPT_BY}, or test/auroc where no run has that"
    )
    command.add_argument(
        "--against",
        default="energy/total_joules",
        help="the cost; default energy/total_joules; energy_est/total_joules is an estimate",
    )
    _add_mode(command)
    _add_task(command)
    command.add_argument(
        "--out", help="folder for pareto.csv and pareto.png; default the sweep's, or --dir"
    )


def _prune(command: ArgumentParser) -> None:
    command.set_defaults(module="prune")
    _add_status(command)
    command.add_argument("--older-than", type=parse_age, help="started before: 30d, 12h, 2w")
    command.add_argument(
        "--keep-best", type=_count("--keep-best"), help=f"so many stay, the best by {KEPT_BY}"
    )
    _add_task(command)
    _add_tag_and_sweep(command)
    command.add_argument(
        "--checkpoints-only", action="store_true", help="keep the records, remove the checkpoints"
    )
    command.add_argument("--yes", action="store_true", help="remove; without it, only say what")


def _add_status(command: ArgumentParser) -> None:
    command.add_argument(
        "--status",
        action="append",
        default=[],
        type=_one_of("--status", STANDINGS),
        help=f"{', '.join(STANDINGS)}; again for more",
    )


def _add_mode(command: ArgumentParser) -> None:
    command.add_argument(
        "--mode",
        type=_one_of("--mode", get_args(Mode)),
        help="max or min; default what is usual of the metric",
    )


def _add_task(command: ArgumentParser) -> None:
    command.add_argument(
        "--task", type=_one_of("--task", TASKS), default="train", help="default train"
    )


def _add_tag_and_sweep(command: ArgumentParser) -> None:
    command.add_argument(
        "--tag", action="append", default=[], help="has this tag; again: and that one too"
    )
    command.add_argument("--sweep", help="is a job of the sweep with this id")


_COMMANDS: Final[dict[str, tuple[Callable[[ArgumentParser], None], str]]] = {
    "ls": (_ls, "list runs, the newest last"),
    "show": (_show, "all that is known of one run, or of a sweep"),
    "best": (_best, "the best completed runs by a metric"),
    "compare": (_compare, "where runs differ, and how sure that is"),
    "pareto": (_pareto, "which runs no other beats in quality and in joules"),
    "prune": (_prune, "remove runs by rules; without --yes only say which"),
}


def _one_of(option: str, known: Sequence[str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text in known:
            return text
        near = get_close_matches(text, known, n=1)
        raise ConfigError(
            f"expected one of {', '.join(known)}, but got {text!r} ({option})",
            hint=f"{option} {near[0] if near else known[0]}",
        )

    return read


def _count(option: str) -> Callable[[str], int]:
    def read(text: str) -> int:
        if text.isascii() and text.isdecimal() and int(text[:9]) > 0:
            return int(text[:9])
        raise ConfigError(
            f"expected a whole number above 0, but got {text!r} ({option})", hint=f"{option} 5"
        )

    return read
