"""What a config calls a study's storage to one of Optuna's that is safe to share and to kill."""

import time
from pathlib import Path
from typing import Any, Final

from optuna.storages import JournalStorage, RDBStorage
from optuna.storages.journal import JournalFileBackend
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.exc import NoSuchModuleError as NoDriverError

from ai_vs_human.errors import ConfigError

JOURNAL: Final = "journal:"
_SQLITE: Final = "sqlite:"
_ATTEMPTS: Final = 5
_WAIT_SECONDS: Final = 60
"""For another process that writes to the same sqlite file."""


def address_of(storage: str | None, folder: Path) -> str:
    """The whole address of a study's storage.

    Args:
        storage: None for `study.db` in the sweep's folder, `journal` for `study.journal` there
            (for folders of a network, where sqlite is not safe), `journal:<path>`, or a URL
            such as `postgresql+psycopg://…` that many machines reach.
        folder: of the sweep.
    """
    if storage is None:
        path = str((folder / "study.db").resolve())
        return URL.create("sqlite", database=path).render_as_string()  # a path may have ? or %
    if storage == "journal":
        return f"{JOURNAL}{(folder / 'study.journal').resolve()}"
    if storage.startswith(JOURNAL):
        return f"{JOURNAL}{Path(storage.removeprefix(JOURNAL)).resolve()}"
    return storage


def open_storage(address: str) -> Any:
    """The storage at an address from `address_of`.

    Raises:
        ConfigError: if it cannot be reached, or its driver is missing.
    """
    if address.startswith(JOURNAL):
        path = Path(address.removeprefix(JOURNAL))
        path.parent.mkdir(parents=True, exist_ok=True)
        return JournalStorage(JournalFileBackend(str(path)))
    try:
        return _database(address)
    except (ImportError, NoDriverError, ArgumentError, OperationalError) as error:
        reason = str(error.__cause__ or error).splitlines()[0]
        raise ConfigError(
            f"expected a storage that can be reached, but got: {reason} (hydra.sweeper.storage)",
            hint="hydra.sweeper.storage=null keeps the study in the sweep's folder",
        ) from error


def _database(address: str) -> RDBStorage:
    """A database; another machine may be making the tables of an empty one at this moment."""
    waits = {"connect_args": {"timeout": _WAIT_SECONDS}} if address.startswith(_SQLITE) else {}
    for attempt in range(_ATTEMPTS):
        try:
            return RDBStorage(address, engine_kwargs=waits)
        except (IntegrityError, ProgrammingError):
            if attempt == _ATTEMPTS - 1:
                raise
            time.sleep(1.0)
    raise AssertionError  # the last attempt returns or raises
