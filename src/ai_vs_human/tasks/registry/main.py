"""A command line about past runs to tables, one JSON document, or one clear message.

Nothing here imports torch, lightning, Hydra or numpy: a list of runs is there in a moment.
"""

import json
import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from rich.console import Console

from ai_vs_human.errors import AiVsHumanError
from ai_vs_human.tasks.registry.answer import Answer
from ai_vs_human.tasks.registry.parser import parser

_WIDTH_OF_A_FILE = 500
"""Columns where nobody's window is the limit: a line for each run, for grep."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        argv: the words after the program's name; None for those of this process.

    Returns:
        The exit code: 0, or 1 where something could not be done.
    """
    try:
        args = parser().parse_args(argv)
        answer = _answer(args)
        sys.stdout.write(_text(answer, as_json=args.json))
        sys.stdout.flush()
    except AiVsHumanError as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    except BrokenPipeError:  # the reader, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        return 130
    return answer.exit_code


def _answer(args: Namespace) -> Answer:
    """Import the command's world only now."""
    command: Any = getattr(import_module(f"ai_vs_human.tasks.registry.{args.module}"), args.command)
    answer: Answer = command(args)
    return answer


def _text(answer: Answer, *, as_json: bool) -> str:
    """What goes to the console, in characters that it knows."""
    if as_json:
        # Python reads and writes NaN, which is no JSON: null here.
        strict = json.loads(json.dumps(answer.document, default=str), parse_constant=_nothing)
        return json.dumps(strict, indent=2, allow_nan=False) + "\n"
    width = None if sys.stdout.isatty() else _WIDTH_OF_A_FILE
    console = Console(width=width, highlight=False, markup=False, emoji=False)
    with console.capture() as capture:
        for part in answer.parts:
            console.print(part)
    encoding = sys.stdout.encoding or "utf-8"
    return capture.get().encode(encoding, "backslashreplace").decode(encoding)


def _nothing(_: str) -> None:
    """What stands for a number that is none."""
