"""Counters of one kind of device to a domain's readings and where they come from."""

from dataclasses import dataclass, replace

from ai_vs_human.callbacks.energy.counter import Counter
from ai_vs_human.callbacks.energy.meter import DomainStatus, Provenance


@dataclass(frozen=True, slots=True)
class Counted:
    """A domain, with its counters or the reason why there are none.

    Attributes:
        found: what is known of the domain before its counters' mishaps.
        counters: of the domain's devices; none where the domain is not counted.
    """

    found: Provenance
    counters: tuple[Counter, ...] = ()

    @property
    def provenance(self) -> Provenance:
        """The domain, as of the last reading."""
        anomalies = tuple(text for counter in self.counters for text in counter.anomalies)
        gaps = sum(counter.gaps for counter in self.counters)
        return replace(self.found, anomalies=anomalies, gaps=gaps)

    def advance(self, seconds: float) -> int:
        """Microjoules since the reading before, which was so many seconds ago."""
        return sum(counter.advance(seconds) for counter in self.counters)


def counted(source: str, *counters: Counter, status: DomainStatus = "measured") -> Counted:
    """A domain that so many counters count."""
    devices = tuple(counter.device for counter in counters)
    return Counted(Provenance(status, source, devices), counters)


def missing(reason: str, hint: str) -> Counted:
    """A domain in use that no counter counts."""
    return Counted(Provenance("unavailable", reason=reason, hint=hint))


def unused(reason: str) -> Counted:
    """A domain that the run does not use, or must not count."""
    return Counted(Provenance("unused", reason=reason))
