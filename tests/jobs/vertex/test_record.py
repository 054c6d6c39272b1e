import re
from pathlib import Path

from ai_vs_human.jobs.vertex.record import Record, unfinished


def test_a_multirun_whose_launcher_is_gone_is_found(tmp_path: Path) -> None:
    for name in ("20261124-1", "20261124-2", "20261124-3"):
        left = Record(tmp_path / name)
        left.begin(0, "other" if name.endswith("3") else "mine")
        del left  # and its lock, as when a process is killed

    assert unfinished(tmp_path, "mine") == tmp_path / "20261124-2"
    assert unfinished(tmp_path, "none of these") is None


def test_a_multirun_whose_launcher_lives_is_left_alone(tmp_path: Path) -> None:
    living = Record(tmp_path / "sweep")
    living.begin(0, "mine")

    assert unfinished(tmp_path, "mine") is None


def test_a_multirun_that_has_ended_is_left_alone(tmp_path: Path) -> None:
    record = Record(tmp_path / "sweep")
    record.begin(0, "mine")
    record.begin(5, "the next batch")
    record.end()

    assert unfinished(tmp_path, "mine") is None


def test_the_first_batch_tells_a_multirun_of_several(tmp_path: Path) -> None:
    record = Record(tmp_path / "sweep")
    record.begin(0, "mine")
    record.begin(5, "the next batch")
    del record

    assert unfinished(tmp_path, "mine") == tmp_path / "sweep"


def test_a_study_has_a_name_of_its_own_in_the_cloud_and_keeps_it(tmp_path: Path) -> None:
    name = Record(tmp_path / "here" / "optuna-52601655").cloud_name()

    assert re.fullmatch("optuna-52601655-[0-9a-f]{8}", name)
    assert Record(tmp_path / "here" / "optuna-52601655").cloud_name() == name
    assert Record(tmp_path / "there" / "optuna-52601655").cloud_name() != name
    multirun = "20261124-130738-e865518e"  # is one of a kind already
    assert Record(tmp_path / multirun).cloud_name() == multirun


def test_a_jobs_name_is_known_for_the_same_job_only(tmp_path: Path) -> None:
    Record(tmp_path).submitted("run-0", "key", "projects/1/locations/r/customJobs/9")

    again = Record(tmp_path)
    assert again.name_of("run-0", "key") == "projects/1/locations/r/customJobs/9"
    assert again.name_of("run-0", "another key") is None
    assert again.name_of("run-1", "key") is None


def test_a_file_that_says_nothing_is_as_good_as_none(tmp_path: Path) -> None:
    record = Record(tmp_path)
    record.submitted("run-0", "key", "name")
    for nonsense in ("", "[]", "{", '{"schema_version": 99, "key": "key", "name": "name"}'):
        (tmp_path / "vertex" / "run-0.json").write_text(nonsense)
        (tmp_path / "vertex" / "multirun.json").write_text(nonsense)
        assert record.name_of("run-0", "key") is None
        assert unfinished(tmp_path.parent, "key") is None
