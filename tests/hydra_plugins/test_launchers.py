"""Every launcher runs each job in a process, a folder and a share of the cores of its own."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from ai_vs_human.runs.process import start_of
from tests.hydra_plugins.slurm import stand_in_for_slurm

TOY = Path(__file__).parent / "toy" / "train.py"
SWEEP = Path("outputs/train/20260101-000000-00000000")


@pytest.fixture
def toy(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    def start(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
        environment = {k: v for k, v in os.environ.items() if k != "OMP_NUM_THREADS"} | more
        return subprocess.run(
            [sys.executable, str(TOY), "-m", *words],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return start


def results(tmp_path: Path) -> Sequence[dict[str, Any]]:
    found = sorted((tmp_path / SWEEP).glob("*/result.json"))
    return [json.loads(path.read_text()) for path in found]


@pytest.mark.parametrize("launcher", ["process", "joblib", "submitit_local", "ray"])
def test_each_job_has_a_process_and_a_folder(launcher: str, toy: Any, tmp_path: Path) -> None:
    done = toy(f"hydra/launcher={launcher}", "hydra.launcher.n_jobs=2", "x=0,1,2")
    assert done.returncode == 0, done.stdout + done.stderr
    found = results(tmp_path)
    assert [one["run_id"] for one in found] == [f"{SWEEP.name}-{n}" for n in range(3)]
    assert [one["metrics"]["figure"] for one in found] == [1, 0, -3]
    assert len({one["data"]["pid"] for one in found}) == 3
    assert "#2 completed: figure -3" in done.stdout


def test_jobs_beside_each_other_share_the_cores(toy: Any, tmp_path: Path) -> None:
    cores = len(os.sched_getaffinity(0))
    toy("hydra.launcher.n_jobs=2", "x=0,1")
    threads = {one["data"]["OMP_NUM_THREADS"] for one in results(tmp_path)}
    assert threads == {str(max(1, cores // 2))}


def test_a_job_alone_has_all_cores_and_the_console(toy: Any, tmp_path: Path) -> None:
    toy("x=1")
    [one] = results(tmp_path)
    assert one["data"]["OMP_NUM_THREADS"] is None
    assert not (tmp_path / SWEEP / one["run_id"] / "console.log").exists()


def test_what_belongs_to_this_process_is_not_passed_on(toy: Any, tmp_path: Path) -> None:
    toy("x=1", LOCAL_RANK="1", WORLD_SIZE="2")
    assert results(tmp_path)[0]["data"]["LOCAL_RANK"] is None


def test_a_failed_job_does_not_end_the_others_and_is_named(toy: Any, tmp_path: Path) -> None:
    done = toy("hydra.launcher.n_jobs=2", "raise_in=[1]", "x=0,1,2")
    assert [one["status"] for one in results(tmp_path)] == ["completed", "failed", "completed"]
    assert done.returncode == 1
    assert "expected job 1 to complete, but got: failed, told to fail" in done.stderr


def test_jobs_end_when_the_multirun_is_killed(tmp_path: Path) -> None:
    """They would go on unseen, and beside those that the same command starts again."""
    script = a_toy_that(SLOW, tmp_path)
    multirun = subprocess.Popen(
        [sys.executable, str(script), "-m", "x=0,1", "hydra.launcher.n_jobs=2"], cwd=tmp_path
    )
    pids = [waited(tmp_path / SWEEP / f"{SWEEP.name}-{i}" / "pid") for i in (0, 1)]
    multirun.send_signal(signal.SIGKILL)
    multirun.wait()
    deadline = time.monotonic() + 20
    while any(start_of(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(start_of(pid) for pid in pids)


def a_toy_that(does: str, tmp_path: Path) -> Path:
    """The toy with another beginning."""
    folder = tmp_path / "other"
    folder.mkdir()
    script = folder / "train.py"
    script.write_text(
        TOY.read_text()
        .replace("def main(config: DictConfig) -> float | None:", does)
        .replace("Path(__file__).parents[3]", f"Path({str(TOY.parents[3])!r})")
    )
    (folder / "conf").symlink_to(TOY.parent / "conf")
    return script


SLOW = """def main(config: DictConfig) -> float | None:
    import time
    end_with_multirun()
    folder = Path(HydraConfig.get().runtime.output_dir)
    (folder / ".pid").write_text(str(os.getpid()))
    (folder / ".pid").rename(folder / "pid")
    time.sleep(60)
