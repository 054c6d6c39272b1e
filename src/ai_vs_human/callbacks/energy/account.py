"""Readings to the books of a run: what each stage has spent, in whole numbers."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, Literal, get_args

from ai_vs_human.callbacks.energy.meter import DOMAINS, Domain

Stage = Literal["setup", "sanity", "train", "val", "test", "predict", "other"]
STAGES: Final[tuple[Stage, ...]] = get_args(Stage)

Estimated = Literal["estimated_gpu", "estimated_cpu", "estimated_dram"]
Quantity = Literal[Domain, Estimated, "time", "images", "steps"]
QUANTITIES: Final[tuple[Quantity, ...]] = get_args(Quantity)
ESTIMATED: Final[Mapping[Domain, Estimated]] = MappingProxyType(
    {"gpu": "estimated_gpu", "cpu": "estimated_cpu", "dram": "estimated_dram"}
)
"""An estimate has an entry of its own, so that no sum ever adds it to what was counted."""

_KEYS: Final[tuple[tuple[Stage, Quantity], ...]] = tuple(
    (stage, quantity) for stage in STAGES for quantity in QUANTITIES
)


class Account:
    """What was spent, by stage.

    Energy is in microjoules and time in microseconds: both are whole, so that the stages add up
    to the counters' difference without remainder, whatever the order of adding.
    """

    def __init__(self, entries: Mapping[tuple[Stage, Quantity], int] | None = None) -> None:
        self.entries = dict.fromkeys(_KEYS, 0) | dict(entries or {})

    def add(self, stage: Stage, quantity: Quantity, amount: int) -> None:
        """Book an amount."""
        self.entries[stage, quantity] += amount

    def amount(self, quantity: Quantity, stage: Stage | None = None) -> int:
        """What a stage has spent, or all of them."""
        stages = STAGES if stage is None else (stage,)
        return sum(self.entries[stage, quantity] for stage in stages)

    def joules(self, domains: Iterable[Domain] = DOMAINS, stage: Stage | None = None) -> float:
        """Energy that was counted in some domains, in joules."""
        return sum(self.amount(domain, stage) for domain in domains) / 1e6

    def estimated_joules(
        self, domains: Iterable[Domain] = DOMAINS, stage: Stage | None = None
    ) -> float:
        """Energy that was estimated for some domains, in joules."""
        return sum(self.amount(ESTIMATED[domain], stage) for domain in domains) / 1e6

    def __add__(self, other: "Account") -> "Account":
        return Account({key: self.entries[key] + other.entries[key] for key in _KEYS})

    def __sub__(self, other: "Account") -> "Account":
        return Account({key: self.entries[key] - other.entries[key] for key in _KEYS})

    def copy(self) -> "Account":
        """The books as they stand now."""
        return Account(self.entries)

    def vector(self) -> list[int]:
        """All entries in one fixed order, to be summed over processes."""
        return [self.entries[key] for key in _KEYS]

    def with_vector(self, summed: Sequence[int]) -> "Account":
        """The entries summed over processes; time and steps stay one's own, for all run at once."""
        together = Account.from_vector(summed)
        for stage in STAGES:
            together.entries[stage, "time"] = self.entries[stage, "time"]
            together.entries[stage, "steps"] = self.entries[stage, "steps"]
        return together

    @classmethod
    def from_vector(cls, vector: Sequence[int]) -> "Account":
        """Read what `vector` gave."""
        return cls(dict(zip(_KEYS, vector, strict=True)))

    def state(self) -> dict[str, int]:
        """The entries that are not 0, as a checkpoint keeps them."""
        return {f"{stage}/{name}": n for (stage, name), n in self.entries.items() if n}

    @classmethod
    def from_state(cls, state: Mapping[str, int]) -> "Account":
        """Read what `state` wrote; entries of unknown stages are left out."""
        return cls({key: int(state.get("/".join(key), 0)) for key in _KEYS})
