"""Output folders of every kind to the runs in them, and what cannot be read to its reason."""

import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from ai_vs_human.errors import CheckpointError
from ai_vs_human.runs.registry.entry import Entry
from ai_vs_human.runs.registry.scan import scan
from ai_vs_human.runs.registry.storage import RESULT_BYTES
from tests.runs.making import make_run, run_id

A, B, C = "20260101-000000-aaaaaa", "20260102-000000-bbbbbb", "20260103-000000-cccccc"


@pytest.fixture
def bucket() -> Iterator[str]:
    """A remote file system that lives in this process."""
    files = fsspec.filesystem("memory")
    yield "memory://registry/outputs"
    files.rm("/registry", recursive=True)


def upload(folder: Path, url: str) -> None:
    fsspec.filesystem("memory").put(str(folder), url.removeprefix("memory:/"), recursive=True)


def only(output: Path) -> Entry:
    [entry] = scan(str(output))
    return entry


def ids(entries: list[Entry]) -> list[str]:
    return [entry.run_id for entry in entries]


def test_a_thousand_runs_alone_and_in_sweeps_are_all_found_the_newest_last(tmp_path: Path) -> None:
    names = [run_id(number) for number in range(900)]
    for number, name in enumerate(names):
        make_run(tmp_path, name, task="evaluate" if number % 3 == 0 else "train", started=None)
    for number in range(100):
        make_run(tmp_path, f"{A}/{A}-{number}", started=None)

    found = scan(str(tmp_path))

    jobs = [f"{A}-{number}" for number in range(100)]
    assert ids(found) == jobs + names
    assert Counter(entry.task for entry in found) == {"train": 700, "evaluate": 300}
    assert {entry.sweep for entry in found} == {A, None}


def test_runs_sort_by_their_start_before_their_name(tmp_path: Path) -> None:
    make_run(tmp_path, "zebra", started="2026-01-01T00:00:00+00:00")
    make_run(tmp_path, "ant", started="2026-01-02T00:00:00")

    assert ids(scan(str(tmp_path))) == ["zebra", "ant"]


@pytest.mark.parametrize("sign", ["config.yaml", "checkpoints"])
def test_a_folder_with_a_sign_of_a_run_is_told(tmp_path: Path, sign: str) -> None:
    (tmp_path / "train" / "mine" / sign).mkdir(parents=True)

    assert (only(tmp_path).run_id, only(tmp_path).problem) == ("mine", "no result.json")


def test_a_folder_named_like_a_run_is_told_once_it_had_time_to_start(tmp_path: Path) -> None:
    (tmp_path / "train" / A).mkdir(parents=True)
    (tmp_path / "train" / A / "images").mkdir()
    (tmp_path / "train" / f"{datetime.now(UTC):%Y%m%d-%H%M%S}-abcdef").mkdir()

    assert [entry.status for entry in scan(str(tmp_path))] == ["unreadable", "running"]


def test_a_job_that_left_nothing_is_told_and_its_sweep_is_no_run(tmp_path: Path) -> None:
    make_run(tmp_path, "mysweep/mysweep-0")
    (tmp_path / "train" / "mysweep" / "mysweep-1").mkdir()
    (tmp_path / "train" / "mysweep" / "notes").mkdir()
    (tmp_path / "train" / "mysweep" / "experiment").mkdir()
    for name, sign in ((A, "multirun.yaml"), (B, "study.db"), (C, "wandb_sweep.yaml")):
        (tmp_path / "train" / name).mkdir()
        (tmp_path / "train" / name / sign).touch()

    found = scan(str(tmp_path))

    assert {(e.run_id, e.status) for e in found} == {
        ("mysweep-0", "completed"),
        ("mysweep-1", "unreadable"),
    }


def test_what_is_not_ours_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "train" / "notes" / "deep").mkdir(parents=True)
    (tmp_path / "train" / ".hidden" / "checkpoints").mkdir(parents=True)
    (tmp_path / "train" / "file").touch()
    (tmp_path / "predict" / A).mkdir(parents=True)

    assert scan(str(tmp_path)) == []


@pytest.mark.skipif(os.name != "posix", reason="links")
def test_links_add_no_run_twice_and_loops_end(tmp_path: Path) -> None:
    run = make_run(tmp_path, B)
    (tmp_path / "train" / "again").symlink_to(run)
    (tmp_path / "train" / "loop").symlink_to(tmp_path / "train")
    (tmp_path / "train" / "self").symlink_to(tmp_path / "train" / "self")
    (tmp_path / "train" / A).symlink_to(tmp_path / "a disk that is away")
    (tmp_path / "train" / C).symlink_to(tmp_path / "train" / C)

    [lost, found, turning] = scan(str(tmp_path))

    assert (found.run_id, found.status) == (B, "completed")
    assert (lost.run_id, lost.problem) == (A, "a link that leads nowhere")
    assert (turning.run_id, turning.status) == (C, "unreadable")


