"""Steps of a long piece of work to a bar on the terminal."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from rich.console import Console
from rich.progress import track

T = TypeVar("T")


def shown(steps: Iterable[T], what: str, total: int) -> Iterator[T]:
    """The steps, while a bar shows how many are done; elsewhere than on a terminal just the steps.

    Args:
        steps: done one by one.
        what: is being done.
        total: number of steps.
    """
    console = Console(stderr=True)
    yield from track(
        steps, what, total=total, console=console, transient=True, disable=not console.is_terminal
    )
