"""What every test may use, and what no test may leave behind."""

import logging
import os
import random
import runpy
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hydra.core.global_hydra import GlobalHydra

# Small networks: threads would spend their time waiting for each other, and for other tests'.
os.environ.setdefault("OMP_NUM_THREADS", "1")

ROOT = Path(__file__).parents[1]
CONF = ROOT / "conf"

Run = Callable[..., subprocess.CompletedProcess[str]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole journeys come first: a worker that began one last would keep the others waiting."""
    items.sort(key=lambda item: not item.nodeid.startswith(("tests/journey", "tests/jobs")))


@pytest.fixture(autouse=True)
def _nothing_leaks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Environment and random state are as they were; no run asks for the network."""
    monkeypatch.setenv("WANDB_MODE", "offline")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    environment = dict(os.environ)
    python, numpy = random.getstate(), np.random.get_state()  # noqa: NPY002 -- the global state
    yield
    random.setstate(python)
    np.random.set_state(numpy)  # noqa: NPY002 -- as above
    for name in set(os.environ) - set(environment):
        del os.environ[name]
    os.environ.update(environment)


class TinyCache:
    """What the first training on `data.size=tiny` drew, audited and decoded, for the ones to come.

    Args:
        place: where it is kept.
    """

    def __init__(self, place: Path) -> None:
        self.place = place

    def lend(self, cwd: Path, words: Sequence[str]) -> None:
        """Let a command find the images drawn; those that ask for others never look at them."""
        if "data.size=tiny" in words and self.place.exists() and not (cwd / ".cache").exists():
            shutil.copytree(self.place, cwd / ".cache")

    def keep(self, cwd: Path) -> None:
        """Take what a test's first command has made."""
        made = [*cwd.glob(".cache/synthetic/tiny-*"), *cwd.glob(".cache/audit-*.json")]
        if len(made) == 2 and not self.place.exists():  # of one data set, and whole
            shutil.copytree(cwd / ".cache", self.place)


@pytest.fixture(scope="session")
def tiny_cache(tmp_path_factory: pytest.TempPathFactory) -> TinyCache:
    return TinyCache(tmp_path_factory.mktemp("tiny") / ".cache")


@pytest.fixture
def run(tmp_path: Path, tiny_cache: TinyCache) -> Iterator[Run]:
    """Start an entry of the project in a folder of the test's own, as a person would."""

    def start(
        script: str,
        *overrides: str,
        launcher: Sequence[str] = (),
        cwd: Path = tmp_path,
        timeout: float = 200,
    ) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, *launcher, str(ROOT / script), *overrides]
        environment = {k: v for k, v in os.environ.items() if not _belongs_to_pytest(k)}
        tiny_cache.lend(cwd, overrides)
        return subprocess.run(
            command,
            cwd=cwd,
            env=environment,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    yield start
    tiny_cache.keep(tmp_path)


@pytest.fixture
def start(
    tmp_path: Path, tiny_cache: TinyCache, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., None]]:
    """Run an entry of the project inside this process: as `run`, without the seconds of imports."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level

    def here(script: str, *overrides: str, cwd: Path = tmp_path) -> None:
        monkeypatch.chdir(cwd)
        tiny_cache.lend(cwd, overrides)
        monkeypatch.setattr(sys, "argv", [str(ROOT / script), *overrides])
        GlobalHydra.instance().clear()
        for handler in set(root.handlers) - set(handlers):
            handler.close()
        runpy.run_path(str(ROOT / script), run_name="__main__")

    yield here
    tiny_cache.keep(tmp_path)
    for handler in set(root.handlers) - set(handlers):
        handler.close()
    root.handlers[:] = handlers  # Hydra's write to a stream that ends with the test
    root.setLevel(level)


def newest_run(cwd: Path, task: str = "train") -> Path:
    """The folder below `cwd` whose result was written last: ids of one second do not tell."""
    results = (cwd / "outputs" / task).glob("**/result.json")
    return max(results, key=lambda path: path.stat().st_mtime_ns).parent


def _belongs_to_pytest(name: str) -> bool:
    return name.startswith("PYTEST")


def succeeded(done: subprocess.CompletedProcess[str]) -> None:
    """Fail with what the process said, if it did not end well."""
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


def members(group: str) -> Sequence[str]:
    """The members of a config group, by file."""
    return sorted(path.stem for path in (CONF / group).glob("*.yaml"))
