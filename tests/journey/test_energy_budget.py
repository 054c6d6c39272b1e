"""A training that its budget ends is tested all the same, and goes on exactly with a larger one."""

import csv
import io
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from zeus.device.cpu import rapl

from ai_vs_human.runs.result import Result, read_result
from tests.callbacks.energy.conftest import no_counters, tree  # noqa: F401 -- fixtures
from tests.callbacks.energy.rapl_tree import RaplTree
from tests.conftest import newest_run

QUICK = (
    *("data.size=tiny", "data.batch_size=16", "trainer=cpu", "trainer.max_epochs=2"),
    *(
        "logger=csv",
        "trainer.log_every_n_steps=1",
        "audit=off",
        "callbacks.sample_images=null",
        "callbacks.progress_bar=null",
    ),
)
BUDGET = ("energy=budget", "energy.joules=9.0", "energy.every_n_steps=1")

Start = Callable[..., None]


@pytest.fixture
def joules(tree: RaplTree, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:  # noqa: F811
    """A counter that is a joule further each time that it is read."""
    tree.add("package-0", wrap=10**18)
    spent = count()

    def read(path: str, mode: str = "r") -> Any:
        if path.endswith("energy_uj"):
            return io.StringIO(f"{next(spent) * 1_000_000}\n")
        return open(path, mode)  # noqa: PTH123 -- stands for the builtin

    monkeypatch.setattr(rapl, "open", read, raising=False)
    return spent


def trained(start: Start, cwd: Path, *words: str) -> Result:
    start("train.py", *words, cwd=cwd)
    return read_result(newest_run(cwd))


@pytest.mark.usefixtures("joules")
def test_a_spent_budget_ends_a_run_that_is_tested_and_goes_on_exactly_with_more(
    start: Start, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = trained(start, tmp_path, *QUICK, *BUDGET)
    assert ended.energy is not None
    stopped = ended.energy["budget"]["stopped_at_step"]

    assert ended.status == "completed"
    assert 1 < stopped < 11  # within the first epoch
    assert ended.ended_early is not None
    assert ended.ended_early.startswith("the energy budget was spent: 9.0 J of 9.0 J after")
    assert ended.checkpoint is not None
    assert (newest_run(tmp_path) / ended.checkpoint).is_file()
    assert {"val/auroc", "test/auroc"} <= ended.metrics.keys()

    spent = ended.energy["budget"]["spent_joules"]
    again = trained(start, tmp_path, f"resume={ended.run_id}")
    assert again == ended
    assert f"energy=budget energy.joules=<above {spent:.0f}> goes on" in capsys.readouterr().out
    again = trained(start, tmp_path, f"resume={ended.run_id}", *BUDGET)
    assert again == ended

    more = trained(start, tmp_path, f"resume={ended.run_id}", *BUDGET, "energy.joules=1e6")
    assert (more.status, more.ended_early, more.attempts) == ("completed", None, 2)
    assert more.energy is not None
    assert more.energy["budget"]["spent_joules"] > spent
    (tmp_path / "unbroken").mkdir()
    unbroken = trained(start, tmp_path / "unbroken", *QUICK, "energy=none")
    assert more.weights_sha256 == unbroken.weights_sha256
    assert more.metrics["val/auroc"] == unbroken.metrics["val/auroc"]
    assert steps_and_losses(tmp_path / "outputs") == steps_and_losses(tmp_path / "unbroken")


def steps_and_losses(folder: Path) -> dict[str, str]:
    """The training loss by step, as the loggers' files of a run say in the end."""
    [path] = folder.rglob("metrics.csv")
    rows = csv.DictReader(path.read_text().splitlines())
    return {row["step"]: row["train/loss_step"] for row in rows if row["train/loss_step"]}
