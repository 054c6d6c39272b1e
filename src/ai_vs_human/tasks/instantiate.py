"""A config's nodes to the objects that they name.

Nothing here imports torch: a task that trains nothing starts at once.
"""

from collections.abc import Mapping
from typing import Any, Final

from hydra.errors import InstantiationException
from hydra.utils import instantiate

from ai_vs_human.errors import ConfigError

_TRUSTED: Final = ("ai_vs_human.*", "lightning.pytorch.*")
"""What a config may call: a run's stored config, too, may come from somebody else."""


def make(config: Mapping[str, Any], key: str, **extra: Any) -> Any:
    """Instantiate one node.

    Raises:
        ConfigError: if its class refuses its values.
    """
    try:
        return instantiate(
            dict(config), _execution_whitelist_=list(_TRUSTED), _convert_="all", **extra
        )
    except (InstantiationException, ValueError, TypeError, AttributeError, RuntimeError) as error:
        reason = str(error).splitlines()[0]
        raise ConfigError(f"expected {key} to be built, but got: {reason} ({key})") from error


def make_all(config: Mapping[str, Any] | None, key: str) -> list[Any]:
    """Instantiate each named node of a group, in order; null leaves one out."""
    nodes = (config or {}).items()
    return [make(node, f"{key}.{name}") for name, node in nodes if node is not None]
