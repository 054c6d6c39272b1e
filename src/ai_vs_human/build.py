"""From a plain `{_target_: …}` mapping to the object it names, without Hydra.

A checkpoint holds such mappings instead of objects, so that it can be read with
`torch.load(weights_only=True)`; since it may come from anywhere, only targets on
an allow-list are called.
"""

import importlib
from collections.abc import Mapping
from typing import Any, Final

from ai_vs_human.errors import ConfigError

ALLOWED: Final = ("ai_vs_human.models.", "ai_vs_human.training.", "torch.nn.", "torch.optim.")


def build(spec: Mapping[str, Any], /, **extra: Any) -> Any:
    """Call the `_target_` of a mapping with the mapping's other keys.

    Args:
        spec: `_target_` and the keyword arguments for it.
        extra: arguments that no config can hold, such as a model's parameters.

    Raises:
        ConfigError: if the target is missing, not on the allow-list, cannot be imported,
            or refuses the keys or values.
    """
    arguments = {key: value for key, value in spec.items() if not key.startswith("_")}
    target = spec.get("_target_")
    if not isinstance(target, str):
        raise ConfigError(
            f"expected a mapping with _target_, but got the keys {sorted(spec)}",
            hint="choose a member of the config group, for instance model/frontend=npr",
        )
    factory = locate(target)
    try:
        return factory(**arguments, **extra)
    except TypeError as error:
        raise ConfigError(f"expected keys that {target} takes, but got: {error}") from error
    except (ValueError, ZeroDivisionError) as error:
        raise ConfigError(f"expected values that {target} takes, but got: {error}") from error


def locate(target: str) -> Any:
    """Import what a dotted path on the allow-list names.

    Raises:
        ConfigError: if it is not on the allow-list, or nothing has that name.
    """
    if not target.startswith(ALLOWED):
        raise ConfigError(
            f"expected a _target_ below {', '.join(ALLOWED)}, but got {target}",
            hint="put the class in a module of ai_vs_human.models",
        )
    module, _, name = target.rpartition(".")
    try:
        return getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise ConfigError(
            f"expected a _target_ that can be imported, but got {target}: {error}",
            hint="check the spelling of _target_",
        ) from error
