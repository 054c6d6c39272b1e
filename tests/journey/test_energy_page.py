"""The commands of the page on energy, on a machine whose counter rises while it computes."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from zeus.device.cpu import rapl

from tests.callbacks.energy.conftest import no_counters, tree  # noqa: F401 -- fixtures
from tests.callbacks.energy.rapl_tree import RaplTree
from tests.conftest import CONF, ROOT, members, newest_run
from tests.journey.test_energy_sweep import Turn, counter

PAGE = (CONF / "energy" / "README.md").read_text("utf-8")
COMMANDS = [
    line.removeprefix("python ")
    for block in re.findall(r"```bash\n(.*?)```", PAGE, re.DOTALL)
    for line in block.strip().splitlines()
]
QUICK = ("data.size=tiny", "trainer.max_epochs=2", "trainer.limit_train_batches=1", "trainer=cpu")
SHORT = {
    "window_seconds": 1.0,
    "warmup_seconds": 0.0,
    "idle_seconds": 0.0,
    "repeats": 2,
    "most_windows": 2,
}
BRIEF = [f"inference_energy.{name}={value}" for name, value in SHORT.items()]


def test_every_member_stands_in_the_page() -> None:
    for member in members("energy"):
        assert re.search(rf"^\| `{member}`", PAGE, re.MULTILINE), member


def test_the_commands_run_one_after_the_other(
    tree: RaplTree,  # noqa: F811
    tmp_path: Path,
    start: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    tree.add("package-0", wrap=10**18)
    monkeypatch.setattr(rapl, "open", counter, raising=False)
    monkeypatch.setattr(Turn, "trial", -1)  # none of a sweep's, whose counters fail on purpose
    left = []
    for command in COMMANDS:
        words = shortened(command)
        try:
            start(*words)
        except SystemExit as end:
            assert end.code == 0, command  # noqa: PT017 -- most commands end without one
        if words[0] == "train.py":
            left.append(newest_run(tmp_path))

    target, budget, declared, limited = (report(folder) for folder in left)
    assert target["target"]["metric"] == "val/auroc"
    assert budget["budget"]["stopped_at_step"] == 1
    assert declared["estimated"]["cumulative"]["joules"]["cpu"] > 0
    assert limited["measured"] is True
    assert (left[0] / "energy.png").is_file()
    evaluated = json.loads((newest_run(tmp_path, "evaluate") / "result.json").read_text())
    assert evaluated["metrics"]["energy/inference_joules_per_image_bs1"] > 0
    said = capsys.readouterr().out
    assert left[0].name in said
    assert (tmp_path / "outputs" / "pareto.png").is_file()


def report(folder: Path) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = json.loads((folder / "energy.json").read_text())
    return found


def shortened(command: str) -> list[str]:
    """The command's words, and what makes it quick."""
    words = command.split()
    if words[0] == "train.py":
        return [*words, *QUICK, "audit=off"]
    evaluates = "evaluate" in words[0]
    return [*words, *BRIEF, "inference_energy.batch_sizes=[1]"] if evaluates else words


def test_the_page_is_linked_and_its_make_target_exists() -> None:
    assert "(conf/energy/README.md)" in (ROOT / "README.md").read_text("utf-8")
    assert "\nbench-energy:" in (ROOT / "Makefile").read_text("utf-8")
