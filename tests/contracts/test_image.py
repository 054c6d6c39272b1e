"""The dockerfile, what it may copy, and who builds it agree; nothing secret goes in."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from ai_vs_human.runs.provenance.git_state import COMMIT_VARIABLE
from tests.conftest import ROOT

DOCKERFILE: Final = ROOT / "dockerfiles" / "train.dockerfile"
SECRET: Final = re.compile(r"key|token|secret|passw|credential|auth|login", re.IGNORECASE)

Instruction = tuple[str, str]


def instructions() -> list[Instruction]:
    """Each instruction's name and what follows it, on one line."""
    lines = DOCKERFILE.read_text(encoding="utf-8").splitlines(keepends=True)
    text = "".join(line for line in lines if not line.startswith("#")).replace("\\\n", " ")
    pairs = [line.partition(" ") for line in text.splitlines() if line]
    return [(name, " ".join(rest.split())) for name, _, rest in pairs]


def of(name: str, among: list[Instruction] | None = None) -> list[str]:
    return [rest for word, rest in among or instructions() if word == name]


def stages() -> list[list[Instruction]]:
    """The instructions of each stage, from FROM on."""
    every = instructions()
    starts = [number for number, (name, _) in enumerate(every) if name == "FROM"]
    return [every[a:b] for a, b in zip(starts, [*starts[1:], None], strict=True)]


def arguments() -> dict[str, str]:
    """The default of each build argument, at its first mention."""
    pairs = [line.partition("=") for line in reversed(of("ARG"))]
    return {name: default for name, _, default in pairs}


def copied(among: list[Instruction] | None = None) -> list[str]:
    """What is copied out of the project."""
    lines = [line.split() for line in of("COPY", among) if not line.startswith("--from")]
    return [source for words in lines for source in words[:-1]]


def let_in() -> set[str]:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    return {line.removeprefix("!") for line in lines if line.startswith("!")}


def test_a_base_is_a_stage_before_or_has_a_version() -> None:
    known: set[str] = set()
    for line in of("FROM"):
        base, _, name = line.partition(" AS ")
        assert base in known or re.fullmatch(r"python:\$\{PYTHON\}-slim-\w+", base), base
        known.add(name)

    assert arguments()["PYTHON"] in {"3.11", "3.12", "3.13"}


def test_a_container_runs_train_py_as_a_user_without_rights() -> None:
    last = stages()[-1]

    assert of("USER") == of("USER", last) == ["10001:10001"]
    assert [name for name, _ in last][-3:] == ["USER", "STOPSIGNAL", "ENTRYPOINT"]
    assert json.loads(of("ENTRYPOINT")[0]) == ["python", "train.py"]
    assert of("CMD") == []
    assert of("WORKDIR", last) == ["/app"]


def test_no_secret_is_an_argument_a_variable_or_a_file() -> None:
    names = [word.partition("=")[0] for line in of("ARG") + of("ENV") for word in line.split()]

    assert "VARIANT" in names
    assert [name for name in names if SECRET.search(name)] == []
    assert "secret" not in " ".join(of("RUN"))
    assert of("ADD") == []


def test_nothing_but_what_is_copied_can_be_copied() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()

    assert next(line for line in lines if not line.startswith("#")) == "*"
    assert let_in() == set(copied())
    assert all((ROOT / source).exists() for source in copied())
    assert not let_in() & {".", ".git", ".venv", ".uv", ".env", ".cache", "data", "outputs"}
    assert lines.index("**/.*") > max(lines.index(f"!{name}") for name in let_in())


def test_a_change_of_the_code_installs_no_package_again() -> None:
    packages, code, image = stages()
    names = [name for name, _ in image]

    assert set(copied(packages)) == {"pyproject.toml", "uv.lock"}
    installs = re.findall(r"uv (?:sync|export) [^;]+", of("RUN", packages)[-1])
    assert len(installs) == 2
    assert all("--locked" in install for install in installs)
    assert "--no-deps" in of("RUN", code)[0]
    assert of("COPY", image)[0] == "--from=packages /opt/venv /opt/venv"
    assert image.index(("ARG", 'COMMIT=""')) > max(i for i, n in enumerate(names) if n == "COPY")


