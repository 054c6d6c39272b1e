"""Words that choose members of config groups to those that exist, or to faults."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from hydra import compose
from hydra.core.config_loader import ConfigLoader
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from omegaconf import DictConfig, OmegaConf

from ai_vs_human.tasks.validation.explain import nearest
from ai_vs_human.tasks.validation.fault import Fault, spelt
from ai_vs_human.tasks.validation.source_signature import source_signature
from ai_vs_human.tasks.validation.targets import NAMED_PARTS
from ai_vs_human.tasks.validation.words import Word

TAKEN: Final = "expected a key that the config does not have"


@dataclass(frozen=True)
class Groups:
    """The config groups of a root config.

    Attributes:
        loader: lists groups and members.
        config_name: of the root config.
    """

    loader: ConfigLoader
    config_name: str

    @cached_property
    def default(self) -> DictConfig:
        """What the root config composes by itself, Hydra's own part included."""
        return compose(self.config_name, return_hydra_config=True)

    @property
    def chosen(self) -> Mapping[str, Any]:
        """What the root config chooses by itself, by group."""
        choices: Mapping[str, Any] = self.default.hydra.runtime.choices
        return choices

    def chooses(self, reading: Override) -> bool:
        """Whether a word chooses a member, and is no value."""
        return bool(self.members(reading.key_or_group)) and not isinstance(reading.value(), dict)

    def members(self, group: str) -> list[str]:
        """The members of a group; none where there is no such group."""
        return self.loader.get_group_options(group) if group else []

    def names(self, above: str = "") -> Iterator[str]:
        """Every group."""
        for name in self.loader.list_groups(above):
            group = f"{above}/{name}" if above else name
            yield group
            yield from self.names(group)

    def check(self, word: Word) -> tuple[Word | None, list[Fault]]:
        """What is left of a word, and what is wrong with it.

        A member that does not exist is replaced by the nearest, so that other words can still be
        judged; without one, nothing is left.
        """
        left, faults = [], []
        for reading in word.readings:
            fault, instead = self._check(word, reading)
            faults += [fault] if fault is not None else []
            left += [instead] if instead is not None else []
        return (replace(word, readings=tuple(left)) if left else None), faults

    def _check(self, word: Word, reading: Override) -> tuple[Fault | None, Override | None]:
        group, members = reading.key_or_group, self.members(reading.key_or_group)
        adds = reading.is_add() or reading.is_force_add()
        if not members and "/" in group and adds:
            near = nearest(group, list(self.names()))
            hint = f"{near}={spelt(reading.value())}" if near else None
            return word.fault(f"expected a group of the config, but got {group}", hint), None
        if reading.is_delete():
            fault = self._deleted(word, group, members)
            return fault, None if fault else reading
        if not self.chooses(reading):
            return None, reading
        fault, instead = self._chosen(word, reading, members)
        if fault is None and reading.is_add() and self._is_chosen(reading):
            return self._added(word, reading)
        return fault, instead

    def _is_chosen(self, reading: Override) -> bool:
        """Whether the root config chooses a member of the group already, for the same place."""
        return reading.key_or_group in self.chosen and reading.package is None

    def _is_needed(self, group: str) -> bool:
        """Whether no run works without: a group of the root config, or what a target requires."""
        above, _, name = group.replace("/", ".").rpartition(".")
        if not above:
            return self.chosen.get(group) is not None
        target = OmegaConf.select(self.default, f"{above}._target_")
        signature = source_signature(target) if isinstance(target, str) else None
        return signature is not None and name in signature.required

    def _deleted(self, word: Word, group: str, members: list[str]) -> Fault | None:
        """What every run needs: a member that is chosen, a key of the root config."""
        if members and self._is_needed(group):
            hint = self._instead(group, members)
            return word.fault(f"{_among(group, members)}, but got none", hint)
        if not members and "." not in group and group in self.default:
            return word.fault(
                f"expected a value for {group}, but got none", f"leave {word.text} out"
            )
        return None

    def _added(self, word: Word, reading: Override) -> tuple[Fault, Override]:
        group, default = reading.key_or_group, self.chosen.get(reading.key_or_group)
        member = spelt(reading.value())
        if group in NAMED_PARTS and isinstance(default, str):
            member = f"[{default},{member}]"
        rest = f"{reading.get_key_element().lstrip('+')}={member}"
        return word.fault(f"{TAKEN}, but got {group}", rest), parsed(rest)

    def _chosen(
        self, word: Word, reading: Override, members: list[str]
    ) -> tuple[Fault | None, Override | None]:
        group, value = reading.key_or_group, reading.value()
        if value is None or value in ("", []):
            sentence = f"{_among(group, members)}, but got {spelt(value) or 'none'}"
            return word.fault(sentence, self._instead(group, members)), None
        names = [str(name) for name in value] if isinstance(value, list) else [str(value)]
        known = {*members, *(f"{member}.yaml" for member in members)}
        wrong = [name for name in names if name not in known and not {"/", "$"} & set(name)]
        if not wrong:
            return None, reading
        several = isinstance(value, list)
        likely = [name for name in members if not (several and name == "none")]
        near = {name: nearest(name, likely) for name in wrong}
        right = [near.get(name, name) for name in names]
        kept = [name for name in right if name is not None]
        listed = f"[{','.join(kept)}]" if several else "".join(kept)
        plain = reading.get_key_element().lstrip("+")
        key = plain if self._is_chosen(reading) else reading.get_key_element()
        rest = f"{key}={listed}" if kept else None
        fault = word.fault(f"{_among(group, members)}, but got {', '.join(wrong)}", rest)
        return fault, None if rest is None else parsed(rest)

    def _instead(self, group: str, members: list[str]) -> str:
        default = self.chosen.get(group)
        if "none" in members:
            return f"{group}=none"
        return f"leave it out for {group}={default}" if default else f"leave {group} out"


def _among(group: str, members: list[str]) -> str:
    return f"expected a member of {group} among {', '.join(sorted(members))}"


def parsed(text: str) -> Override:
    """What a word changes."""
    return OverridesParser.create().parse_override(text)
