import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ai_vs_human.data.datamodule import ImageDataModule
from ai_vs_human.data.synthetic.spec import SetSpec
from ai_vs_human.data.versioned.folder import VersionedFolder
from ai_vs_human.tasks import versioned_data
from ai_vs_human.tasks.report import describe_data
from tests.conftest import ROOT

pytestmark = pytest.mark.filterwarnings(
    # DVC 3.67 asks pygtrie for what that will give in another way one day
    "ignore:_NoneStep:DeprecationWarning"
)

NOTHING = "d751713988987e9331980363e24189ce.dir"
Main = Callable[..., int]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose `data.dvc` names nothing, but whose `data/` has the tiny set."""
    from dvc.repo import Repo  # noqa: PLC0415 -- a second, which not every test needs

    project = tmp_path_factory.mktemp("project")
    with Repo.init(str(project), no_scm=True):
        pass
    name_version(project, NOTHING, 0, 0)
    return project


@pytest.fixture
def main(drawn: Path, monkeypatch: pytest.MonkeyPatch) -> Main:
    """The command line, where the tiny set is all that is drawn."""
    monkeypatch.setattr(versioned_data, "EMBEDDED", (SetSpec("tiny", "easy", "iid"),))
    return lambda *words: versioned_data.main(words, drawn)


def name_version(project: Path, md5: str, files: int, size: int) -> None:
    (project / "data.dvc").write_text(
        f"outs:\n- md5: {md5}\n  size: {size}\n  nfiles: {files}\n  hash: md5\n  path: data\n"
    )


def test_another_version_is_drawn_aloud(
    main: Main, drawn: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name_version(drawn, NOTHING, 0, 0)

    assert main("draw") == 1

    said = capsys.readouterr().err
    assert f"error: expected version {NOTHING}, but got " in said
    assert "this machine writes other bytes: make data-pull REMOTE=" in said
    assert not (drawn / ".dvc" / "cache" / "files").exists()


def test_files_besides_the_drawn_ones_are_named(
    main: Main, drawn: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name_version(drawn, NOTHING, 0, 0)
    (drawn / "data").mkdir(exist_ok=True)
    (drawn / "data" / "mine.txt").write_text("mine")

    assert main("draw") == 1

    (drawn / "data" / "mine.txt").unlink()
    assert "besides the embedded dataset, such as" in capsys.readouterr().err


def test_what_is_drawn_pushed_and_pulled_is_the_version(
    main: Main, drawn: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from dvc.repo import Repo  # noqa: PLC0415 -- a second, which not every test needs

    main("draw")
    folder = VersionedFolder.around(drawn / "data")
    assert folder is not None
    files = list(folder.paths())
    name_version(drawn, folder.now(), len(files), sum(path.stat().st_size for path in files))

    assert main("draw") == 0
    with Repo(str(drawn)) as repository:
        assert repository.status() == {}
    assert main("push", str(tmp_path / "store")) == 0
    (drawn / "data" / "synthetic").rename(tmp_path / "gone")
    (drawn / ".dvc" / "cache").rename(tmp_path / "gone too")
    assert main("pull", str(tmp_path / "store")) == 0

    again = VersionedFolder.around(drawn / "data")
    assert again is not None
    assert again.now() == again.md5
    said = capsys.readouterr().out
    assert f"is version {folder.now()}: 241 files\n" in said
    assert f"version {folder.now()}: 242 files sent\n" in said


def test_the_set_is_the_one_that_data_dvc_was_made_with(main: Main, drawn: Path) -> None:
    main("draw")
    folder = VersionedFolder.around(drawn / "data")

    assert folder is not None
    if sys.platform == "linux":
        # Another hash? Raise the embedded dataset's VERSION, `make data`, `dvc add data`.
        assert folder.now() == "05299907eb1a202c409680ce0553a7ae.dir"


def test_statistics_count_every_split_class_and_origin(
    main: Main, capsys: pytest.CaptureFixture[str]
) -> None:
    main("draw")
    capsys.readouterr()

    assert main("statistics") == 0

    rows = [line.split(" | ") for line in capsys.readouterr().out.splitlines()[4:]]
    assert sum(int(row[-1].strip(" |")) for row in rows) == 240
    assert ["| synthetic/tiny-easy-iid-seed0-v2", "train", "ai", "vae8", "14 |"] in rows


def test_a_project_without_versioned_data_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert versioned_data.main(["draw"], tmp_path) == 1

    assert "data.dvc to name data/" in capsys.readouterr().err


def test_the_projects_own_version_is_of_the_sets_that_are_drawn() -> None:
    versioned = VersionedFolder.around(ROOT / "data")

    assert versioned is not None
    assert versioned.files == sum(spec.images + 1 for spec in versioned_data.EMBEDDED)


def test_a_runs_record_says_which_version_its_images_are_of(drawn: Path, main: Main) -> None:
    from ai_vs_human.data.members import synthetic  # noqa: PLC0415 -- only here

    main("draw")
    images = synthetic(
        root=str(drawn / "data" / "synthetic"),
        cache_dir=str(drawn / "cache"),
        size="tiny",
        preprocess={"mode": "as_is"},
    )
    name_version(drawn, NOTHING, 0, 0)

    assert describe_data({}, ImageDataModule(images))["dvc"] == {
        "file": "data.dvc",
        "md5": NOTHING,
        "looks_complete": False,
    }
    (drawn / "data.dvc").unlink()
    assert "dvc" not in describe_data({}, ImageDataModule(images))
    name_version(drawn, NOTHING, 0, 0)
