"""A report of another version is no report."""

import json

import pytest

from ai_vs_human.data.audit.report import AuditReport, Check

EMPTY = AuditReport("images", "0" * 64, {}, {}, (), (), (), (), {})


def with_checks(*verdicts: str) -> AuditReport:
    checks = tuple(
        Check(name, name, verdict, "found", "meaning")  # type: ignore[arg-type]  # a verdict's word
        for name, verdict in zip(("cue", "leaks"), verdicts, strict=True)
    )
    return AuditReport("images", "0" * 64, {}, {}, checks, (), (), (), {})


def test_the_verdict_is_the_worst_of_all_checks() -> None:
    assert EMPTY.verdict == "ok"
    assert with_checks("warn", "ok").verdict == "warn"
    assert with_checks("warn", "stop").verdict == "stop"


def test_only_a_check_of_formats_is_a_cue_of_formats() -> None:
    assert with_checks("warn", "ok").has_format_cue
    assert not with_checks("ok", "stop").has_format_cue


def test_a_report_of_another_version_is_refused() -> None:
    other = json.loads(EMPTY.to_json()) | {"version": 0}

    with pytest.raises(ValueError, match="no report of version"):
        AuditReport.from_json(json.dumps(other))


def test_its_file_says_the_verdict_to_other_programs() -> None:
    values = json.loads(with_checks("warn", "ok").to_json())

    assert (values["verdict"], values["has_format_cue"]) == ("warn", True)
