"""What stands on the page, and what names of files cannot do there."""

import re
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from rich.console import Console

from ai_vs_human.data.audit.report import (
    AuditReport,
    Auroc,
    Check,
    Cue,
    Example,
    Histogram,
    Probe,
    Shown,
)
from ai_vs_human.reporting.audit.page import write_audit_page
from ai_vs_human.reporting.audit.table import audit_table

EVIL = "<script>alert('1')</script>&\udcff.png"


@pytest.fixture
def report(tmp_path: Path) -> AuditReport:
    Image.fromarray(np.zeros((400, 200, 3), np.uint8)).save(tmp_path / "first.png")
    pair = Example(Shown("first.png", "ai", "train"), Shown(EVIL, "human", "test"), 3)
    return AuditReport(
        root=str(tmp_path),
        fingerprint="0" * 64,
        splits={"train": {"ai": 1, "human": 0}, "test": {"ai": 0, "human": 1}},
        origins={"ai": {"<b>generator</b>": 1}, "human": {"unknown": 1}},
        checks=(
            Check("near_leaks", "near-duplicates", "stop", "1 image", "known", "do it", (pair,)),
            Check("balance", "balance", "ok", "1 ai, 1 human", "share"),
        ),
        histograms=(Histogram("mode", "colour mode", ("<i>RGB",), (1,), (0,)),),
        cues=(Cue("mode", "colour mode", Auroc(0.9, 0.8, 1.0), "all <b>"),),
        probes=(
            Probe("metadata", None, 2),
            Probe("thumbnail", Auroc(0.7, 0.6, 0.8), 2, (("red", 0.5),)),
        ),
        thumbnails={"ai": (0,) * 192},
        unreadable=((EVIL, "no image"),),
        unreadable_count=150,
    )


def test_the_page_shows_everything_and_loads_nothing(report: AuditReport, tmp_path: Path) -> None:
    write_audit_page(report, tmp_path / "audit.html")

    page = (tmp_path / "audit.html").read_text(encoding="utf-8")
    assert "1 of 2 checks say stop" in page
    assert page.count("src='data:image/jpeg;base64,") == 1  # the other file is not there
    assert "cannot be read any more" in page
    for word in ("hashes differ in 3 of 64 bits", "AUROC 0.700", "too few images", "and 149 more"):
        assert word in page
    assert not re.search(r"https?://|<script|<link|@import|url\(", page)


def test_names_of_files_are_text(report: AuditReport, tmp_path: Path) -> None:
    write_audit_page(report, tmp_path / "audit.html")

    page = (tmp_path / "audit.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(&#x27;1&#x27;)&lt;/script&gt;&amp;\\udcff.png" in page
    for markup in ("<script", "<b>generator", "<i>RGB", "all <b>"):
        assert markup not in page


def test_the_console_says_what_to_do(report: AuditReport) -> None:
    console = Console(width=100, record=True, file=StringIO())
    for part in audit_table(report):
        console.print(part)

    said = " ".join(console.export_text().split())
    assert "1 of 2 checks say stop" in said
    assert "first.png (ai, train) ~ <script>" in said
    assert "(human, test), 3 of 64 bits" in said
    assert "do: do it" in said
