"""Words that the command line knows, and what it says to others."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ai_vs_human.tasks.registry.main import main
from tests.conftest import ROOT
from tests.runs.making import make_run
from tests.tasks.registry.conftest import Say

A, B, C = "20260101-000000-aaaaaa", "20260102-000000-bbbbbb", "20260103-000000-cccccc"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "are required: command.*hint: "),
        (["lss"], "'lss'.*hint: ls"),
        (["ls", "--statsu", "failed"], "--statsu failed.*hint: --status"),
        (["ls", "--stat", "failed"], "--stat failed.*hint: --status"),
        (["ls", "--status", "runing"], r"'runing' \(--status\).*hint: --status running"),
        (["ls", "--task", "trian"], r"'trian' \(--task\).*hint: --task train"),
        (["ls", "--since", "monday"], r"'monday' \(--since, --until\).*hint: 2026"),
        (["ls", "--metric", "tst/auroc"], r"'tst/auroc' \(--metric\).*hint: --metric test/auroc"),
        (["ls", "--limit", "0"], r"above 0, but got '0' \(--limit\)"),
        (["best", "--n", "many"], r"above 0, but got 'many' \(--n\)"),
        (["best", "--mode", "mxa"], "hint: --mode max"),
        (["best", "--metric", "val/aurok"], "hint: --metric val/auroc"),
        (["best", "--tag", "nix"], "expected completed runs with val/auroc, but got none"),
        (["show", "20260101-000000-aaaaab"], f"the newest runs: .*{A}.*hint: {A}"),
        (["show"], "arguments are required: run"),
        (["compare", A], r"at least two runs, but got 1 \(compare\)"),
        (["compare", A, B], f"runs that can be read, but got {B}: result.json"),
        (["prune", "--yes"], r"a rule .*but got none \(prune\).*hint: --status failed"),
        (["prune", "--checkpoints-only"], r"a rule .*but got none \(prune\)"),
        (["prune", "--older-than", "30"], r"'30' \(--older-than\).*hint: 30d"),
        (["prune", "--keep-best", "-1"], "expected"),
    ],
)
def test_a_wrong_word_is_refused_with_what_to_write(
    tmp_path: Path, say: Say, words: list[str], said: str
) -> None:
    make_run(tmp_path, A, metrics={"test/auroc": 0.9, "val/auroc": 0.9})
    (make_run(tmp_path, B) / "result.json").write_text("{")

    message = say(*words, code=1) if words[1:] else _alone(words)

    assert message.startswith("error: expected ")
    assert re.search(f"(?s){said}", message), message


def _alone(words: list[str]) -> str:
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "runs.py"), *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (1, "")
    return done.stderr


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])

    shown = capsys.readouterr().out
    for command in ("ls", "show", "best", "compare", "prune"):
        assert f"    {command} " in shown


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    make_run(tmp_path, A)
    program = [sys.executable, str(ROOT / "scripts" / "runs.py"), "ls", "--dir", str(tmp_path)]
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            program, stdout=writer, stderr=subprocess.PIPE, check=False, timeout=60
        )
    finally:
        os.close(writer)

    assert (done.returncode, done.stderr) == (0, b"")
