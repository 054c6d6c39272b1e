"""The Makefile, CI and dependabot keep their promises."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE)

needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="no make on this machine")


def jobs(path: Path) -> dict[str, dict[str, Any]]:
    return dict(yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"])


def steps(path: Path) -> list[dict[str, Any]]:
    return [step for job in jobs(path).values() for step in job["steps"]]


def make(*words: str) -> str:
    return subprocess.run(
        ["make", *words], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_action_is_pinned_by_commit_with_its_version_beside_it(path: Path) -> None:
    uses = re.findall(r"uses: (.*)", path.read_text(encoding="utf-8"))

    assert uses
    for line in uses:
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), line


def test_an_action_is_pinned_to_one_commit_everywhere() -> None:
    uses = {
        line
        for path in WORKFLOWS
        for line in re.findall(r"uses: (.*)", path.read_text(encoding="utf-8"))
    }
    actions = [line.partition("@")[0] for line in uses]

    assert len(actions) == len(set(actions))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_jobs_may_only_read_and_end_in_time(path: Path) -> None:
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))

    assert workflow["permissions"] == {}
    assert workflow["concurrency"]["group"]
    for job in jobs(path).values():
        assert job["permissions"] == {"contents": "read"}
        assert 0 < job["timeout-minutes"] <= 60


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_checkout_leaves_no_credentials_behind(path: Path) -> None:
    checkouts = [step for step in steps(path) if "actions/checkout@" in step.get("uses", "")]

    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_tests_run_on_every_supported_python_and_three_systems() -> None:
    (ci,) = (path for path in WORKFLOWS if path.stem == "ci")
    matrix = jobs(ci)["test"]["strategy"]["matrix"]
    (lowest, first_too_new) = re.findall(
        r'requires-python = ">=3\.(\d+),<3\.(\d+)"',
        (ROOT / "pyproject.toml").read_text(encoding="utf-8"),
    )[0]

    assert matrix["python"] == [f"3.{minor}" for minor in range(int(lowest), int(first_too_new))]
    assert {name.partition("-")[0] for name in matrix["os"]} == {"ubuntu", "macos", "windows"}


def commands_of_all() -> list[str]:
    runs = [step["run"] for path in WORKFLOWS for step in steps(path) if "run" in step]
    return [line for run in runs for line in run.splitlines()]


def test_ci_calls_only_targets_that_exist() -> None:
    commands = commands_of_all() + (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    called = [command.split()[1] for command in commands if command.startswith("make ")]

    assert {"check", "test", "data", "data-pull"} <= set(called) <= set(TARGETS)


def test_ci_starts_only_scripts_that_exist() -> None:
    scripts = re.findall(r"python (\S+\.py)", "\n".join(commands_of_all()))

    assert {"scripts/audit.py", "scripts/data.py"} <= set(scripts)
    assert all((ROOT / script).is_file() for script in scripts)


def test_a_change_of_the_versioned_data_is_audited() -> None:
    (path,) = (path for path in WORKFLOWS if path.stem == "data")
    # YAML 1.1 reads the word `on` as true.
    triggers = yaml.safe_load(path.read_text(encoding="utf-8"))[True]

    assert "data.dvc" in triggers["push"]["paths"]
    assert "workflow_dispatch" in triggers
    assert all(
        list(ROOT.glob(pattern.removesuffix("/**"))) for pattern in triggers["push"]["paths"]
    )
    assert all("${{" not in step.get("run", "") for step in steps(path))


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no execute bit")
def test_the_whole_ci_can_be_started_with_one_command() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_dependabot_waits_a_week() -> None:
    config = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text(encoding="utf-8"))
    ecosystems = {update["package-ecosystem"]: update for update in config["updates"]}

    assert ecosystems.keys() == {"uv", "github-actions"}
    assert all(update["cooldown"]["default-days"] >= 7 for update in ecosystems.values())


@needs_make
def test_make_without_a_target_lists_every_target() -> None:
    listed = re.findall(r"^  make (\S+) +\S", make(), re.MULTILINE)

    assert listed == TARGETS


@needs_make
def test_arguments_reach_the_program() -> None:
    said = make("--dry-run", "train", "ARGS=model=npr trainer.max_epochs=2")

    assert "python train.py model=npr trainer.max_epochs=2" in said


@needs_make
@pytest.mark.parametrize(("target", "command"), [("data-push", "push"), ("data-pull", "pull")])
def test_a_remote_reaches_the_program(target: str, command: str) -> None:
    said = make("--dry-run", target, "REMOTE=gs://bucket/folder")

    assert f'--extra data python scripts/data.py {command} "gs://bucket/folder"' in said


@needs_make
def test_cleaning_touches_neither_data_nor_outputs() -> None:
    removed = make("--dry-run", "distclean")

    assert not re.search(r"(^|\s)\.?/?(data|outputs)(/|\s|$)", removed)
