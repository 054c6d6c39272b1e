"""The launcher of processes: what it begins when it is being stopped."""

import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ai_vs_human.jobs.gpus import reserved
from ai_vs_human.jobs.job import Job
from hydra_plugins.ai_vs_human.process_launcher import ProcessLauncher


def test_a_job_that_waits_for_a_gpu_does_not_begin_after_ctrl_c(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "train.py").write_text("import time; time.sleep(60)")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["train.py"])
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))  # other multiruns have their own locks
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "5,7")
    launcher = ProcessLauncher(2)
    launcher.begin(2)
    with ThreadPoolExecutor(1) as pool:
        with reserved(2, ("5", "7")):
            waiting = pool.submit(launcher.run, Job(0, "runs/s-0", gpus=1))
            while not (tmp_path / "runs/s-0").exists():
                pass
            launcher.stop()
        assert waiting.result(timeout=20).status == "interrupted"
