"""`python train.py -m hydra/launcher=vertex`: killed, interrupted, dry, without its packages."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from google.cloud.aiplatform_v1.types import CustomJobSpec
from google.protobuf.json_format import ParseDict

from ai_vs_human.runs.result import read_result
from tests.cloud.vertex.fake_vertex import FakeVertex
from tests.conftest import ROOT
from tests.jobs.vertex.conftest import until

VERTEX = (
    "-m",
    "hydra/launcher=vertex",
    "hydra.launcher.project=project",
    "hydra.launcher.region=europe-west4",
    "hydra.launcher.image=registry/image:1a2b3c4",
    "hydra.launcher.bucket=gs://bucket/runs",
    "hydra.launcher.poll_seconds=0.05",
)

Launch = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def launch(vertex: FakeVertex, tmp_path: Path) -> Iterator[Launch]:
    """Start train.py in a folder of the test's own, with the fake service as Vertex AI."""
    started: list[subprocess.Popen[str]] = []
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("PYTEST")},
        "FSSPEC_GS_TOKEN": "anon",
        "GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT": "false",
    }

    def start(*words: str, **variables: str) -> subprocess.Popen[str]:
        endpoint = f"hydra.launcher.endpoint={vertex.address}"
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "train.py"), *VERTEX, endpoint, *words],
            cwd=tmp_path,
            env={**environment, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        with process:  # closes the pipe
            pass


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    said, _ = process.communicate(timeout=60)
    return process.returncode, said


def has_ended(sweep: Path) -> bool:
    return bool(json.loads((sweep / "vertex" / "multirun.json").read_text())["ended"])


def sweeps(cwd: Path) -> list[Path]:
    return sorted((cwd / "outputs" / "train").iterdir())


def test_a_launcher_that_was_killed_finds_its_jobs_again(
    vertex: FakeVertex, buckets: Path, launch: Launch, tmp_path: Path
) -> None:
    words = ("seed=0,1,2", "tags=[waits]")
    first = launch(*words)
    until(lambda: vertex.states == ["RUNNING"] * 3)
    first.kill()
    first.communicate()
    (buckets / "go").touch()

    code, said = ended(launch(*words))

    assert code == 0, said
    assert vertex.asked == 3, said
    (sweep,) = sweeps(tmp_path)
    assert f"going on with outputs/train/{sweep.name}" in said
    results = [read_result(sweep / f"{sweep.name}-{n}") for n in range(3)]
    assert [one.status for one in results] == ["completed"] * 3
    assert has_ended(sweep), "the same command again is a new multirun"


def test_a_launcher_killed_before_it_knew_its_jobs_name_finds_the_job(
    vertex: FakeVertex, launch: Launch, tmp_path: Path
) -> None:
    vertex.answer.clear()
    first = launch("seed=7")
    assert vertex.created.wait(30)
    first.kill()
    first.communicate()
    assert list(tmp_path.glob("outputs/train/*/vertex/*-0.json")) == []
    vertex.answer.set()

    code, said = ended(launch("seed=7"))

    assert code == 0, said
    assert vertex.asked == 1
    assert "was submitted before" in said


def test_ctrl_c_cancels_every_job(vertex: FakeVertex, launch: Launch, tmp_path: Path) -> None:
    running = launch("seed=0,1", "tags=[waits]")
    until(lambda: vertex.states == ["RUNNING"] * 2)
    running.send_signal(signal.SIGINT)

    code, said = ended(running)

    assert code == 130, said
    assert vertex.states == ["CANCELLED"] * 2
    assert said.splitlines()[-1] == "interrupted"
    assert "Traceback" not in said
    assert not has_ended(*sweeps(tmp_path)), "the same command goes on with it"


def test_a_second_ctrl_c_leaves_at_once_and_says_what_is_left(
    vertex: FakeVertex, launch: Launch
) -> None:
    vertex.cancels_for_long = True
    running = launch("seed=3", "tags=[waits]")
    until(lambda: vertex.states == ["RUNNING"])
    running.send_signal(signal.SIGINT)
    until(lambda: vertex.states == ["CANCELLING"])
    running.send_signal(signal.SIGINT)

    code, said = ended(running)

    assert code == 130, said
    assert vertex.states == ["CANCELLING"]
    assert "left before these had ended:" in said
    assert "/vertex-ai/locations/europe-west4/training/1?project=project" in said


def test_a_submission_without_waiting_is_collected_later(
    vertex: FakeVertex, buckets: Path, launch: Launch, tmp_path: Path
) -> None:
    code, said = ended(launch("seed=1", "tags=[waits]", "hydra.launcher.wait=false"))
    assert code == 0, said
    assert "not waited for: https://console.cloud.google.com/vertex-ai" in said
    (buckets / "go").touch()

    code, said = ended(launch("seed=1", "tags=[waits]"))

    assert code == 0, said
    assert vertex.asked == 1
    assert len(list(tmp_path.glob("outputs/train/*/*/result.json"))) == 1


NO_GOOGLE = """
import sys

class NoGoogle:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "google":
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, NoGoogle())
sys.modules.pop("google", None)
"""


def test_a_study_whose_sweep_was_killed_waits_for_the_trials_that_run(
    vertex: FakeVertex, buckets: Path, launch: Launch, tmp_path: Path
) -> None:
    words = ("hparams_search=optuna", "hydra.sweeper.n_trials=3", "tags=[waits]")
    first = launch(*words, "hydra.launcher.n_jobs=2")
    until(lambda: vertex.states == ["RUNNING"] * 2)
    first.kill()
    first.communicate()
    (buckets / "go").touch()

    code, said = ended(launch(*words, "hydra.launcher.n_jobs=2"))

    assert code == 0, said
    assert vertex.states == ["SUCCEEDED"] * 3, said
    (sweep,) = sweeps(tmp_path)
    results = [read_result(sweep / f"{sweep.name}-{n}") for n in range(3)]
    assert [one.status for one in results] == ["completed"] * 3
    asked = json.dumps([job.body for job in vertex.jobs.values()])
    assert "AI_VS_HUMAN_PARENT" in asked
    assert "AI_VS_HUMAN_TRIAL" not in asked  # its storage is a file of this machine


@pytest.fixture
def without_google(tmp_path: Path) -> str:
    """A path for Python on which there is no package below google."""
    folder = tmp_path / "path"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(NO_GOOGLE)
    return str(folder)


def test_a_dry_run_of_a_sweep_shows_its_first_trial(
    vertex: FakeVertex, launch: Launch, tmp_path: Path
) -> None:
    code, said = ended(launch("hparams_search=optuna", "hydra.launcher.dry_run=true"))

    assert code == 0, said
    (sweep,) = sweeps(tmp_path)
    assert [path.name for path in (sweep / "vertex").glob("*.yaml")] == [f"{sweep.name}-0.yaml"]
    assert not list(sweep.glob("*study*")), "a dry run is no beginning of a study"
    assert vertex.asked == 0


def test_a_dry_run_writes_specifications_and_needs_nothing_of_googles(
    vertex: FakeVertex, launch: Launch, tmp_path: Path, without_google: str
) -> None:
    dry = launch("seed=0,1", "hydra.launcher.dry_run=true", PYTHONPATH=without_google)

    code, said = ended(dry)

    assert code == 0, said
    assert vertex.asked == 0
    (sweep,) = sweeps(tmp_path)
    for number in range(2):
        path = sweep / "vertex" / f"{sweep.name}-{number}.yaml"
        text = path.read_text()
        spec = yaml.safe_load(text)
        ParseDict(spec, CustomJobSpec.pb(CustomJobSpec()), ignore_unknown_fields=False)
        (pool,) = spec["workerPoolSpecs"]
        assert f"seed={number}" in pool["containerSpec"]["args"]
        assert text in said
        assert text.startswith("# gcloud ai custom-jobs create --project=project --region=europe-")
        assert f"--config=outputs/train/{sweep.name}/vertex/{path.name}" in text


def test_without_googles_package_the_remedy_is_said(launch: Launch, without_google: str) -> None:
    code, said = ended(launch("seed=0", PYTHONPATH=without_google))

    assert code == 1
    assert said.endswith(
        "error: expected the package google-cloud-aiplatform, but it is not installed"
        " (hydra/launcher=vertex)\n"
        "hint: uv sync --extra vertex, or hydra.launcher.dry_run=true\n"
    )


def test_what_is_missing_in_the_config_is_said_at_once(launch: Launch) -> None:
    code, said = ended(launch("hydra.launcher.project=null", "hydra.launcher.image=train"))

    assert code == 1
    assert "error: 2 faults\n  expected the id of a Google Cloud project, but got none" in said
    assert "Traceback" not in said


def test_hydra_imports_the_launcher_without_what_takes_long() -> None:
    """It does so at each start, whatever launcher there is."""
    code = (
        "import sys; before = set(sys.modules); import hydra_plugins.ai_vs_human.vertex_launcher;"
    )
    code += "print(*sorted({name.partition('.')[0] for name in set(sys.modules) - before}))"

    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    slow = {"google", "fsspec", "gcsfs", "aiohttp", "requests", "torch", "optuna", "pandas"}
    assert slow.isdisjoint(said.stdout.split())
