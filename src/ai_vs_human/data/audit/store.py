"""A report to a file of the cache, and back if it is whole."""

import logging
import os
from pathlib import Path

from ai_vs_human.data.audit.report import AuditReport

log = logging.getLogger(__name__)


def load_report(path: Path) -> AuditReport | None:
    """The report; None where there is none that can be read."""
    try:
        return AuditReport.from_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        log.warning("%s is damaged (%s): the audit is done again", path, error)
        return None


def save_report(report: AuditReport, path: Path) -> None:
    """Write it whole; a folder that takes no file costs the next run time only."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(report.to_json(), encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        log.warning("%s cannot be written (%s): the next run audits again", path, error)
