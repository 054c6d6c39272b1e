"""A run's folder and its copy, whatever happens in between."""

from contextlib import suppress
from pathlib import Path

import pytest

from ai_vs_human.errors import StorageError
from ai_vs_human.runs.mirror.copying import RunCopy
from ai_vs_human.runs.result import read_result
from tests.runs.mirror.training import Address, Killed, Training, emptied, step_of


@pytest.fixture
def training(tmp_path: Path) -> Training:
    return Training(tmp_path / "7")


@pytest.fixture
def address(tmp_path: Path) -> Address:
    return Address(tmp_path / "far")


def copy_to(address: Address, folder: Path) -> RunCopy:
    copy = RunCopy(folder, address.address)
    copy.there = address
    return copy


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def restored(address: Address, folder: Path) -> Path:
    address.fails_at = None
    copy_to(address, emptied(folder)).restore()
    return folder


def test_a_copy_is_equal_and_comes_back_equal(training: Training, address: Address) -> None:
    copy = copy_to(address, training.folder)
    for _ in range(3):
        training.go_on()
        copy.copy()
    whole = contents(training.folder)

    assert contents(Path(address.address)) == whole
    assert contents(restored(address, training.folder)) == whole


def test_only_changes_are_copied_and_a_point_that_is_there_is_renamed_there(
    training: Training, address: Address
) -> None:
    copy = copy_to(address, training.folder)
    training.go_on()
    copy.copy()
    address.done.clear()
    copy.copy()
    assert address.done == []

    training.go_on()
    copy.copy()

    assert address.done == [
        ("put", "checkpoints/best_2.ckpt"),
        ("put", "rows.csv"),
        ("copy", "checkpoints/resume.ckpt", "checkpoints/resume_before.ckpt"),
        ("put", "checkpoints/resume.ckpt"),
        ("remove", "checkpoints/best_1.ckpt"),
    ]
    address.done.clear()
    copy_to(address, restored(address, training.folder)).restore()
    fresh = copy_to(address, training.folder)
    fresh.restore()
    address.done.clear()
    fresh.copy()
    assert address.done == [], "what was fetched is there"


def test_whenever_a_process_is_killed_the_run_goes_on_from_its_copy(tmp_path: Path) -> None:
    for moment in range(40):
        training = Training(emptied(tmp_path / "runs") / "7")
        address = Address(emptied(tmp_path / "far"))
        address.fails_at = moment
        copy = copy_to(address, training.folder)
        reached: int | None = None
        with suppress(Killed):
            for _ in range(4):
                training.go_on()
                copy.copy()
                reached = training.step
        if reached is not None:
            step = step_of(restored(address, training.folder))
            assert step in (reached, reached + 1), f"killed at {moment}"
    assert reached == 4, "the last moments lie behind the end"


def test_what_changes_during_a_copy_does_not_spoil_it(training: Training, address: Address) -> None:
    training.go_on()
    copy = copy_to(address, training.folder)
    copy.copy()
    training.go_on()
    address.meanwhile = training.go_on
    address.fails_at = len(address.done) + 4  # after the points: before old files are removed

    with pytest.raises(Killed):
        copy.copy()

    address.meanwhile = lambda: None
    assert step_of(restored(address, training.folder)) == 2


def test_a_failed_copy_names_what_is_not_there_and_the_next_one_mends_it(
    training: Training, address: Address
) -> None:
    copy = copy_to(address, training.folder)
    for _ in range(2):
        training.go_on()
        copy.copy()
    for operations in (3, 2):  # the second time, the copy knows that the point there is torn
        training.go_on()
        address.fails_at = len(address.done) + operations
        address.failure = lambda: OSError("no room")
        with pytest.raises(StorageError, match=r"expected a copy .*, but got one without"
                           r" checkpoints/resume\.ckpt.*: no room \(.*far\)"):  # fmt: skip
            copy.copy()
        assert step_of(restored(address, training.folder.with_name("elsewhere"))) == 2

    address.fails_at = None
    copy.copy()

    assert contents(Path(address.address)) == contents(training.folder)


def test_a_result_comes_after_all_it_tells_of_and_what_is_gone_goes_last(
    training: Training, address: Address
) -> None:
    copy = copy_to(address, training.folder)
    for _ in range(2):
        training.go_on()
        copy.copy()
    training.end()
    (training.folder / "last words").touch()
    before = contents(Path(address.address))
    address.done.clear()

    copy.copy(while_running=True)
    assert contents(Path(address.address)) == before, "an ended run is copied at its end"

    copy.copy()
    assert address.done == [
        ("put", "last words"),
        ("put", "result.json"),
        ("remove", "checkpoints/resume.ckpt"),
        ("remove", "checkpoints/resume_before.ckpt"),
    ]


def test_what_is_no_part_of_a_run_is_neither_copied_nor_fetched(
    training: Training, address: Address, tmp_path: Path
) -> None:
    for name in (".lock", ".mirror/left", "checkpoints/.partial"):
        (training.folder / name).parent.mkdir(exist_ok=True)
        (training.folder / name).touch()
    (training.folder / "link").symlink_to(tmp_path)
    copy_to(address, training.folder).copy()
    assert set(contents(Path(address.address))) == {"config.yaml", "result.json"}

    for name in (".hidden", "model/model.ckpt", "logs/events", "heartbeat.json"):
        (tmp_path / "far" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "far" / name).touch()

    assert set(contents(restored(address, training.folder))) == {"config.yaml", "result.json"}


def test_a_fetch_that_is_cut_short_leaves_no_run_and_a_log_goes_on(
    training: Training, address: Address
) -> None:
    training.go_on()
    (training.folder / "train.log").write_text("first\n")
    copy_to(address, training.folder).copy()
    folder = emptied(training.folder)
    log = folder / "train.log"
    address.fails_at = len(address.done) + 5
    with log.open("a") as file:
        file.write("second\n")
        file.flush()

        with pytest.raises(Killed):
            copy_to(address, folder).restore()
        assert not (folder / "result.json").exists()
        address.fails_at = None
        copy_to(address, folder).restore()
        file.write("third\n")

    assert read_result(folder).status == "running"
    assert log.read_text() == "first\nsecond\nthird\n"


def test_the_sign_of_life_comes_and_goes(training: Training, address: Address) -> None:
    copy = copy_to(address, training.folder)
    beat = training.folder / "heartbeat.json"

    beat.write_text("{}")
    copy.copy_heartbeat()
    copy.copy()
    assert "heartbeat.json" in contents(Path(address.address))

    beat.unlink()
    copy.copy_heartbeat()
    assert "heartbeat.json" not in contents(Path(address.address))
