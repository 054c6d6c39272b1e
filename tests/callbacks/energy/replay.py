"""Joules that a test names to the readings of a meter."""

from collections.abc import Mapping
from dataclasses import replace

from ai_vs_human.callbacks.energy.meter import DOMAINS, Domain, DomainStatus, Provenance


class ReplayMeter:
    """Counts what the test says was spent.

    Args:
        domains: the known domains; the others are unavailable.
        status: how they are known.
    """

    def __init__(self, *domains: Domain, status: DomainStatus = "measured") -> None:
        missing = Provenance("unavailable", reason="no counter", hint="buy one")
        self.domains: dict[Domain, Provenance] = dict.fromkeys(DOMAINS, missing) | dict.fromkeys(
            domains, Provenance(status, "replay", ("a device",))
        )
        self.settled: list[bool] = []
        self._pending: dict[Domain, int] = dict.fromkeys(domains, 0)

    def spend(self, joules: float) -> None:
        """Let every measured domain draw that much."""
        for domain in self._pending:
            self._pending[domain] += round(joules * 1e6)

    def lose(self, domain: Domain, why: str) -> None:
        """Let a counter fail from now on."""
        self.domains[domain] = replace(self.domains[domain], anomalies=(why,))

    def read(self, *, settled: bool) -> Mapping[Domain, int]:
        self.settled.append(settled)
        for domain, known in self.domains.items():
            if known.anomalies:
                self.domains[domain] = replace(known, gaps=known.gaps + 1)
        spent = dict(self._pending)
        self._pending = dict.fromkeys(self._pending, 0)
        return spent
