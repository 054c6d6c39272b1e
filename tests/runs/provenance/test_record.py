"""A record is collected, written without secrets, read back and compared with another."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from ai_vs_human.errors import CheckpointError
from ai_vs_human.runs.provenance.differences import Difference, changed_since, differences
from ai_vs_human.runs.provenance.record import Provenance, collect, read_attempts, read_provenance
from tests.runs.provenance.test_git_state import git

Make = Callable[[], Provenance]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A committed project with a lock."""
    folder = tmp_path / "project"
    (folder / "src").mkdir(parents=True)
    git(folder, "init", "--quiet", "--initial-branch=main")
    (folder / "train.py").write_text("one\n")
    (folder / "uv.lock").write_text("locked\n")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message=first")
    return folder


@pytest.fixture
def record(project: Path) -> Make:
    """The project's state at present."""
    return lambda: collect(
        run_id="r1", command=["train.py"], overrides=["model=npr"], seed=0, project=project
    )


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "run"
    folder.mkdir()
    return folder


def test_a_record_says_what_the_run_was_started_from(record: Make, project: Path) -> None:
    provenance = record()

    assert provenance.git is not None
    assert provenance.git["commit"] == git(project, "rev-parse", "HEAD")
    assert (provenance.git["dirty"], provenance.git["diff_sha256"]) == (False, None)
    assert provenance.lock_sha256 == sha256(b"locked\n").hexdigest()
    assert provenance.working_directory == str(Path.cwd())
    assert (provenance.run_id, provenance.overrides, provenance.seed) == ("r1", ["model=npr"], 0)
    age_seconds = (datetime.now(UTC) - datetime.fromisoformat(provenance.started)).total_seconds()
    assert 0 <= age_seconds < 60


def test_the_lock_is_found_beside_the_project_or_at_the_top_of_its_repository(
    project: Path, tmp_path: Path
) -> None:
    def lock_of(folder: Path) -> str | None:
        made = collect(run_id="r", command=[], overrides=[], seed=None, project=folder)
        return made.lock_sha256

    (project / "part").mkdir()
    (project / "part" / "uv.lock").write_text("another\n")

    assert lock_of(project / "part") == sha256(b"another\n").hexdigest()
    assert lock_of(project / "src") == sha256(b"locked\n").hexdigest()
    assert lock_of(tmp_path) is None


def test_a_record_is_read_back_as_it_was_written(
    record: Make, project: Path, run_folder: Path
) -> None:
    (project / "train.py").write_text("two\n")
    provenance = record()
    provenance.data = {"fingerprint": "f1"}

    provenance.write(run_folder)
    found = read_provenance(run_folder)

    assert differences(provenance, found) == []
    assert found.git is not None
    assert found.git["diff"] == "changes.diff"
    assert replace(found, git=provenance.git) == provenance
    assert sorted(path.name for path in run_folder.iterdir()) == ["changes.diff", "provenance.json"]


def test_the_changes_stand_in_a_file_with_the_hash_that_the_record_names(
    record: Make, project: Path, run_folder: Path
) -> None:
    (project / "train.py").write_bytes(b"tw\xf6\r\n")
    record().write(run_folder)

    values = json.loads((run_folder / "provenance.json").read_text())
    changes = (run_folder / "changes.diff").read_bytes()

    assert b"+tw\xf6\r\n" in changes
    assert values["git"]["diff_sha256"] == sha256(changes).hexdigest()
    assert "diff" not in values


def test_without_changes_there_is_no_file_of_them(record: Make, run_folder: Path) -> None:
    record().write(run_folder)

    assert [path.name for path in run_folder.iterdir()] == ["provenance.json"]


def test_a_later_attempt_keeps_the_records_of_the_earlier(
    record: Make, project: Path, run_folder: Path
) -> None:
    record().write(run_folder)
    first = (run_folder / "provenance.json").read_bytes()
    (project / "train.py").write_text("two\n")

    record().write(run_folder, 2)

    assert (run_folder / "provenance.json").read_bytes() == first
    second = read_provenance(run_folder, 2)
    assert second.git is not None
    assert second.git["diff"] == "changes-2.diff"
    assert "+two" in second.diff


