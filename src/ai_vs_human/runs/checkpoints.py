"""A run's folder to the newest state that it can go on from."""

import logging
import zipfile
from pathlib import Path
from typing import Final

RESUME_POINT: Final = "resume.ckpt"
RESUME_POINT_BEFORE: Final = "resume_before.ckpt"
CHECKPOINTS: Final = "checkpoints"

log = logging.getLogger(__name__)


def resume_point(folder: Path) -> Path | None:
    """The newest whole resume point of a run's folder; None where there is none.

    A torn or damaged one is skipped, with a word about it.
    """
    for name in (RESUME_POINT, RESUME_POINT_BEFORE):
        path = folder / CHECKPOINTS / name
        if path.is_file():
            fault = damage(path)
            if fault is None:
                return path
            log.warning("skipped: %s is damaged (%s)", path, fault)
    return None


def damage(checkpoint: Path) -> str | None:
    """What is wrong with a checkpoint's file; None where every byte is as it was written.

    torch writes a ZIP archive, whose entries carry checksums (CRC-32) that torch itself does not
    look at when it loads.
    """
    try:
        with zipfile.ZipFile(checkpoint) as archive:
            bad = archive.testzip()
    except (zipfile.BadZipFile, OSError, EOFError, ValueError) as error:
        return str(error)
    return None if bad is None else f"the checksum of {bad} is wrong"


def remove_resume_points(folder: Path) -> None:
    """Remove what nobody will go on from any more."""
    for name in (RESUME_POINT, RESUME_POINT_BEFORE):
        (folder / CHECKPOINTS / name).unlink(missing_ok=True)
