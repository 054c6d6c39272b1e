"""Wrong command lines, each to the exact message that a person reads."""

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import members

TRANSCRIPT = Path(__file__).parent / "wrong_command_lines.txt"
"""`$ python <script> <words>` and what it answers; `{group}` stands for the group's members."""


def exchanges() -> dict[str, str]:
    parts = TRANSCRIPT.read_text(encoding="utf-8").split("\n\n")
    both = (part.strip().partition("\n") for part in parts if part.startswith("$ python "))
    return {asked.removeprefix("$ python "): answer for asked, _, answer in both}


def spelt_out(answer: str) -> str:
    return re.sub(r"among \{(.+?)\}", lambda m: f"among {', '.join(members(m[1]))}", answer)


@pytest.mark.parametrize("asked", exchanges())
def test_a_wrong_command_line_ends_in_one_message(
    asked: str, start: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="1"):
        start(*shlex.split(asked))

    assert capsys.readouterr() == ("", f"{spelt_out(exchanges()[asked])}\n")


def test_the_transcript_is_read() -> None:
    assert len(exchanges()) > 60
