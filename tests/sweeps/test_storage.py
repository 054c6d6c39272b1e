"""What a config calls a storage, and what cannot be one."""

from pathlib import Path

import optuna
import pytest

from ai_vs_human.errors import ConfigError
from ai_vs_human.sweeps.storage import address_of, open_storage


@pytest.mark.parametrize("named", [None, "journal", "journal:somewhere/s.journal"])
def test_a_study_is_found_again(
    named: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    address = address_of(named, tmp_path)
    optuna.create_study(study_name="s", storage=open_storage(address)).ask()
    monkeypatch.chdir("/")  # as in a job that was started elsewhere
    found = optuna.load_study(study_name="s", storage=open_storage(address))
    assert len(found.trials) == 1


def test_a_url_is_taken_as_it_is(tmp_path: Path) -> None:
    url = "postgresql+psycopg://optuna@db/studies"
    assert address_of(url, tmp_path) == url


@pytest.mark.parametrize(
    "address",
    ["sqlite:////no/such/folder/study.db", "mysql://nowhere/x", "nosuch://x/y", "study.db"],
)
def test_what_cannot_be_reached_is_said(address: str) -> None:
    with pytest.raises(ConfigError, match=r"expected a storage that can be reached, but got: .+"):
        open_storage(address)


@pytest.mark.parametrize("storage", [None, "journal"])
def test_a_study_lies_in_the_folder_of_its_sweep_whatever_that_is_called(
    storage: str | None, tmp_path: Path
) -> None:
    folder = tmp_path / "a b=c,d?e#f%20"
    folder.mkdir()
    optuna.create_study(storage=open_storage(address_of(storage, folder)))
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]
    assert {path.stem for path in folder.iterdir()} == {"study"}
