"""The words of a search to those of one run of it: what `hparams_search=…` changes, said singly."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from omegaconf import DictConfig, OmegaConf

from ai_vs_human.tasks.stored_config import flat

_GROUP: Final = "hparams_search"
_ABSENT: Final = object()


def single_run(compose: Callable[[list[str]], DictConfig], words: Sequence[str]) -> list[str]:
    """Words that compose to the same config, without `hparams_search`, which only `-m` takes.

    Args:
        compose: words to a config, Hydra's own part included.
        words: without several values.
    """
    rest = [word for word in words if not word.startswith(f"{_GROUP}=")]
    if len(rest) == len(words):
        return rest
    wanted = compose(list(words))
    before = _choices(compose(rest))
    chosen = [
        f"{group}={_spelt(member)}"
        for group, member in _choices(wanted).items()
        if before.get(group) != member
    ]
    values, now = _values(wanted), _values(compose([*chosen, *rest]))
    changed = [
        f"{'' if key in now else '+'}{key}={_spelt(value)}"
        for key, value in values.items()
        if now.get(key, _ABSENT) != value
    ]
    return [*chosen, *changed, *rest]


def _choices(config: DictConfig) -> dict[str, Any]:
    """The chosen members of our groups."""
    choices = OmegaConf.to_container(config.hydra.runtime.choices)
    known = choices.items() if isinstance(choices, dict) else ()
    own = {str(group): member for group, member in known if group != _GROUP}
    return {k: member for k, member in own.items() if not k.startswith("hydra/")}


def _values(config: DictConfig) -> dict[str, Any]:
    plain = OmegaConf.to_container(config, resolve=False)
    known = plain.items() if isinstance(plain, dict) else ()
    return dict(flat({key: value for key, value in known if key != "hydra"}))


def _spelt(value: Any) -> str:
    """A value as Hydra's grammar reads it; text in quotes wherever it is more than a word."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace("'", "\\'")
        return value if value.isidentifier() and not _means_more(value) else f"'{escaped}'"
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{key}:{_spelt(one)}" for key, one in value.items()) + "}"
    if isinstance(value, Sequence):
        return f"[{','.join(map(_spelt, value))}]"
    return str(value)


def _means_more(word: str) -> bool:
    """Whether Hydra would take a bare word for no text."""
    return word.lower() in {"null", "true", "false", "nan", "inf"}
