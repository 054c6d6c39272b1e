"""A run folder's composed config, and what a command line changes in it, to a config to run."""

import hashlib
import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from omegaconf import DictConfig, OmegaConf, open_dict
from omegaconf.errors import OmegaConfBaseException
from yaml import YAMLError

from ai_vs_human.errors import CheckpointError, ConfigError
from ai_vs_human.runs.masking import MASK, mask_config
from ai_vs_human.runs.whole_file import write_whole

log = logging.getLogger(__name__)

COMPOSED_NAME: Final = "composed.yaml"
"""The config with its references (`${seed}`): what follows from a changed value changes too."""

_OURS: Final = ("resume", "like")
"""Keys that choose where the config comes from; they are never stored."""
_OF_THIS_START: Final = ("paths.mirror", "paths.model_dir")
"""Where this start's run is copied to: what another one said would mix up two runs."""
_GLOBAL: Final = ("experiment", "debug")
"""Groups whose members change keys anywhere."""


def write_composed(config: DictConfig, folder: Path) -> None:
    """Keep the composed config, without secrets."""
    plain = _plain(config)
    write_whole(folder / COMPOSED_NAME, OmegaConf.to_yaml(mask_config(plain)))


def composed_sha256(config: DictConfig) -> str:
    """A hash of the composed config, by which `resume=auto` knows a run of the same command."""
    return hashlib.sha256(json.dumps(_plain(config), sort_keys=True).encode()).hexdigest()


def _plain(config: DictConfig) -> dict[str, Any]:
    plain = OmegaConf.to_container(config, resolve=False)
    if not isinstance(plain, dict):
        raise TypeError(f"expected a config of keys, but got {type(plain).__name__}")
    return {str(key): value for key, value in plain.items() if key not in (*_OURS, "hydra")}


def stored_config(folder: Path, composed: DictConfig, overrides: Sequence[str]) -> DictConfig:
    """The config that a run was started with, and the command line's changes to it.

    Args:
        folder: of the run.
        composed: what the command line composes today; its values are taken where it names them.
        overrides: of the command line.

    Raises:
        CheckpointError: if the folder holds no composed config.
        ConfigError: if the command line says what cannot be applied to a composed config, or
            a secret of the run is needed again.
    """
    config = _read(folder)
    before = _plain(config)
    with open_dict(config):
        for text in overrides:
            override = OverridesParser.create().parse_override(text)
            if override.key_or_group not in _OURS:
                _apply(override, config, composed)
        for key in _OURS:
            config[key] = composed.get(key)
        for key in _OF_THIS_START:
            if (node := _node(composed, key)) is not None:
                OmegaConf.update(config, key, node, force_add=True)
    values = flat(_plain(config))
    lost = [key for key, value in values if isinstance(value, str) and MASK in value]
    if lost:
        raise ConfigError(
            f"expected a value, but got none: secrets are not stored ({', '.join(lost)})",
            hint=f"{lost[0]}=… on the command line",
        )
    for change in changes(before, _plain(config)):
        log.info("other than in the stored config: %s", change)
    return config


def _read(folder: Path) -> DictConfig:
    path = folder / COMPOSED_NAME
    try:
        config = OmegaConf.load(path)
    except FileNotFoundError as error:
        raise CheckpointError(
            f"expected a run's folder with {COMPOSED_NAME}, but got {folder}",
            hint="python scripts/runs.py ls lists the runs",
        ) from error
    except (YAMLError, OmegaConfBaseException, OSError) as error:
        raise CheckpointError(f"expected a run's config, but got {error} ({path})") from error
    if not isinstance(config, DictConfig):
        raise CheckpointError(f"expected keys and values, but got something else ({path})")
    return config


def _apply(override: Override, config: DictConfig, composed: DictConfig) -> None:
    path = override.key_or_group.replace("/", ".")
    if path in _GLOBAL or override.package is not None:
        raise ConfigError(
            f"expected values to change in a stored config, but got {override.input_line}"
            " (command line)",
            hint=f"name the keys that it changes, or leave {override.key_or_group} out",
        )
    if override.is_delete():
        parent, _, key = path.rpartition(".")
        node = OmegaConf.select(config, parent) if parent else config
        if node is not None and key in node:
            del node[key]
        return
    OmegaConf.update(config, path, _node(composed, path), merge=False, force_add=True)


def _node(config: Any, path: str) -> Any:
    """What stands at a dotted key, references unresolved; None where nothing does."""
    for part in path.split("."):
        config = None if config is None else config._get_node(part)  # noqa: SLF001 -- unresolved
    return config


def flat(values: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every value by its dotted key."""
    if isinstance(values, Mapping) and values:
        for key, value in values.items():
            yield from flat(value, f"{prefix}.{key}" if prefix else str(key))
    else:
        yield prefix, values


def changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What differs between two configs, as `key: before -> now`."""
    old, new = dict(flat(before)), dict(flat(now))
    return [
        f"{key}: {old.get(key)} -> {new.get(key)}"
        for key in sorted(old.keys() | new.keys())
        if old.get(key) != new.get(key) and key.split(".")[0] not in _OURS
    ]
