"""Anomalies in all processes and sessions of a run to the domains that missed joules."""

from collections.abc import Mapping, Sequence
from typing import Any

from ai_vs_human.callbacks.energy.meter import DOMAINS, Domain, Meter


class Missed:
    """What is known of joules that were spent and not counted.

    Attributes:
        is_whole: whether no process missed any between the last two times that books closed.

    Args:
        meter: of this process.
    """

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._anywhere = dict.fromkeys(DOMAINS, 0)
        self.is_whole = True
        self._is_whole_so_far = True
        self._before: list[Domain] = []

    def numbers(self) -> list[int]:
        """How much went wrong in this process by domain, to be summed over processes."""
        known = self._meter.domains
        return [len(known[domain].anomalies) + known[domain].gaps for domain in DOMAINS]

    def learn(self, summed: Sequence[int], *, closes: bool) -> None:
        """Take the sums over all processes, which close the books or only look into them."""
        now = dict(zip(DOMAINS, summed, strict=True))
        self._is_whole_so_far &= now == self._anywhere
        self._anywhere = now
        if closes:
            self.is_whole, self._is_whole_so_far = self._is_whole_so_far, True

    def load(self, state: Mapping[str, Any]) -> None:
        """Take what a checkpoint says of earlier sessions; older ones say nothing."""
        self._before = list(state.get("partial", []))

    def partial(self, sessions: Sequence[Sequence[Domain]]) -> list[Domain]:
        """The domains whose joules are fewer than were spent.

        Args:
            sessions: the measured domains of each session of the run: one that had no counter
                for a domain which others measured has missed all of its joules.
        """
        here = dict(zip(DOMAINS, self.numbers(), strict=True))
        return [
            domain
            for domain in DOMAINS
            if here[domain]
            or self._anywhere[domain]
            or domain in self._before
            or len({domain in measured for measured in sessions}) > 1
        ]