"""


def waited(path: Path) -> int:
    deadline = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return int(path.read_text())


def test_a_missing_package_is_named(toy: Any, tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.mkdir()
    (blocked / "sitecustomize.py").write_text(
        "import importlib.util as u\nf = u.find_spec\n"
        "u.find_spec = lambda n, p=None: None if n == 'submitit' else f(n, p)\n"
    )
    done = toy("hydra/launcher=submitit_local", "x=0", PYTHONPATH=str(blocked))
    assert done.returncode == 1
    assert "expected the package submitit, but it is not installed" in done.stderr
    assert "hint: uv sync --extra submitit" in done.stderr


def test_slurm_is_asked_for_a_job_each(
    toy: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Against programs that stand in for Slurm's, and run what they are given."""
    stand_in_for_slurm(tmp_path / "bin", monkeypatch)
    words = ["hydra/launcher=submitit_slurm", "hydra.launcher.parameters.slurm_partition=gpu"]
    done = toy(*words, "x=0,1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert [one["metrics"]["figure"] for one in results(tmp_path)] == [1, 0]
    threads = {one["data"]["OMP_NUM_THREADS"] for one in results(tmp_path)}
    assert threads == {None}, "a node's cores are not those of the login node"
    asked = (tmp_path / "bin" / "asked.txt").read_text()
    assert asked.count("--partition=gpu") == 2
    assert asked.count("--gpus-per-node=1") == 2


KILLED = """def main(config: DictConfig) -> float | None:
    import signal
    end_with_multirun()
    if config.x == 1:  # as the system does when memory runs out, and as a cluster does
        os.kill(int(os.environ["AI_VS_HUMAN_PARENT"].partition(":")[0]), signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("launcher", ["joblib", "ray"])
def test_a_worker_that_dies_costs_its_job_and_no_other(launcher: str, tmp_path: Path) -> None:
    script = a_toy_that(KILLED, tmp_path)
    words = [f"hydra/launcher={launcher}", "hydra.launcher.n_jobs=1", "x=0,1,2"]
    done = subprocess.run(
        [sys.executable, str(script), "-m", *words],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert "expected job 1 to complete, but got: failed" in done.stderr
    assert [one["run_id"][-2:] for one in results(tmp_path)] == ["-0", "-2"]
    assert "Exception ignored" not in done.stderr


def test_a_job_that_its_cluster_kills_does_not_end_the_others(tmp_path: Path) -> None:
    """Memory, time, a machine that is gone: submitit's own process ends with the job."""
    words = ["hydra/launcher=submitit_local", "hydra.launcher.n_jobs=2", "x=0,1", "seconds=4"]
    multirun = subprocess.Popen(
        [sys.executable, str(TOY), "-m", *words], cwd=tmp_path, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 60
    while (killed := starter_of(f"{SWEEP.name}-0")) is None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.kill(killed, signal.SIGKILL)
    _, said = multirun.communicate(timeout=60)
    assert [one["run_id"] for one in results(tmp_path)] == [f"{SWEEP.name}-1"]
    assert multirun.returncode == 1
    assert "expected job 0 to complete, but got: failed, the process ended before" in said


def starter_of(run: str) -> int | None:
    """Who started the job of that folder."""
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if f"hydra.run.dir='{SWEEP}/{run}'" in (path / "cmdline").read_text().split("\0"):
                return int((path / "stat").read_text().rpartition(")")[2].split()[1])
    return None
