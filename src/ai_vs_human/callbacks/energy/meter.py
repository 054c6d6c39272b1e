"""What a meter is: readings of hardware counters to microjoules by device domain."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, Protocol, get_args, runtime_checkable

Domain = Literal["gpu", "cpu", "dram"]
DOMAINS: Final[tuple[Domain, ...]] = get_args(Domain)
DomainStatus = Literal["measured", "modelled", "estimate", "unavailable", "unused"]
COUNTED: Final[tuple[DomainStatus, ...]] = ("measured", "modelled")
"""What adds up to joules of a device; an estimate has figures of its own, and the rest none."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a domain's joules come from, or why there are none.

    Attributes:
        status: measured, by a counter of the device; modelled, by the vendor's model of the
            device, behind what looks like a counter; estimate, from watts that the user declared;
            unavailable, where a device in use has no counter that can be read; unused, where the
            run does not use the device or must not count it.
        source: what was read, such as rapl or nvml; empty where nothing is counted.
        devices: the names of the counted devices.
        reason: why nothing is measured; empty where it is. An estimate keeps it.
        hint: what to do about an unavailable domain.
        anomalies: what went wrong while reading. A domain with anomalies is partial: its joules
            are those that the counters vouch for, and fewer than were spent.
        gaps: readings since a counter was lost, which told nothing.
    """

    status: DomainStatus
    source: str = ""
    devices: tuple[str, ...] = ()
    reason: str = ""
    hint: str = ""
    anomalies: tuple[str, ...] = ()
    gaps: int = 0


@runtime_checkable
class Meter(Protocol):
    """Counts energy from its construction on."""

    @property
    def domains(self) -> Mapping[Domain, Provenance]:
        """Every domain, as of the last reading."""
        ...

    def read(self, *, settled: bool) -> Mapping[Domain, int]:
        """Microjoules since the reading before, by counted or estimated domain; never negative.

        Args:
            settled: first wait until the device has done all the work that it was given.
        """
        ...
