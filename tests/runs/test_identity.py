"""Names of runs."""

import re

import pytest

from ai_vs_human.errors import ConfigError
from ai_vs_human.runs.identity import new_run_id


def test_ids_of_one_second_differ_and_sort_by_time() -> None:
    ids = [new_run_id() for _ in range(200)]

    assert len(set(ids)) == 200
    assert sorted(one[:15] for one in ids) == [one[:15] for one in ids]
    assert all(re.fullmatch(r"\d{8}-\d{6}-[0-9a-f]{8}", one) for one in ids)


def test_a_job_s_own_name_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AI_VS_HUMAN_RUN_ID", "vertex-job-17")

    assert new_run_id() == "vertex-job-17"


@pytest.mark.parametrize("name", ["a/b", "..", "two words", "-x", "ü", "x" * 129])
def test_a_name_that_is_no_folder_s_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AI_VS_HUMAN_RUN_ID", name)

    with pytest.raises(ConfigError, match="expected letters, digits, - and _, but got"):
        new_run_id()