@pytest.mark.skipif(sys.platform != "linux", reason="names of any bytes")
def test_a_name_that_is_no_unicode_is_survived(tmp_path: Path) -> None:
    make_run(tmp_path, os.fsdecode(b"run-\xff"))

    assert only(tmp_path).run_id == "run-\udcff"


def test_folders_that_vanish_meanwhile_are_survived(tmp_path: Path) -> None:
    from ai_vs_human.runs.registry.local import LocalStorage  # noqa: PLC0415 -- one test looks that deep
    from ai_vs_human.runs.registry.scan import _runs  # noqa: PLC0415 -- as above

    for name in (A, B, C):
        make_run(tmp_path, name)
    found = _runs(LocalStorage(str(tmp_path)), f"{tmp_path}/train", "train", set())

    assert next(found).run_id == A
    shutil.rmtree(tmp_path / "train" / B)
    assert ids(list(found)) == [C]


def test_a_folder_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"folder of runs.*nix.*\n?hint: python train\.py"):
        scan(str(tmp_path / "nix"))


def test_runs_in_a_bucket_are_those_on_the_disk(tmp_path: Path, bucket: str) -> None:
    make_run(tmp_path, A)
    make_run(tmp_path, f"{B}/{B}-0", status="running")
    (make_run(tmp_path, C, task="evaluate") / "result.json").write_text("{")
    (tmp_path / "train" / "mine" / "checkpoints").mkdir(parents=True)
    (tmp_path / "train" / "mine" / "checkpoints" / "last.ckpt").touch()
    upload(tmp_path, bucket)

    found = scan(bucket)

    def facts(entries: list[Entry], root: str) -> list[tuple[object, ...]]:
        return [(e.folder.removeprefix(root), e.status, e.problem, e.result) for e in entries]

    assert facts(found, bucket) == facts(scan(str(tmp_path)), str(tmp_path))
    assert {entry.status for entry in found} == {"completed", "crashed", "unreadable"}


def test_a_result_without_end_is_not_fetched(tmp_path: Path, bucket: str) -> None:
    (make_run(tmp_path, A) / "result.json").write_bytes(b" " * (RESULT_BYTES + 1))
    upload(tmp_path, bucket)

    assert [entry.problem for entry in scan(bucket)] == ["result.json: File too large"]


class FlakyFileSystem(MemoryFileSystem):  # type: ignore[misc] # -- fsspec ships no types
    """A bucket with faults of its own: it refuses what is named bad."""

    protocol = "flaky"

    def cat_file(self, path: str, *args: object, **kwargs: object) -> bytes:
        if "bad" in path:
            raise RuntimeError("quota exceeded")
        content: bytes = super().cat_file(path, *args, **kwargs)
        return content

    def find(self, path: str, *args: object, **kwargs: object) -> object:
        if "locked" in path:
            raise RuntimeError("no credentials")
        return super().find(path, *args, **kwargs)

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return "/" + path.removeprefix("flaky://").strip("/")


def test_a_backends_own_faults_are_told(tmp_path: Path, bucket: str) -> None:
    fsspec.register_implementation("flaky", FlakyFileSystem, clobber=True)
    for name in ("good", "bad"):
        make_run(tmp_path, name)
    upload(tmp_path, bucket)

    [bad, good] = scan(bucket.replace("memory", "flaky"))

    assert (bad.status, good.status) == ("unreadable", "completed")
    assert bad.problem == "result.json: RuntimeError: quota exceeded"
    with pytest.raises(CheckpointError, match=r"cannot be listed: RuntimeError: no credentials"):
        scan("flaky://locked/outputs")


def test_a_bucket_without_runs_is_told(bucket: str) -> None:
    fsspec.filesystem("memory").pipe("/registry/outputs/other/x", b"")

    with pytest.raises(CheckpointError, match=r"memory://registry/outputs, where there is none"):
        scan(bucket)


def test_a_url_of_a_kind_that_nobody_knows_is_told() -> None:
    with pytest.raises(CheckpointError, match=r"Protocol not known: ftpx.*\(--dir\)"):
        scan("ftpx://somewhere/outputs")


def test_a_url_of_a_file_is_a_local_folder(tmp_path: Path) -> None:
    make_run(tmp_path, A)

    assert ids(scan(f"file://{tmp_path}")) == [A]


def test_no_heavy_module_is_imported_for_a_list(tmp_path: Path) -> None:
    make_run(tmp_path, A)
    program = (
        "import sys; from ai_vs_human.tasks.registry.main import main;"
        f"code = main(['ls', '--dir', {str(tmp_path)!r}]);"
        "heavy = {'torch', 'lightning', 'hydra', 'omegaconf', 'numpy', 'fsspec'};"
        "heavy &= set(sys.modules);"
        "sys.exit(code or str(heavy or ''))"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60
    )

    assert (done.stderr.strip(), A in done.stdout) == ("", True)
