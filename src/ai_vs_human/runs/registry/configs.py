"""A run's config.yaml to plain values."""

from typing import Any, Final

import yaml

from ai_vs_human.errors import CheckpointError
from ai_vs_human.runs.registry.storage import Storage
from ai_vs_human.runs.stored import CONFIG_NAME

_LOADER: Final[type] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The one in C is ten times as quick; not every PyYAML was built with it."""


def read_config(storage: Storage, folder: str) -> dict[str, Any]:
    """The resolved config that a run was started with.

    Raises:
        CheckpointError: if it is gone, or cannot be read.
    """
    where = f"{folder}/{CONFIG_NAME}"
    try:
        values = yaml.load(storage.read(where), Loader=_LOADER)  # noqa: S506 -- both are safe ones
    except (OSError, yaml.YAMLError, ValueError, RecursionError) as error:
        said = "there is none" if isinstance(error, FileNotFoundError) else error
        raise CheckpointError(f"expected a run's config, but got {said} ({where})") from error
    if not isinstance(values, dict):
        raise CheckpointError(
            f"expected a run's config, but got a {type(values).__name__} ({where})"
        )
    return values
