"""A study to the files of its report in a folder."""

from pathlib import Path
from typing import Final

from ai_vs_human.reporting.study.facts import StudyFacts
from ai_vs_human.reporting.study.page import write_page
from ai_vs_human.reporting.study.panels import panels
from ai_vs_human.reporting.study.sheet import write_sheet
from ai_vs_human.reporting.study.words import headline

SHEET_NAME: Final = "study.png"
PAGE_NAME: Final = "study.html"
_LEGEND: Final = "a panel for each parameter: darker is later, the best is ringed"


def write_report(facts: StudyFacts, folder: Path) -> list[Path]:
    """Write study.png and study.html, replacing those of before.

    Args:
        facts: of the study, whatever its state.
        folder: of the sweep; there already.

    Returns:
        The files.
    """
    drawn = panels(facts)
    paths = [folder / SHEET_NAME, folder / PAGE_NAME]
    write_sheet(drawn, f"{headline(facts)}\n{_LEGEND}", paths[0])
    write_page(facts, drawn, paths[1])
    return paths
