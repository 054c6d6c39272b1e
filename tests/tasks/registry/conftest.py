"""The command line about runs, in this process."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ai_vs_human.tasks.registry.main import main

Say = Callable[..., str]
Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def say(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Say:
    """Run a command on this test's runs; what it prints, on stdout or else on stderr."""

    def run(*words: str, code: int = 0) -> str:
        capsys.readouterr()
        words = words if "--dir" in words else (*words, "--dir", str(tmp_path))
        returned = main(words)
        out, err = capsys.readouterr()
        assert (returned, "" in (out, err)) == (code, True), err
        return out + err

    return run


@pytest.fixture
def ask(say: Say) -> Ask:
    """As `say`, for machines."""

    def run(*words: str, code: int = 0) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(say(*words, "--json", code=code), parse_constant=0)
        return document

    return run


def ids(document: dict[str, Any]) -> list[str]:
    return [run["run_id"] for run in document["runs"]]
