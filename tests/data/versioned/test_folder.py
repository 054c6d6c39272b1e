from pathlib import Path

import pytest

from ai_vs_human.data.versioned.folder import VersionedFolder

FILE = """outs:
- md5: 0123456789abcdef0123456789abcdef.dir
  size: 5
  nfiles: 2
  hash: md5
  path: photos
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder `photos` of two files and five bytes, and a `.dvc` file that says so."""
    (tmp_path / ".dvc").mkdir()
    (tmp_path / "photos" / "ai").mkdir(parents=True)
    (tmp_path / "photos" / "ai" / "a.png").write_text("abc")
    (tmp_path / "photos" / "b.png").write_text("de")
    (tmp_path / "photos.dvc").write_text(FILE)
    return tmp_path


def around(folder: Path) -> VersionedFolder:
    found = VersionedFolder.around(folder)
    assert found is not None
    return found


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_version_has_the_hash_that_dvc_gives_it(repository: Path) -> None:
    (repository / "photos" / "ai" / "größe 1.png").write_bytes(b"more")
    (repository / "photos" / "ai-more").mkdir()
    (repository / "photos" / "ai-more" / "0.png").write_bytes(b"sorted before ai/ by its name")
    from tests.data.versioned.toys import add  # noqa: PLC0415 -- with the fixture's DVC

    add(repository / "photos")
    photos = around(repository / "photos")

    assert photos.now() == photos.md5
    assert photos.looks_complete() is True


def test_a_folder_inside_of_a_versioned_one_is_of_its_version(project: Path) -> None:
    inside = around(project / "photos" / "ai")

    assert inside == around(project / "photos")
    assert inside.folder == (project / "photos").resolve()
    assert inside.to_dict() == {
        "file": "photos.dvc",
        "md5": "0123456789abcdef0123456789abcdef.dir",
        "looks_complete": True,
    }


def test_a_relative_folder_is_found(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project / "photos")

    assert around(Path("ai")).md5 == "0123456789abcdef0123456789abcdef.dir"


def test_a_version_of_a_folder_further_down_has_its_repository_above(project: Path) -> None:
    (project / "sets" / "one").mkdir(parents=True)
    (project / "sets" / "one.dvc").write_text(FILE.replace("photos", "one"))

    assert around(project / "sets" / "one").to_dict()["file"] == "sets/one.dvc"


@pytest.mark.parametrize("folder", ["other", "photos-2", "."])
def test_other_folders_are_of_no_version(project: Path, folder: str) -> None:
    (project / folder).mkdir(exist_ok=True)

    assert VersionedFolder.around(project / folder) is None


def test_a_repository_says_nothing_of_folders_of_another_around_it(project: Path) -> None:
    (project / "photos" / "clone" / ".dvc").mkdir(parents=True)
    (project / "photos" / "clone" / "images").mkdir()

    assert VersionedFolder.around(project / "photos" / "clone" / "images") is None


@pytest.mark.parametrize(
    "text", ["", "outs: [", "outs: 3", "[]", "outs:\n- path: photos\n", "outs:\n- md5: a\n", "\x00"]
)
def test_a_file_that_names_no_folder_is_passed_over(project: Path, text: str) -> None:
    (project / "photos.dvc").write_text(text)

    assert VersionedFolder.around(project / "photos") is None


def test_a_missing_or_longer_file_is_noticed(project: Path) -> None:
    photos = around(project / "photos")

    (project / "photos" / "b.png").write_text("def")
    assert photos.looks_complete() is False

    (project / "photos" / "b.png").unlink()
    assert photos.looks_complete() is False


def test_a_file_that_dvc_ignores_changes_nothing(project: Path) -> None:
    (project / ".dvcignore").write_text("# a comment\n.DS_Store\n*.partial\n/conf/\n")
    photos = around(project / "photos")
    before = photos.now()

    (project / "photos" / ".DS_Store").write_text("litter")
    (project / "photos" / ".set.partial").mkdir()
    (project / "photos" / ".set.partial" / "c.png").write_text("half")

    assert photos.looks_complete() is True
    assert photos.now() == before


def test_what_a_file_does_not_say_is_not_known(project: Path) -> None:
    (project / "photos.dvc").write_text(FILE.replace("  nfiles: 2\n", ""))

    assert around(project / "photos").looks_complete() is None
