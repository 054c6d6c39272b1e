import shutil
import sys
from pathlib import Path

import pytest

from ai_vs_human.data.members import dvc
from ai_vs_human.data.versioned.copy import DvcCopy
from ai_vs_human.errors import DataError
from tests.data.versioned.toys import CLASSES, add, wipe

pytestmark = pytest.mark.filterwarnings(
    # DVC 3.67 asks pygtrie for what that will give in another way one day
    "ignore:_NoneStep:DeprecationWarning"
)


@pytest.fixture
def store(repository: Path, tmp_path: Path) -> Path:
    """A remote that has the photos, which are gone from the project."""
    from dvc.repo import Repo  # noqa: PLC0415 -- a second, which not every test needs

    store = tmp_path / "store"
    settings = {"remote": {"store": {"url": str(store)}}}
    with Repo(str(repository), config=settings) as opened:
        opened.push(remote="store")
    wipe(repository)
    return store


def test_what_is_missing_is_fetched_and_listed(repository: Path, store: Path) -> None:
    images = dvc(
        root=str(repository / "photos"),
        cache_dir=str(repository / "cache"),
        classes=CLASSES,
        splits={},
        remote=str(store),
        preprocess={"mode": "as_is"},
    )

    assert len(images.given) == 6
    assert images.given.root == repository / "photos"


def test_a_folder_inside_of_a_version_is_fetched_alone(repository: Path, store: Path) -> None:
    copy = DvcCopy(repository / "photos" / "ai", repository / "cache", str(store))

    assert copy.folder() == repository / "photos" / "ai"
    assert len(list((repository / "photos").rglob("*.png"))) == 3
    shutil.rmtree(store)  # the next start needs no network
    assert copy.folder() == repository / "photos" / "ai"


def test_the_dvc_file_stands_for_its_folder_and_one_missing_image_is_fetched(
    repository: Path, store: Path
) -> None:
    copy = DvcCopy(repository / "photos.dvc", repository / "cache", str(store))
    copy.folder()
    (repository / "photos" / "human" / "1.png").unlink()

    assert copy.folder() == repository / "photos"
    assert (repository / "photos" / "human" / "1.png").is_file()


def test_dvc_is_not_asked_where_everything_is_there(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "dvc", None)
    monkeypatch.delitem(sys.modules, "dvc.repo", raising=False)

    assert DvcCopy(repository / "photos", repository / "cache").folder().is_dir()


def test_images_that_were_added_but_not_to_the_version_are_refused(repository: Path) -> None:
    (repository / "photos" / "ai" / "new.png").write_bytes(b"new")

    with pytest.raises(DataError, match=r"but got changed ones .*\nhint: `dvc add photos` keeps"):
        DvcCopy(repository / "photos", repository / "cache").folder()

    add(repository / "photos")
    assert DvcCopy(repository / "photos", repository / "cache").folder().is_dir()


def test_a_folder_of_no_version_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        DataError, match=r"that a .dvc file names, but got .*\nhint: dvc add .* or data=folder"
    ):
        DvcCopy(tmp_path / "photos", tmp_path / "cache").folder()
