"""A composed config to plain values, and to the faults of those that have none."""

from collections.abc import Mapping
from typing import Any

from omegaconf import DictConfig, ListConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from ai_vs_human.tasks.validation.fault import Fault
from ai_vs_human.tasks.validation.fits import Unknown
from ai_vs_human.tasks.validation.targets import missing


def plain_values(config: DictConfig) -> tuple[dict[str, Any], list[Fault]]:
    """The config with its references resolved, Hydra's own part left out.

    Returns:
        The values, `Unknown` where there is none; and a fault for each of those.
    """
    faults: list[Fault] = []
    values = {str(key): _value(config, key, str(key), faults) for key in config if key != "hydra"}
    return values, faults


def at(values: Mapping[str, Any], key: str) -> Any:
    """The value of a dotted key; None where there is none."""
    found: Any = values
    for part in key.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _value(node: DictConfig | ListConfig, key: Any, path: str, faults: list[Fault]) -> Any:
    try:
        if OmegaConf.is_missing(node, key):
            faults.append(missing(path))
            return Unknown()
        value = node[key]
    except OmegaConfBaseException as error:
        faults.append(_unresolved(node, key, path, error))
        return Unknown()
    if isinstance(value, DictConfig):
        names: list[Any] = list(value)
        return {name: _value(value, name, f"{path}.{name}", faults) for name in names}
    if isinstance(value, ListConfig):
        return [_value(value, i, f"{path}[{i}]", faults) for i in range(len(value))]
    return value


def _unresolved(
    node: DictConfig | ListConfig, key: Any, path: str, error: OmegaConfBaseException
) -> Fault:
    written: Any = OmegaConf.to_container(node, resolve=False)
    reason = str(error).splitlines()[0]
    return Fault(
        path, f"expected a reference to a value, but got {written[key]}: {reason} ({path})"
    )
