"""An audit's report to what the console says of it: a table, and what to do."""

from collections.abc import Iterator
from typing import Final

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ai_vs_human.data.audit.report import AuditReport, Check, Example, Shown
from ai_vs_human.reporting.words import plain

STYLES: Final = {"ok": "green", "warn": "yellow", "stop": "red"}
_PAIRS: Final = 3


def audit_table(report: AuditReport) -> Iterator[RenderableType]:
    """The parts to print, in order: every check, then advice on those that are not ok."""
    yield plain(headline(report))
    table = Table()
    table.add_column("verdict")
    table.add_column("check")
    table.add_column("what was found")
    for check in report.checks:
        verdict = Text(check.verdict, style=STYLES[check.verdict])
        table.add_row(verdict, plain(check.title), plain(check.found))
    yield table
    for check in (*report.of("stop"), *report.of("warn")):
        yield from _advice(check)


def headline(report: AuditReport) -> str:
    """Where the images are, how many, and the verdict in a word."""
    images = sum(sum(split.values()) for split in report.splits.values())
    return f"audit of {report.root}: {images:,} images, {summary(report)}"


def summary(report: AuditReport) -> str:
    """`3 checks warn, 1 says stop`."""
    stops, warnings = len(report.of("stop")), len(report.of("warn"))
    if not stops and not warnings:
        return f"all {len(report.checks)} checks are ok"
    said = [f"{stops} of {len(report.checks)} checks say stop"] if stops else []
    said += [f"{warnings} warn"] if warnings and stops else []
    said += [f"{warnings} of {len(report.checks)} checks warn"] if warnings and not stops else []
    return ", ".join(said)


def _advice(check: Check) -> Iterator[Text]:
    head = Text.assemble((check.verdict, STYLES[check.verdict]), "  ", plain(check.title))
    yield head
    yield Text.assemble("      ", plain(check.meaning))
    for example in check.examples[:_PAIRS]:
        yield Text.assemble("      ", plain(pair_text(example)))
    if (more := len(check.examples) - _PAIRS) > 0:
        yield Text(f"      and {more:,} pairs more: audit_pairs.csv")
    yield Text.assemble("      do: ", plain(check.remedy))


def pair_text(example: Example) -> str:
    """`a.png = b.png`, or `a.png (train) ~ b.png (test), 3 of 64 bits`."""
    first, second = _named(example.first, example.second), _named(example.second, example.first)
    if example.distance is None:
        return f"{first} = {second}"
    return f"{first} ~ {second}, {example.distance} of 64 bits"


def _named(shown: Shown, other: Shown) -> str:
    """The path, and in what it differs from the other image: class and split."""
    label = shown.label if shown.label != other.label else ""
    split = shown.split if shown.split != other.split else ""
    said = ", ".join(word for word in (label, split) if word)
    return f"{shown.path} ({said})" if said else shown.path