def test_a_secret_of_the_environment_stands_in_no_file_whatever_else_holds_its_letters(
    project: Path, run_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WANDB_API_KEY", "secret")
    monkeypatch.setenv("OMP_NUM_THREADS", "secret")
    (project / "train.py").write_text("the secret of secretstorage\n")
    (project / "secret.py").write_text("")
    git(project, "remote", "add", "origin", "https://host/secret.git")
    provenance = collect(
        run_id="r-secret",
        command=["train.py", "--key", "secret", "x.api_key=other1"],
        overrides=["data.root=/secret/images", "+logger.token=other2"],
        seed=0,
        project=project,
    )
    provenance.packages["secretstorage"] = "3"
    provenance.diff += "+a secret that became one later\n"
    provenance.data = {"root": "/secret", "secret": [{"secret": "secret"}]}

    provenance.write(run_folder)

    names = {path.name for path in run_folder.iterdir()}
    written = "".join(path.read_text() for path in run_folder.iterdir())
    assert names == {"changes.diff", "provenance.json"}
    for secret in ("secret", "other1", "other2"):
        assert secret not in written
    assert read_provenance(run_folder).packages["***storage"] == "3"


@pytest.mark.parametrize("secret", ["null", "123456", '": "x"', "overrides", 'a"b\\c\u00e9'])
def test_a_secret_that_looks_like_json_leaves_a_record_that_can_be_read(
    secret: str, record: Make, run_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DB_PASSWORD", secret)
    provenance = record()
    provenance.hardware["memory_bytes"] = 9123456
    provenance.data = {"root": f"/x/{secret}/y"}

    provenance.write(run_folder)
    found = read_provenance(run_folder)

    assert found.hardware["memory_bytes"] == 9123456
    assert found.data == {"root": "/x/null/y" if secret == "null" else "/x/***/y"}


def test_names_that_are_no_text_are_written_all_the_same(project: Path, run_folder: Path) -> None:
    made = collect(run_id="r", command=["a\udce9"], overrides=[], seed=0, project=project)

    made.write(run_folder)

    assert read_provenance(run_folder).command == ["a\udce9"]


def test_a_record_is_replaced_as_a_whole_and_never_written_over(
    record: Make, run_folder: Path
) -> None:
    record().write(run_folder)
    reader = run_folder / "provenance.json"
    before = reader.read_bytes()
    with reader.open("rb") as opened_before:
        replace(record(), run_id="r2").write(run_folder)

        assert opened_before.read() == before
    assert read_provenance(run_folder).run_id == "r2"


def test_no_record_names_changes_that_could_not_be_written(
    record: Make, project: Path, run_folder: Path
) -> None:
    (project / "train.py").write_text("two\n")
    (run_folder / "changes.diff").mkdir()

    with pytest.raises(IsADirectoryError, match=r"changes\.diff"):
        record().write(run_folder)

    assert not (run_folder / "provenance.json").exists()


def test_outside_git_a_record_has_no_git(tmp_path: Path, run_folder: Path) -> None:
    made = collect(run_id="r", command=[], overrides=[], seed=None, project=tmp_path / "missing")

    made.write(run_folder)

    assert read_provenance(run_folder).git is None


def test_a_folder_without_a_record_is_refused_by_name(tmp_path: Path) -> None:
    expected = f"expected a run's folder with provenance-2.json, but got {tmp_path}\nhint: run="
    with pytest.raises(CheckpointError, match=expected):
        read_provenance(tmp_path, 2)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"run_id": ', "but got Expecting value"),
        ("[]", "but got a list instead of an object"),
        ('{"run_id": "a"}', "but got .*missing .* required"),
        ('{"schema_version": 2}', "but got schema_version 2, which is newer than 1"),
        ("\xff", "but got 'utf-8' codec can't decode"),
    ],
)
def test_a_record_that_is_torn_foreign_or_newer_is_refused(
    text: str, reason: str, tmp_path: Path
) -> None:
    (tmp_path / "provenance.json").write_bytes(text.encode("latin-1"))

    with pytest.raises(CheckpointError, match=f"expected a run's provenance, {reason}.*\\(.*json"):
        read_provenance(tmp_path)


def test_two_records_of_one_state_do_not_differ(record: Make) -> None:
    assert differences(record(), replace(record(), run_id="r2", seed=1, command=[])) == []


def test_other_code_is_a_difference_that_matters(record: Make, project: Path) -> None:
    then = record()
    (project / "train.py").write_text("two\n")
    (project / "new.py").write_text("new\n")
    (project / "uv.lock").write_text("relocked\n")
    dirty = record()
    git(project, "commit", "--quiet", "--all", "--message=second")
    committed = record()

    found = differences(then, dirty)
    assert [(d.part, d.name, d.matters) for d in found] == [
        ("code", "diff_sha256", True),
        ("code", "lock_sha256", True),
        ("code", "untracked new.py", True),
    ]
    assert (found[2].then, found[2].now) == (None, sha256(b"new\n").hexdigest())
    assert [d.name for d in differences(dirty, committed)] == ["commit", "diff_sha256"]


