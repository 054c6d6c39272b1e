"""What `data=` names to the list of a run's images, and of the files that are none."""

import logging
from collections.abc import Sequence
from pathlib import Path

from ai_vs_human.data.images import Images
from ai_vs_human.data.manifest import Manifest
from ai_vs_human.errors import UnreadableError
from ai_vs_human.runs.agreement import is_first_process
from ai_vs_human.runs.table import write_rows
from ai_vs_human.tasks.collecting import seldom_collected

log = logging.getLogger(__name__)


def list_images(images: Images, folder: Path) -> Manifest:
    """The images of a run; files that cannot be read are listed in its folder, and counted.

    Raises:
        UnreadableError: if there are too many of those, when they have been listed.
    """
    try:
        with seldom_collected():
            manifest = images.manifest
    except UnreadableError as error:
        _write_unreadable(error.files, folder)
        raise
    if manifest.unreadable:
        path = _write_unreadable([(bad.path, bad.reason) for bad in manifest.unreadable], folder)
        total = len(manifest.unreadable) + len(manifest)
        left_out = len(manifest.unreadable)
        log.warning("%d of %d files cannot be read and are left out: %s", left_out, total, path)
    return manifest


def _write_unreadable(files: Sequence[tuple[str, str]], folder: Path) -> Path:
    path = folder / "unreadable.csv"
    if is_first_process():
        write_rows(path, ("path", "reason"), files)
    return path
