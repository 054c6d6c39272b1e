"""Watts that the user declared, and time, to joules of the domains that have no counter."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from ai_vs_human.callbacks.energy.meter import Domain, Meter, Provenance

SOURCE: Final = "declared-watts"
_NANOSECONDS: Final = 1_000_000_000


class DeclaredMeter:
    """Another meter's readings, with an estimate for the domains in use that it cannot count.

    The estimate is the declared power times the time on the clock, whatever the device does:
    the user owns the number. A domain with a counter stays measured, and an unused one unused.

    Args:
        meter: has just started counting.
        watts: what a domain is declared to draw; the domains that are left out have no estimate.
        clock: nanoseconds since any moment; never goes back.
    """

    def __init__(
        self,
        meter: Meter,
        watts: Mapping[Domain, float],
        clock: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._meter = meter
        self._clock = clock
        self._microwatts: dict[Domain, int] = {
            domain: round(draw * 1e6)
            for domain, draw in watts.items()
            if meter.domains[domain].status == "unavailable"
        }
        self._given = dict.fromkeys(self._microwatts, 0)
        self._opened = clock()

    @property
    def domains(self) -> dict[Domain, Provenance]:
        """Every domain, as of the last reading; an estimated one keeps why it is not measured."""
        domains = dict(self._meter.domains)
        for domain, draw in self._microwatts.items():
            told = f"{domain} at {draw / 1e6:g} W"
            domains[domain] = replace(
                domains[domain], status="estimate", source=SOURCE, devices=(told,)
            )
        return domains

    def read(self, *, settled: bool) -> dict[Domain, int]:
        """Microjoules since the reading before, by measured or estimated domain."""
        readings = dict(self._meter.read(settled=settled))
        elapsed = self._clock() - self._opened
        for domain, draw in self._microwatts.items():
            # The total is rounded, and not each increment: a microjoule lost at every reading
            # would add up.
            total = draw * elapsed // _NANOSECONDS
            readings[domain] = total - self._given[domain]
            self._given[domain] = total
        return readings
