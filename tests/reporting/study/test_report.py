"""A study to its files and to the console, whatever state it is in."""

import io
import json
import re
from pathlib import Path

import pytest
from optuna import Study
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution
from optuna.trial import TrialState
from PIL import Image
from rich.console import Console

from ai_vs_human.reporting.study.facts import StudyFacts
from ai_vs_human.reporting.study.report import write_report
from ai_vs_human.reporting.study.table import StudyTable
from tests.reporting.study.making import LR, SWEEP, mixed, paired, study, trial

LONG = "a_module.with.a_long_name_of_a_parameter_that_nobody_would_choose_but_somebody_did"
NASTY = "</script><img src=x onerror=alert(1)>"


def nasty() -> Study:
    """Names, choices and reasons that would break a page that took them for its own."""
    space: dict[str, BaseDistribution] = {
        LONG: CategoricalDistribution([NASTY, None, True, "%{x}" + "y" * 80]),
        LR: FloatDistribution(0.001, 0.002, log=True),
    }
    trials = [
        trial(n, n / 9, space=space, params={LONG: choice, LR: 0.001 + n / 9999}, reports=[0.5])
        for n, choice in enumerate(space[LONG].choices)  # type: ignore[attr-defined]
    ]
    return study(*trials, trial(4, state=TrialState.FAIL, reason=NASTY), metrics=["<b>auroc</b>"])


def dead() -> Study:
    return study(*(trial(n, state=TrialState.FAIL) for n in range(3)))


STUDIES = {"mixed": mixed(30), "paired": paired(30), "nasty": nasty(), "dead": dead(), "": study()}


@pytest.mark.parametrize("made", STUDIES.values(), ids=STUDIES.keys())
def test_a_sheet_and_a_page_are_written_for_any_study(made: Study, tmp_path: Path) -> None:
    sheet, page = write_report(StudyFacts.read(made), tmp_path)

    with Image.open(sheet) as image:
        pixels = image.convert("L")
    assert pixels.width > 1000
    low, high = pixels.getextrema()
    assert (low < 60, high) == (True, 255)  # ink on paper
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["study.html", "study.png"]
    assert page.stat().st_size > 1_000_000


def figures(page: str) -> dict[str, dict[str, list[dict[str, object]]]]:
    """What plotly is given."""
    [text] = re.findall(r"const figures = (\{.*\});\nconst config", page)
    known: dict[str, dict[str, list[dict[str, object]]]] = json.loads(text)
    return known


def test_a_page_needs_no_other_file_and_tells_of_each_point(tmp_path: Path) -> None:
    _, path = write_report(StudyFacts.read(mixed(30)), tmp_path)
    page = path.read_text()

    assert page.count("plotly.js v") == 1
    assert not re.search(r"<(?:script|link|img)[^>]*(?:src|href)=", page)
    history = figures(page)["panel-0"]["data"]
    assert [trace.get("name") for trace in history] == [
        "best so far", "completed", "pruned", "failed",
    ]  # fmt: skip
    texts = history[1]["text"]
    assert isinstance(texts, list)
    assert texts[0].startswith(f"trial 0, completed<br>run {SWEEP}-0<br>val/auroc = ")
    assert "model.optimizer.lr = " in texts[0]
    assert set(figures(page)) == {f"panel-{n}" for n in range(5)}
    for number in range(5):
        assert f"<div id='panel-{number}'>" in page


def test_words_of_a_study_are_never_taken_for_the_page_s_own(tmp_path: Path) -> None:
    _, path = write_report(StudyFacts.read(nasty()), tmp_path)
    page = path.read_text()

    assert "<img" not in page.partition("</head>")[2]
    assert page.partition("</head>")[2].count("</script") == 1
    assert "&lt;b&gt;auroc&lt;/b&gt;" in page
    assert figures(page)


def shown(made: Study, width: int = 80) -> list[str]:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    console.print(StudyTable(StudyFacts.read(made)))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


def test_the_table_shows_the_best_with_runs_figures_and_parameters() -> None:
    lines = shown(mixed(30))

    assert lines[0] == f"{SWEEP}: 23 completed, 4 pruned, 3 failed"
    cells = [[cell.strip() for cell in re.split("[┃│]", line)[1:-1]] for line in lines[2:5:2]]
    assert cells == [
        ["trial", "run", "val/auroc", "lr", "augment"],
        ["7", "…-7", "0.9500", "0.01052", "flips"],
    ]
    assert len([line for line in lines if line.startswith("│")]) == 10
    assert f"…           {SWEEP}" in lines
    assert "failed      trials 5, 16, 27: expected finite logits" in lines


def test_a_narrow_console_loses_parameters_by_name_and_no_figure() -> None:
    lines = shown(paired(30), width=60)

    assert max(map(len, lines)) <= 60
    assert "too narrow to show: lr, augment" in lines
    assert "energy/total_joules" in lines[2]


@pytest.mark.parametrize("made", STUDIES.values(), ids=STUDIES.keys())
def test_any_study_fits_eighty_columns(made: Study) -> None:
    assert max(map(len, shown(made))) <= 80
