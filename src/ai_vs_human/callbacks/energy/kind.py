"""What was counted, and what was estimated, of an account: two kinds that are never added."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ai_vs_human.callbacks.energy.account import ESTIMATED, Account, Quantity, Stage
from ai_vs_human.callbacks.energy.meter import DOMAINS, Domain


@dataclass(frozen=True, slots=True)
class Kind:
    """How the joules of some domains came to be known.

    Attributes:
        name: counted, by the devices; or estimated, from declared watts.
        domains: those that at least one process knows in this way.
    """

    name: Literal["counted", "estimated"]
    domains: tuple[Domain, ...]

    @property
    def prefix(self) -> str:
        """What the names of its metrics begin with."""
        return "energy" if self.name == "counted" else "energy_est"

    def quantity(self, domain: Domain) -> Quantity:
        """The entry of an account that holds a domain's microjoules."""
        return domain if self.name == "counted" else ESTIMATED[domain]

    def joules(
        self, account: Account, stage: Stage | None = None, domains: Sequence[Domain] = DOMAINS
    ) -> float:
        """Energy of this kind; domains that nobody knows in this way add nothing."""
        return sum(account.amount(self.quantity(domain), stage) for domain in domains) / 1e6

    def mean_watts(self, account: Account, stage: Stage | None = None) -> float | None:
        """Joules over the seconds of a stage; None where it took no time."""
        microseconds = account.amount("time", stage)
        return self.joules(account, stage) * 1e6 / microseconds if microseconds else None

    def entry(self, account: Account, stage: Stage | None = None) -> dict[str, Any]:
        """A stage, or all of them, as energy.json has it."""
        known = bool(self.domains)
        return {
            "joules": {one: self.joules(account, stage, [one]) for one in self.domains},
            "total_joules": self.joules(account, stage) if known else None,
            "mean_watts": self.mean_watts(account, stage) if known else None,
            "seconds": account.amount("time", stage) / 1e6,
            "images": account.amount("images", stage),
            "steps": account.amount("steps", stage),
        }


def kinds(counting: Mapping[Domain, int], estimating: Mapping[Domain, int]) -> tuple[Kind, Kind]:
    """The two kinds of a run: counted, then estimated.

    Args:
        counting: how many processes count a domain.
        estimating: how many estimate it.
    """
    return (
        Kind("counted", tuple(domain for domain in DOMAINS if counting[domain])),
        Kind("estimated", tuple(domain for domain in DOMAINS if estimating[domain])),
    )
