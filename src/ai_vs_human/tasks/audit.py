"""A composed config to the audit of its images: a table, audit.json and audit.html."""

from pathlib import Path

from omegaconf import DictConfig
from rich.console import Console
from rich.text import Text

from ai_vs_human.data.audit.audit import Audit
from ai_vs_human.data.audit.report import AuditReport
from ai_vs_human.data.images import Images
from ai_vs_human.errors import ConfigError
from ai_vs_human.reporting.audit.table import audit_table
from ai_vs_human.tasks.audited import PAGE_NAME, examined, keep_report, refuse_if_strict
from ai_vs_human.tasks.collecting import seldom_collected
from ai_vs_human.tasks.instantiate import make
from ai_vs_human.tasks.listing import list_images
from ai_vs_human.tasks.validation.checked import checked
from ai_vs_human.tasks.validation.fault import refuse
from ai_vs_human.tasks.validation.signature import imported_signature


def audit(config: DictConfig) -> None:
    """Audit the images, and say what was found.

    Raises:
        ConfigError: if the config cannot work, or asks for no audit.
        DataError: if there are no images, or the audit is strict and something says stop.
    """
    values, faults = checked(config, imported_signature, sweeping=False)
    refuse(faults)
    if not values["audit"]:
        raise ConfigError(
            "expected an audit to do, but got audit=off (audit)", hint="audit=warn or audit=strict"
        )
    folder = Path(values["paths"]["run_dir"])
    images: Images = make(values["data"], "data")
    auditor: Audit = make(values["audit"], "audit")
    with seldom_collected():
        list_images(images, folder)
        report = examined(images, auditor)
        keep_report(report, folder)
        _show(report, folder)
    refuse_if_strict(report, auditor)


def _show(report: AuditReport, folder: Path) -> None:
    console = Console()
    for part in audit_table(report):
        # Lines of text are whole, to be copied, however narrow the window is.
        console.print(part, soft_wrap=isinstance(part, Text))
    console.print(Text(f"the page    {folder / PAGE_NAME}", overflow="fold"), soft_wrap=True)
