"""Words about runs to the runs that they fit."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ai_vs_human.errors import ConfigError
from ai_vs_human.runs.registry.scan import scan
from ai_vs_human.runs.registry.selection import Selection, first_moment, last_moment
from tests.runs.making import make_run

A, B, C = "20260101-000000-aaaaaa", "20260102-000000-bbbbbb", "20260103-000000-cccccc"


def test_runs_are_selected_by_every_word(tmp_path: Path) -> None:
    make_run(tmp_path, A, tags=["x", "y"], started="2026-01-01T12:00:00+00:00")
    make_run(tmp_path, B, tags=["x"], started="2026-01-02T23:59:59+00:00", status="failed")
    make_run(tmp_path, f"{C}/{C}-0", started="2026-01-03T00:00:00+00:00", task="evaluate")
    (tmp_path / "train" / "mine" / "checkpoints").mkdir(parents=True)
    entries = scan(str(tmp_path))

    def selected(**words: object) -> list[str]:
        return [e.run_id for e in entries if Selection(**words).fits(e)]  # type: ignore[arg-type] # -- any word

    assert selected() == ["mine", A, B, f"{C}-0"]
    assert selected(statuses=("failed", "unreadable")) == ["mine", B]
    assert selected(task="evaluate") == [f"{C}-0"]
    assert selected(tags=("x",)) == [A, B]
    assert selected(tags=("x", "y")) == [A]
    assert selected(sweep=C) == [f"{C}-0"]
    assert selected(since=first_moment("2026-01-02")) == [B, f"{C}-0"]
    assert selected(until=last_moment("2026-01-02")) == [A, B]
    assert selected(until=last_moment("2026-01-01T12:00")) == [A]


def test_times_without_a_zone_are_utc_and_others_are_turned_to_it() -> None:
    assert first_moment("2026-11-23") == datetime(2026, 11, 23, tzinfo=UTC)
    assert first_moment("2026-11-23T02:00+02:00") == first_moment("2026-11-23")
    assert last_moment("2026-11-23T10:00") == first_moment("2026-11-23T10:00")


@pytest.mark.parametrize("text", ["monday", "2026-13-01", "", "0001-01-01T00:00+14:00"])
def test_a_word_that_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match=r"(?s)expected a day or a time.*hint: 2026-11-23"):
        last_moment(text)
