"""Hydra's errors to sentences: the key, what was expected, what was got, the nearest name."""

import re
import sys
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from hydra import compose, initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from hydra.errors import HydraException, MissingConfigException, OverrideParseException
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from ai_vs_human.errors import AiVsHumanError


def explain(error: Exception, conf: Path, task: str) -> str:
    """The message a person gets for an error that a config or command line caused."""
    if isinstance(error, AiVsHumanError):
        # A loader's worker hands its whole traceback over as the message.
        return f"error: {str(error).rpartition(f'{type(error).__name__}: ')[2].strip()}"
    if isinstance(error, MissingConfigException) and error.missing_cfg_file:
        return _missing_member(error.missing_cfg_file, error.options or ())
    if isinstance(error, OverrideParseException):
        return (
            f"error: expected key=value, but got {error.override!r} (command line)\n"
            "hint: quote what the shell would change, for instance 'tags=[a,b]'"
        )
    text = str(error).splitlines()[0]
    if match := re.match(r"Could not (?:override|delete from config\.) '(?P<key>[^']+)'", text):
        return _unknown_key(match["key"], conf, task)
    if isinstance(error, OmegaConfBaseException) and error.full_key:
        return f"error: {text} ({error.full_key})"
    return f"error: {text}"


def _missing_member(config: str, options: Sequence[str]) -> str:
    group, _, member = config.rpartition("/")
    where = f"{group}={member}" if group else member
    near = nearest(member, options)
    listed = ", ".join(sorted(options)) or "none, since there is no such group"
    hint = f"\nhint: {group}={near}" if near else ""
    return f"error: expected a member of {group} among {listed}, but got {member} ({where}){hint}"


def _unknown_key(key: str, conf: Path, task: str) -> str:
    near = nearest(key, list(_known_keys(conf, task)))
    hint = f"{near}=…" if near else f"+{key}=… adds a key that the config does not have"
    return f"error: expected a key of the config, but got {key} (command line)\nhint: {hint}"


def nearest(name: str, known: Sequence[str]) -> str | None:
    """The known name most like `name`; None where none is alike."""
    found = get_close_matches(name, known, n=1, cutoff=0.6)
    return found[0] if found else None


def _known_keys(conf: Path, task: str) -> Iterator[str]:
    """Every key and group of the config that the command line's group choices compose."""
    groups = [path.relative_to(conf).as_posix() for path in conf.rglob("*") if path.is_dir()]
    yield from groups
    choices = [text for text in sys.argv[1:] if text.partition("=")[0] in groups]
    GlobalHydra.instance().clear()
    with initialize_config_dir(str(conf.resolve())):
        try:
            config = compose(task, overrides=choices)
        except HydraException:
            config = compose(task)
    yield from _paths(OmegaConf.to_container(config, resolve=False))


def _paths(node: Any, prefix: str = "") -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield f"{prefix}{key}"
            yield from _paths(value, f"{prefix}{key}.")
