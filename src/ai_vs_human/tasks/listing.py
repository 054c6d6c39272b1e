"""What `data=` names to the list of a run's images, and of the files that are none."""

import gc
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ai_vs_human.data.images import Images
from ai_vs_human.data.manifest import Manifest
from ai_vs_human.errors import UnreadableError
from ai_vs_human.runs.agreement import is_first_process
from ai_vs_human.runs.table import write_rows

log = logging.getLogger(__name__)

_RECORDS_BETWEEN_COLLECTIONS: Final = 200_000


def list_images(images: Images, folder: Path) -> Manifest:
    """The images of a run; files that cannot be read are listed in its folder, and counted.

    Raises:
        UnreadableError: if there are too many of those, when they have been listed.
    """
    try:
        with _seldom_collected():
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


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Spare the garbage collector: it walks over all records again for each few thousand new ones.

    They stay; a second start on 100,000 images is a sixth shorter. What is in circles still goes.
    """
    usual = gc.get_threshold()
    gc.set_threshold(_RECORDS_BETWEEN_COLLECTIONS, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _write_unreadable(files: Sequence[tuple[str, str]], folder: Path) -> Path:
    path = folder / "unreadable.csv"
    if is_first_process():
        write_rows(path, ("path", "reason"), files)
    return path
