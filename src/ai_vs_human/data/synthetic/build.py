"""A set's description to its finished folder: all of it, or nothing that anyone would trust."""

import logging
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final
from uuid import uuid4

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from ai_vs_human.data.manifest import MANIFEST_NAME, write_manifest
from ai_vs_human.data.synthetic.plan import plan
from ai_vs_human.data.synthetic.spec import SetSpec
from ai_vs_human.data.synthetic.workers import spread
from ai_vs_human.data.synthetic.write import Entry, Work, write_scenes
from ai_vs_human.errors import DataError

_log: Final = logging.getLogger(__name__)

# Scenes; less than half a second of work, so that Ctrl-C is answered soon.
_CHUNK: Final = 12
# Scenes that take as long to draw as a process takes to start.
_WORTH_A_PROCESS: Final = 150
# A day is far more than the largest set takes; older leftovers are nobody's work any more.
_LEFTOVER_AGE_S: Final = 24 * 3600


def is_finished(folder: Path) -> bool:
    """Whether a build ended well: a set gets its name only when it is complete."""
    return (folder / MANIFEST_NAME).is_file()


def build(spec: SetSpec, folder: Path, workers: int) -> None:
    """Write the set beside `folder`, under another name, and rename it when all is there.

    Whoever builds the same set at the same time may win; then that set is kept, as it is the same.

    Raises:
        DataError: if the folder cannot be written.
    """
    partial = folder.with_name(f".{folder.name}.{uuid4().hex}.partial")
    try:
        partial.mkdir(parents=True)
        _remove_leftovers(folder)
        _fill(spec, partial, workers)
        _rename(partial, folder)
    except OSError as error:
        raise DataError(
            f"expected a folder with room for {spec.images} images, but got: {error} ({folder})",
            hint="paths.cache_dir=<a folder that you may write to>",
        ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _fill(spec: SetSpec, partial: Path, workers: int) -> None:
    scenes = list(plan(spec))
    works = [
        Work(spec, partial, scenes[first : first + _CHUNK])
        for first in range(0, len(scenes), _CHUNK)
    ]
    entries: list[Entry] = []
    workers = min(workers, 1 + len(scenes) // _WORTH_A_PROCESS)
    with (
        _progress(spec, workers) as advance,
        closing(spread(write_scenes, works, workers)) as results,
    ):
        for written in results:
            entries += written
            advance(len(written))
    # In the order of random ids, so that a row's place tells nothing either.
    entries.sort(key=lambda entry: entry.record.id)
    extra = {entry.record.id: entry.extra for entry in entries}
    write_manifest(partial / MANIFEST_NAME, (entry.record for entry in entries), extra)


def _rename(partial: Path, folder: Path) -> None:
    try:
        partial.rename(folder)
    except OSError:
        if not is_finished(folder):
            raise
        _log.info("another process has made %s in the meantime", folder)


def _remove_leftovers(folder: Path) -> None:
    """Remove what builds left behind that were killed more than a day ago."""
    for leftover in folder.parent.glob(f".{folder.name}.*.partial"):
        try:
            age = time.time() - leftover.stat().st_mtime
        except FileNotFoundError:  # another process has just finished or removed it
            continue
        if age > _LEFTOVER_AGE_S:
            shutil.rmtree(leftover, ignore_errors=True)


@contextmanager
def _progress(spec: SetSpec, workers: int) -> Iterator[Callable[[int], None]]:
    """One line on stderr: a bar in a terminal, else a line in the log at the start and the end."""
    console = Console(stderr=True)
    if console.is_terminal:
        columns = ("drawing images", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console) as bar:
            task = bar.add_task("", total=spec.images)
            yield lambda count: bar.advance(task, count)
        return
    start = time.monotonic()
    _log.info("drawing %d images of %s on %d cores, once", spec.images, spec.name, workers)
    yield lambda _: None
    _log.info("drew %d images in %.0f s", spec.images, time.monotonic() - start)
