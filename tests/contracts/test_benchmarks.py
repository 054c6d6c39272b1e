"""The benchmarks that compose the config and build from it still do, at their smallest."""

import logging
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from tests.callbacks.energy.conftest import no_counters
from tests.conftest import ROOT
from tests.toys import toy_images

__all__ = ["no_counters"]  # a fixture

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*LeafSpec.*:FutureWarning"),
    pytest.mark.filterwarnings("ignore:.*does not have many workers.*"),
]


@pytest.fixture
def words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Overrides of a run of seconds; what a script changes in its process is put back."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts" / "benchmarks"))
    root = toy_images(tmp_path / "images", per_class=4)
    yield [
        "data=folder",
        f"data.root={root}",
        "data/preprocess=as_is",
        "data.num_workers=0",
        "data.batch_size=4",
        "model.backbone.widths=[4]",
        "trainer.accelerator=cpu",
    ]
    logging.disable(logging.NOTSET)


@pytest.mark.usefixtures("no_counters")
def test_what_the_energy_callback_costs_a_step_is_measured(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["energy.py", "turns=1", *words])

    import_module("energy").main()

    said = capsys.readouterr().out
    assert "counters: stand-ins, two packages and their memory" in said
    assert re.search(r"ticks, share of a step's time: \d+\.\d+%", said)
    assert re.search(r"on_train_batch_end +2 ", said)


def test_the_bare_loop_trains_and_tells_its_rate(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["bare_loop.py", "1", *words])

    import_module("bare_loop").main()

    assert float(capsys.readouterr().out) > 0
