"""What stands around a run: packages on disk, the machine's own figures, variables that count."""

import os
import platform
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from ai_vs_human.runs.provenance.environment import (
    read_hardware,
    read_packages,
    read_platform,
    read_python,
    read_variables,
)


def make_package(folder: Path, name: str, text: bytes | None) -> None:
    home = folder / f"{name}.dist-info"
    home.mkdir(parents=True)
    if text is not None:
        (home / "METADATA").write_bytes(text)


def test_packages_are_sorted_by_normalised_name_with_the_version_that_is_imported() -> None:
    packages = read_packages()

    assert packages["torch"] == metadata.version("torch")
    assert packages["hydra-core"] == metadata.version("hydra-core")
    assert list(packages) == sorted(packages)


def test_of_two_copies_the_first_on_the_path_counts_and_broken_ones_are_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_package(tmp_path / "one", "Odd_Name-1", b"Name: Odd_.Name\nVersion: 1\n")
    make_package(tmp_path / "two", "odd.name-2", b"Name: odd-name\nVersion: 2\n")
    make_package(tmp_path / "two", "empty-1", None)
    make_package(tmp_path / "two", "nameless-1", b"Version: 1\n")
    make_package(tmp_path / "two", "unversioned-1", b"Name: unversioned\n")
    make_package(tmp_path / "two", "latin-1", b"Name: na\xefve\nVersion: 1\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path / "one"), str(tmp_path / "two")])

    assert read_packages() == {"odd-name": "1"}


@pytest.mark.skipif(os.name != "posix", reason="uname")
def test_python_and_platform_are_those_of_this_process() -> None:
    assert read_python() == {
        "version": ".".join(map(str, sys.version_info[:3])),
        "implementation": platform.python_implementation(),
    }
    assert read_platform()["system"] == os.uname().sysname
    assert read_platform()["machine"] == os.uname().machine


@pytest.mark.skipif(sys.platform != "linux", reason="a process is bound to CPUs on Linux only")
def test_the_machine_is_told_from_what_this_process_may_use() -> None:
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})
    try:
        hardware = read_hardware()
    finally:
        os.sched_setaffinity(0, allowed)

    assert hardware["cpu"]["model"]
    assert hardware["cpu"]["count"] == os.cpu_count()
    assert hardware["cpu"]["usable_count"] == 1
    kilobytes = int(Path("/proc/meminfo").read_text().split()[1])
    assert hardware["memory_bytes"] == pytest.approx(kilobytes * 1024, rel=0.01)


def test_only_variables_that_count_are_kept_and_secrets_among_them_are_masked() -> None:
    environment = {
        "WORLD_SIZE": "2",
        "OMP_NUM_THREADS": "4",
        "CUDA_VISIBLE_DEVICES": "0",
        "AI_VS_HUMAN_TOKEN": "abc123",
        "SLURM_JOB_ID": "17",
        "HF_HUB_OFFLINE": "1",
        "WANDB_API_KEY": "abc123",
        "HOME": "/root",
        "EDITOR": "ed",
    }

    assert list(read_variables(environment).items()) == [
        ("AI_VS_HUMAN_TOKEN", "***"),
        ("CUDA_VISIBLE_DEVICES", "0"),
        ("HF_HUB_OFFLINE", "1"),
        ("OMP_NUM_THREADS", "4"),
        ("SLURM_JOB_ID", "17"),
        ("WORLD_SIZE", "2"),
    ]


def test_the_variables_are_those_of_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "3")

    assert read_variables()["OMP_NUM_THREADS"] == "3"


def test_a_record_is_collected_without_importing_anything_heavy(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path;"
        "from ai_vs_human.runs.provenance.record import collect;"
        "import ai_vs_human.runs.provenance.differences;"
        f"collect(run_id='a', command=[], overrides=[], seed=0, project=Path({str(tmp_path)!r}));"
        "print({'torch', 'numpy', 'lightning', 'hydra'} & set(sys.modules))"
    )

    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=False
    )

    assert (done.stdout, done.stderr) == ("set()\n", "")
