"""Lines of sessions to a file that a kill cannot spoil."""

import json
from pathlib import Path

import jaxtyping
import pytest

from ai_vs_human.callbacks.energy.ledger import Ledger, Line


def line(session: str, microjoules: int, **changes: object) -> Line:
    given = {
        "event": "epoch",
        "time": "2026-11-24T00:00:00.000+00:00",
        "epoch": 0,
        "step": 4,
        "measured": ["cpu"],
        "estimated": [],
    }
    return Line(session=session, spent={"train/cpu": microjoules}, **(given | changes))  # type: ignore[arg-type]


def joules(ledger: Ledger) -> dict[str, float]:
    return {name: account.joules() for name, account in ledger.sessions().items()}


def test_a_session_spent_what_its_last_line_says(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "run" / "energy.jsonl")

    assert joules(ledger) == {}
    for session, microjoules in (("a", 1_000_000), ("b", 5_000_000), ("a", 2_500_000)):
        ledger.append(line(session, microjoules))

    assert joules(ledger) == {"a": 2.5, "b": 5.0}


def test_a_line_is_one_json_object_with_everything_on_it(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "energy.jsonl")
    ledger.append(line("a", 7, metrics={"val/auroc": 0.75}))

    [text] = ledger.path.read_text().splitlines()
    assert json.loads(text) == {
        "schema_version": 1,
        "session": "a",
        "event": "epoch",
        "time": "2026-11-24T00:00:00.000+00:00",
        "epoch": 0,
        "step": 4,
        "measured": ["cpu"],
        "estimated": [],
        "spent": {"train/cpu": 7},
        "metrics": {"val/auroc": 0.75},
    }


def test_half_a_line_costs_that_line_only(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    ledger = Ledger(tmp_path / "energy.jsonl")
    ledger.append(line("a", 1_000_000))
    whole = ledger.path.read_bytes()
    ledger.path.write_bytes(whole + whole[: len(whole) // 2])

    ledger.append(line("b", 2_000_000))

    assert joules(ledger) == {"a": 1.0, "b": 2.0}
    assert "Expected a line of the ledger" in caplog.text
    assert f"{ledger.path}:2" in caplog.text


@pytest.mark.parametrize(
    "foreign",
    [b"[]", b'{"session": 1}', b"\xff\xfe", b'{"session": "c", "spent": {"train/cpu": "x"}}',
     b'{"session": "c", "spent": {"train/cpu": Infinity}}', b'{"session": "c", "spent": []}',
     b"null"],
)  # fmt: skip
def test_what_is_no_line_of_ours_is_left_out(
    foreign: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A run checks no types: their checker would refuse these lines before we do.
    monkeypatch.setattr(jaxtyping.config, "jaxtyping_disable", True)
    ledger = Ledger(tmp_path / "energy.jsonl")
    ledger.path.write_bytes(foreign + b"\n")
    ledger.append(line("a", 1_000_000))

    assert joules(ledger) == {"a": 1.0}


def test_a_ledger_that_cannot_be_written_or_read_only_warns(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "energy.jsonl").mkdir()
    ledger = Ledger(tmp_path / "energy.jsonl")

    ledger.append(line("a", 1))

    assert ledger.sessions() == {}
    assert caplog.text.count("Expected to ") == 2