def test_an_image_and_its_runs_know_their_commit() -> None:
    image = stages()[-1]
    names = [name for name, _ in image]
    asked = image.index(("ARG", 'COMMIT=""'))

    assert names[asked : asked + 4] == ["ARG", "RUN", "ENV", "LABEL"]
    assert "${COMMIT}" in image[asked + 1][1]
    assert f"{COMMIT_VARIABLE}=${{COMMIT}}" in of("ENV")
    assert 'org.opencontainers.image.revision="${COMMIT}"' in of("LABEL")[0]


class TestCloudBuild:
    FILE: Final = ROOT / "dockerfiles" / "cloudbuild.yaml"
    BUILT_IN: Final = frozenset(("PROJECT_ID", "COMMIT_SHA"))

    @pytest.fixture
    def build(self) -> dict[str, Any]:
        return dict(yaml.safe_load(self.FILE.read_text(encoding="utf-8")))

    @pytest.fixture
    def options(self, build: dict[str, Any]) -> dict[str, list[str]]:
        """The options of `docker build`, each with its values."""
        ((verb, *words),) = [step["args"] for step in build["steps"]]
        assert (verb, words[-1]) == ("build", ".")
        found: dict[str, list[str]] = {}
        for name, _, value in (word.partition("=") for word in words[:-1]):
            found.setdefault(name, []).append(value)
        return found

    def test_it_builds_the_dockerfile_with_arguments_that_it_has(
        self, options: dict[str, list[str]]
    ) -> None:
        given = dict(value.split("=", 1) for value in options["--build-arg"])

        assert [ROOT / path for path in options["--file"]] == [DOCKERFILE]
        assert given.keys() <= arguments().keys()
        assert given["COMMIT"] == "${COMMIT_SHA}"
        assert given["VARIANT"] == "${_VARIANT}"

    def test_what_is_built_is_pushed_by_its_commit(
        self, build: dict[str, Any], options: dict[str, list[str]]
    ) -> None:
        assert build["images"] == options["--tag"]
        assert build["images"][0].endswith(":${COMMIT_SHA}-${_VARIANT}")

    def test_every_substitution_is_used_and_every_word_is_substituted(
        self, build: dict[str, Any]
    ) -> None:
        text = json.dumps([build["steps"], build["images"]])
        used = set(re.findall(r"\$\{?(\w+)", text))

        assert used == build["substitutions"].keys() | self.BUILT_IN
        assert build["substitutions"]["_PYTHON"] == arguments()["PYTHON"]
        assert build["substitutions"]["_EXTRAS"] == arguments()["EXTRAS"]


@pytest.mark.skipif(shutil.which("make") is None or os.name == "nt", reason="make and sh")
class TestMakeImage:
    @pytest.fixture
    def programs(self, tmp_path: Path) -> Path:
        """A PATH with git, a docker whose daemon is away, and nothing to build with."""
        (tmp_path / "git").symlink_to(str(shutil.which("git")))
        self.add(tmp_path / "docker", '[ "$1" != info ]')
        return tmp_path

    def add(self, path: Path, script: str) -> None:
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def make_image(self, programs: Path, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(shutil.which("make")), "image", *words],
            cwd=ROOT,
            env={"PATH": str(programs)},
            capture_output=True,
            text=True,
            check=False,
        )

    def test_the_first_program_that_runs_builds(self, programs: Path) -> None:
        self.add(programs / "podman", 'echo "podman got $*"')

        done = self.make_image(programs, "VARIANT=cuda", "ARGS=--build-arg PYTHON=3.12")

        (got,) = [line for line in done.stdout.splitlines() if line.startswith("podman got build")]
        assert "--file dockerfiles/train.dockerfile --tag ai-vs-human:cuda" in got
        assert "--build-arg VARIANT=cuda" in got
        assert got.endswith("--build-arg PYTHON=3.12 .")

    def test_without_one_it_says_what_to_install(self, programs: Path) -> None:
        done = self.make_image(programs)

        assert done.returncode != 0
        assert done.stderr.startswith(
            "expected docker, podman or buildah to build with, but got none that runs\nhint: "
        )
