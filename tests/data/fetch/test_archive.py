"""ZIP archives to folders, and what is refused before a file is written."""

import shutil
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from ai_vs_human.data.fetch.archive import unpack
from ai_vs_human.errors import AiVsHumanError, DataError, StorageError


def archive_of(tmp_path: Path, *names: str, content: bytes = b"12345" * 100) -> Path:
    path = tmp_path / "a.zip"
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content)
    return path


def test_files_are_unpacked_in_their_folders(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    (folder / "of a killed process").mkdir(parents=True)

    unpack(archive_of(tmp_path, "a.png", "deep/er/ü.png", "empty/"), folder, "it")

    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*")}
    assert found == {"a.png", "deep", "deep/er", "deep/er/ü.png", "empty"}
    assert (folder / "deep/er/ü.png").read_bytes() == b"12345" * 100


def promise(path: Path, size: int) -> None:
    """Let the archive's directory tell another size of its first file."""
    with ZipFile(path, "a") as archive:
        archive.infolist()[0].file_size = size
        archive.comment = b"so that the directory is written"


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[34] ^= 0xFF
    path.write_bytes(content)


def encrypt(path: Path) -> None:
    """Set the flag in both headers of the only file."""
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("names", "fault", "error", "said"),
    [
        (("a", "../b"), None, DataError, r"files below one folder, but got '\.\./b' \(it\)"),
        (("a/../../b",), None, DataError, "files below one folder, but got 'a/../../b'"),
        (("/etc/b",), None, DataError, "files below one folder, but got '/etc/b'"),
        (("a\\..\\..\\b",), None, DataError, "files below one folder, but got 'a"),
        (("C:/b",), None, DataError, "files below one folder, but got 'C:/b'"),
        (("a",), damage, DataError, r"a ZIP archive, but got a damaged one: .* \(it\)"),
        (("a",), encrypt, DataError, "but got 'a', which is encrypted"),
        (("a", "b"), lambda p: promise(p, 1 << 50), StorageError, r"room for 1,125,899\.9 GB \(it"),
        (("a", "a/b"), None, StorageError, "expected it to be unpacked, but got: .*a"),
    ],
)
def test_what_cannot_be_trusted_leaves_nothing(
    tmp_path: Path,
    names: tuple[str, ...],
    fault: Callable[[Path], None] | None,
    error: type[AiVsHumanError],
    said: str,
) -> None:
    path = archive_of(tmp_path, *names)
    if fault:
        fault(path)

    with pytest.raises(error, match=said):
        unpack(path, tmp_path / "out" / "it", "it")

    assert list((tmp_path / "out").iterdir()) == []
    shutil.rmtree(tmp_path / "out")
    assert {one.name for one in tmp_path.iterdir()} == {"a.zip"}


def test_no_more_is_written_than_the_directory_tells(tmp_path: Path) -> None:
    path = archive_of(tmp_path, "a", content=b"0" * 1_000_000)
    promise(path, 10)

    with pytest.raises(DataError, match="a damaged one: Bad CRC-32"):
        unpack(path, tmp_path / "out", "it")
