"""A run's images to the audit of them: said on the console, written to the run's folder."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from ai_vs_human.data.alike.pairs import near_pairs
from ai_vs_human.data.audit.audit import Audit
from ai_vs_human.data.audit.report import FORMAT_CHECKS, AuditReport
from ai_vs_human.data.images import Images
from ai_vs_human.data.manifest import Manifest
from ai_vs_human.errors import DataError
from ai_vs_human.reporting.audit.page import write_audit_page
from ai_vs_human.reporting.audit.table import summary
from ai_vs_human.runs.agreement import is_first_process
from ai_vs_human.runs.masking import mask_text
from ai_vs_human.runs.table import write_rows
from ai_vs_human.runs.whole_file import write_whole
from ai_vs_human.tasks.instantiate import make

log = logging.getLogger(__name__)

REPORT_NAME: Final = "audit.json"
PAGE_NAME: Final = "audit.html"
PAIRS_NAME: Final = "audit_pairs.csv"


def audited(images: Images, config: Mapping[str, Any] | None, folder: Path) -> AuditReport | None:
    """Audit the images of a training, or recall what was found; None where none is asked for.

    Every process may call it: the first one speaks and writes.

    Raises:
        DataError: if the audit is strict and something is to stop the run.
    """
    if not config:
        return None
    audit: Audit = make(config, "audit")
    report = examined(images, audit)
    if is_first_process():
        keep_report(report, folder)
        _say(report, folder)
    mends = images.delivery.mends(images.given)
    refuse_if_strict(report, audit, mended=FORMAT_CHECKS if mends else ())
    return report


def cue_to_mend(report: AuditReport | None, began: bool | None) -> bool | None:  # noqa: FBT001 -- may be unknown
    """Whether format tells the classes apart; None where nobody has looked.

    Training that goes on has its images delivered as it began, whatever an audit says by now:
    images may have been added, or `audit=off`.

    Args:
        report: of the audit, if there was one.
        began: whether images were delivered alike when the run began; None for a new one.
    """
    if began is not None:
        return began
    return None if report is None else report.has_format_cue


def examined(images: Images, audit: Audit) -> AuditReport:
    """The report on the images with their splits, each in the group that it was given."""
    manifest = as_grouped(images.given, images.manifest)
    known = audit.recall(manifest)
    if known is not None:
        return known
    near = near_pairs(manifest, audit.distance, audit.cache_dir)
    return audit.examine(manifest, [(pair.first, pair.second, pair.distance) for pair in near])


def as_grouped(given: Manifest, divided: Manifest) -> Manifest:
    """The images with their splits and given groups: a splitter ties near-duplicates, too."""
    groups = {record.id: record.group for record in given.records}
    return divided.with_records(
        record if record.group == groups[record.id] else replace(record, group=groups[record.id])
        for record in divided.records
    )


def keep_report(report: AuditReport, folder: Path) -> None:
    """Write audit.json, audit.html and, where images are alike, audit_pairs.csv."""
    write_whole(folder / REPORT_NAME, mask_text(report.to_json()))
    write_audit_page(report, folder / PAGE_NAME)
    rows = list(_pair_rows(report))
    (folder / PAIRS_NAME).unlink(missing_ok=True)  # of an earlier attempt
    if rows:
        columns = ("check", "first", "label", "split", "second", "label", "split", "bits")
        write_rows(folder / PAIRS_NAME, columns, rows)


def refuse_if_strict(report: AuditReport, audit: Audit, mended: Sequence[str] = ()) -> None:
    """End a run on images that would make its figures worthless.

    Args:
        report: what was found.
        audit: whether it is strict.
        mended: names of checks whose faults are mended before anything is learnt.

    Raises:
        DataError: if the audit is strict and the verdict is stop.
    """
    stops = [check for check in report.of("stop") if check.name not in mended]
    if audit.strict and stops:
        found = "; ".join(f"{check.title}: {check.found}" for check in stops)
        raise DataError(
            f"expected images without leaks and shortcuts, but got {found} ({report.root})",
            hint=f"{stops[0].remedy}; audit=warn says so and goes on",
        )


def _say(report: AuditReport, folder: Path) -> None:
    log.info("audit: %s (%s)", summary(report), folder / PAGE_NAME)
    for check in (*report.of("stop"), *report.of("warn")):
        log.warning(
            "audit: %s: %s. %s To do: %s.", check.title, check.found, check.meaning, check.remedy
        )


def _pair_rows(report: AuditReport) -> Iterator[tuple[object, ...]]:
    for check in report.checks:
        for pair in check.examples:
            first, second = pair.first, pair.second
            yield (
                check.name,
                *(first.path, first.label, first.split),
                *(second.path, second.label, second.split),
                0 if pair.distance is None else pair.distance,
            )
