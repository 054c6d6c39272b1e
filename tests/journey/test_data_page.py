"""The commands of the page on images, each on a few small ones, and the members that it names."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import CONF, ROOT, members, newest_run
from tests.toys import toy_images

PAGE = (CONF / "data" / "README.md").read_text("utf-8")
COMMANDS = [
    line.removeprefix("python ")
    for block in re.findall(r"```bash\n(.*?)```", PAGE, re.DOTALL)
    for line in block.strip().splitlines()
]
QUICK = ("trainer.max_epochs=1", "trainer.limit_train_batches=1", "callbacks=none", "logger=none")
SMALL = ("data.batch_size=4", "data.num_workers=0", "data.preprocess.size=16")


@pytest.mark.parametrize("group", ["data", "data/split", "data/delivery", "audit"])
def test_every_member_stands_in_the_page(group: str) -> None:
    for member in members(group):
        assert re.search(rf"`({group}=)?{member}`", PAGE), f"{group}={member}"


def test_the_commands_run_one_after_the_other(start: Callable[..., None], tmp_path: Path) -> None:
    toy_images(tmp_path / "images", per_class=24, splits=False)
    for kind, origins in (("ai", ("gan", "diffusion")), ("human", ("camera", "scan"))):
        for number, path in enumerate(sorted((tmp_path / "images" / kind).iterdir())):
            folder = path.parent / origins[number % 2]
            folder.mkdir(exist_ok=True)
            path.rename(folder / path.name)

    for command in COMMANDS:
        words = shortened(command)
        start(*words)

    audits = list((tmp_path / "outputs" / "audit").iterdir())
    assert len(audits) == 1
    assert (audits[0] / "audit.html").is_file()
    assert (newest_run(tmp_path) / "split.csv").is_file()
    assert len(list(tmp_path.glob("outputs/train/**/test_predictions.csv"))) == 7


def shortened(command: str) -> list[str]:
    """The command's words, and what makes it quick."""
    words = command.split()
    if "train.py" not in words[0]:
        return words
    if "-m" in words:
        words.append("hydra/launcher=basic")
    return [*words, *QUICK, *SMALL]


def test_the_make_targets_that_it_names_exist() -> None:
    targets = re.findall(r"`make ([a-z-]+)", PAGE)
    makefile = (ROOT / "Makefile").read_text("utf-8")

    assert {"data", "data-push", "data-pull", "bench-data"} <= set(targets)
    for target in targets:
        assert re.search(rf"^{target}:.*## ", makefile, re.MULTILINE), target
