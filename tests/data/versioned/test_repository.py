"""DVC itself, with a folder and with a bucket on the loopback as its remote."""

import hashlib
import sys
from pathlib import Path

import pytest

from ai_vs_human.data.versioned.folder import VersionedFolder
from ai_vs_human.data.versioned.repository import DvcRepository
from ai_vs_human.errors import DataError, StorageError
from tests.data.versioned.toys import contents, wipe

pytestmark = pytest.mark.filterwarnings(
    # DVC 3.67 asks pygtrie for what that will give in another way one day
    "ignore:_NoneStep:DeprecationWarning"
)


def photos(repository: Path, remote: str | Path | None = None) -> DvcRepository:
    versioned = VersionedFolder.around(repository / "photos")
    assert versioned is not None
    return DvcRepository(versioned, None if remote is None else str(remote))


@pytest.mark.timeout(120)
def test_a_bucket_gives_back_what_it_was_sent(repository: Path, bucket: str) -> None:
    before = contents(repository / "photos")

    assert photos(repository, bucket).push() == 7  # six images, and the list of them
    wipe(repository)
    photos(repository, bucket).pull()

    assert contents(repository / "photos") == before
    assert photos(repository).versioned.now() == photos(repository).versioned.md5
    assert photos(repository, bucket).push() == 0


def test_a_bucket_that_is_not_there_is_named(repository: Path, bucket: str) -> None:
    with pytest.raises(
        StorageError, match=r"photos to be sent .*\(gs://none/store\)\nhint: is the network there"
    ):
        photos(repository, "gs://none/store").push()


def test_a_folder_gives_back_what_it_was_sent(repository: Path, tmp_path: Path) -> None:
    before = contents(repository / "photos")

    photos(repository, tmp_path / "store").push()
    wipe(repository)
    photos(repository, tmp_path / "store").pull(repository / "photos" / "ai")

    after = contents(repository / "photos")
    assert after == {name: data for name, data in before.items() if name.startswith("ai/")}


def test_a_remote_that_lacks_a_file_leaves_the_others_where_they_are(
    repository: Path, tmp_path: Path
) -> None:
    photos(repository, tmp_path / "store").push()
    lost = repository / "photos" / "ai" / "0.png"
    md5 = hashlib.md5(lost.read_bytes(), usedforsecurity=False).hexdigest()
    for place in (tmp_path / "store", repository / ".dvc" / "cache"):
        (place / "files" / "md5" / md5[:2] / md5[2:]).unlink()
    lost.unlink()
    before = contents(repository / "photos")

    with pytest.raises(StorageError, match=r"1 files failed to download"):
        photos(repository, tmp_path / "store").pull()

    assert len(before) == 5
    assert contents(repository / "photos") == before


def test_a_remote_without_the_version_is_told_from_one_with_it(
    repository: Path, tmp_path: Path
) -> None:
    wipe(repository)

    with pytest.raises(StorageError, match=r"the remote lacks some .*\nhint: .*dvc push"):
        photos(repository, tmp_path / "empty").pull()

    assert not (repository / "photos").exists()


def test_images_of_the_users_are_not_overwritten(repository: Path, tmp_path: Path) -> None:
    photos(repository, tmp_path / "store").push()
    (repository / "photos" / "ai" / "0.png").write_bytes(b"retouched")

    with pytest.raises(DataError, match=r"but got changed ones .*\nhint: `dvc add photos` keeps"):
        photos(repository, tmp_path / "store").pull()

    assert (repository / "photos" / "ai" / "0.png").read_bytes() == b"retouched"


def test_what_is_not_here_is_not_said_to_be_sent(repository: Path, tmp_path: Path) -> None:
    wipe(repository)

    with pytest.raises(
        DataError, match=r"all files of version .* but got .*\nhint: make data draws"
    ):
        photos(repository, tmp_path / "store").push()


def test_no_remote_at_all_is_a_fault_of_the_settings(repository: Path) -> None:
    with pytest.raises(StorageError, match=r"\(the default remote .*\)\nhint: REMOTE="):
        photos(repository).push()


def test_a_remote_that_no_setting_names_is_refused(repository: Path) -> None:
    with pytest.raises(StorageError, match=r"\(nowhere\)\nhint: REMOTE="):
        photos(repository, "nowhere").push()


def test_without_dvc_the_extra_is_named(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dvc", None)
    monkeypatch.delitem(sys.modules, "dvc.repo", raising=False)

    with pytest.raises(DataError, match=r"no package dvc\nhint: uv sync --extra data"):
        photos(repository)


def test_a_file_outside_of_a_repository_is_refused(repository: Path) -> None:
    (repository / ".dvc").rename(repository / "moved")

    with pytest.raises(DataError, match=r"expected a DVC repository .*\nhint: run `dvc init`"):
        photos(repository)
