"""Wrong command lines, each to the exact message that a person reads."""

import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import members

TRANSCRIPT = Path(__file__).parent / "wrong_command_lines.txt"
"""`$ python <script> <words>` and what it answers; `{group}` stands for the group's members."""


def exchanges() -> Iterator[tuple[str, str]]:
    for part in TRANSCRIPT.read_text(encoding="utf-8").split("\n\n"):
        asked, _, answer = part.strip().partition("\n")
        if asked.startswith("$ python "):
            yield asked.removeprefix("$ python "), answer


def spelt_out(answer: str) -> str:
    return re.sub(r"among \{(.+?)\}", lambda m: f"among {', '.join(members(m[1]))}", answer)


@pytest.mark.parametrize(("asked", "answer"), exchanges(), ids=lambda text: text.split("\n")[0])
def test_a_wrong_command_line_ends_in_one_message(
    asked: str, answer: str, start: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="1"):
        start(*shlex.split(asked))

    assert capsys.readouterr() == ("", f"{spelt_out(answer)}\n")


def test_the_transcript_is_read() -> None:
    assert len(list(exchanges())) > 60
