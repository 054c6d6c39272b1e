"""A ZIP archive to a folder of its files, checked before the first of them is written."""

import shutil
import zlib
from collections.abc import Sequence
from lzma import LZMAError
from pathlib import Path, PurePosixPath
from typing import Final
from zipfile import BadZipFile, ZipFile, ZipInfo

from ai_vs_human.data.fetch.progress import shown
from ai_vs_human.data.fetch.room import check_room
from ai_vs_human.errors import DataError, StorageError

_ENCRYPTED: Final = 0x1
_DAMAGED: Final = (BadZipFile, zlib.error, LZMAError, EOFError, NotImplementedError)
_HINT: Final = "start again; if it comes again, unpack it yourself: data.root=<unpacked copy>"


def unpack(archive: Path, folder: Path, name: str) -> None:
    """Write the files of an archive below a folder that is made, or leave no folder.

    Every file's checksum is compared; no more is written than the archive's directory tells.

    Args:
        archive: a ZIP file.
        folder: a new one; what a killed process left there is removed first.
        name: of the archive, for messages.

    Raises:
        DataError: if it is no archive or a damaged one, or names files that lie elsewhere.
        StorageError: if the disk is too small, or does not take it.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        with ZipFile(archive) as opened:
            members = _checked(opened.infolist(), name)
            check_room(folder, sum(member.file_size for member in members), f"{name} unpacked")
            for member in shown(members, f"unpacking {name}", len(members)):
                opened.extract(member, folder)
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, _DAMAGED):
            raise DataError(
                f"expected a ZIP archive, but got a damaged one: {error} ({name})", hint=_HINT
            ) from error
        if isinstance(error, OSError):
            raise StorageError(
                f"expected {name} to be unpacked, but got: {error} ({folder.parent})", hint=_HINT
            ) from error
        raise


def _checked(members: Sequence[ZipInfo], name: str) -> Sequence[ZipInfo]:
    """The members as they are, if all of them can be unpacked below a folder."""
    for member in members:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in "".join(path.parts[:1]):
            raise DataError(
                f"expected files below one folder, but got {member.filename!r} ({name})",
                hint="do not trust this archive",
            )
        if member.flag_bits & _ENCRYPTED:
            raise DataError(
                f"expected files that anyone can read, but got {member.filename!r}, which is"
                f" encrypted ({name})",
                hint="unpack it yourself: data.root=<unpacked copy>",
            )
    return members