def test_packages_differ_one_by_one(record: Make) -> None:
    then = replace(record(), packages={"a": "1", "b": "1", "c": "1"})
    now = replace(then, packages={"a": "2", "c": "1", "host": "1"})

    assert differences(then, now) == [
        Difference("packages", "a", "1", "2", matters=True),
        Difference("packages", "b", "1", None, matters=True),
        Difference("packages", "host", None, "1", matters=True),
    ]


def _gpus(*names: str, driver: str = "1") -> list[dict[str, Any]]:
    return [{"name": n, "memory_bytes": 1, "driver": driver, "cuda": "13"} for n in names]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"python": {"version": "3.13.0"}}, ("python", "version", True)),
        ({"platform": {"kernel": "9"}}, ("platform", "kernel", False)),
        ({"platform": {"libc": "musl"}}, ("platform", "libc", True)),
        ({"hardware": {"cpu": {"model": "Z80"}}}, ("hardware", "cpu", True)),
        ({"hardware": {"cpu": {"usable_count": 99}}}, ("hardware", "usable_cpu_count", True)),
        ({"hardware": {"memory_bytes": 64_000}}, ("hardware", "memory_bytes", False)),
        ({"hardware": {"gpus": _gpus("B")}}, ("hardware", "gpus", True)),
        ({"hardware": {"gpus": _gpus("A", driver="2")}}, ("hardware", "gpu_drivers", True)),
        ({"environment": {"OMP_NUM_THREADS": "9"}}, ("environment", "OMP_NUM_THREADS", True)),
        ({"environment": {"WANDB_MODE": "online"}}, ("environment", "WANDB_MODE", False)),
        ({"data": {"fingerprint": "f2"}}, ("data", "fingerprint", True)),
        ({"host": "elsewhere"}, ("place", "host", False)),
        ({"working_directory": "/elsewhere"}, ("place", "working_directory", False)),
    ],
)
def test_each_part_differs_by_name_and_says_whether_that_matters(
    changes: dict[str, Any], expected: tuple[str, str, bool], record: Make
) -> None:
    then = record()
    then.data = {"fingerprint": "f1", "root": "/a"}
    then.hardware["gpus"] = _gpus("A")
    merged = {
        name: _merged(getattr(then, name), value) if isinstance(value, dict) else value
        for name, value in changes.items()
    }

    found = differences(then, replace(then, **merged))

    assert [(d.part, d.name, d.matters) for d in found] == [expected]


def _merged(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    nested = {
        name: _merged(old[name], value) if isinstance(value, dict) else value
        for name, value in new.items()
    }
    return old | nested


def test_what_one_of_the_two_does_not_know_is_no_difference(record: Make) -> None:
    then, now = record(), record()
    then.data = {"fingerprint": "f1"}
    then.hardware["gpus"], now.hardware["gpus"] = _gpus("A"), None

    assert differences(then, now) == []
    assert differences(now, then) == []


def test_a_machine_without_gpus_differs_from_one_with_them(record: Make) -> None:
    then, now = record(), record()
    then.hardware["gpus"], now.hardware["gpus"] = _gpus("A"), []

    assert [(d.name, d.then, d.now) for d in differences(then, now)][-1] == ("gpus", ["A"], [])


def test_what_is_a_runs_own_in_the_environment_is_no_difference(record: Make) -> None:
    then, now = record(), record()
    then.environment = {"AI_VS_HUMAN_AGREED_RUN_ID": "a", "AI_VS_HUMAN_RUN_ID": "a"}
    now.environment = {"AI_VS_HUMAN_AGREED_RUN_ID": "b"}

    assert differences(then, now) == []


def test_of_all_attempts_at_a_run_each_difference_is_told_once(
    record: Make, run_folder: Path
) -> None:
    for attempt, packages in ((1, {"a": "1", "b": "1"}), (3, {"a": "1", "b": "2"})):
        one = record()
        one.packages = packages
        one.write(run_folder, attempt)  # the second was killed at its start
    now = record()
    now.packages = {"a": "2", "b": "2"}

    found = changed_since(read_attempts(run_folder, 3), now)

    assert [(one.name, one.then) for one in found] == [("a", "1"), ("b", "1")]
