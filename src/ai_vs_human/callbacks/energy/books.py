"""A window's account, joined with those of other processes and of the run's earlier lives."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from ai_vs_human.callbacks.energy.account import Account
from ai_vs_human.callbacks.energy.meter import Domain
from ai_vs_human.callbacks.energy.window import RollingWindow


class Books:
    """What a run has spent.

    Attributes:
        window: this process' window.
        prior: what the processes spent that trained these weights before, up to the checkpoint
            that this one goes on from.
        lineage: the measured domains of each of those processes, the first one first.
    """

    def __init__(self, window: RollingWindow) -> None:
        self.window = window
        self.prior = Account()
        self.lineage: list[list[Domain]] = []
        self._session = secrets.token_hex(8)
        self._summed = Account()
        self._own_then = Account()
        self._marked = Account()

    @property
    def total(self) -> Account:
        """All processes up to the last `close`, and this process since then."""
        return self._summed + (self.window.account - self._own_then)

    @property
    def cumulative(self) -> Account:
        """The total, and what was spent before this process."""
        return self.prior + self.total

    def close(self, sum_up: Callable[[Account], Account]) -> Account:
        """What all processes spent since the `close` before.

        Args:
            sum_up: adds the accounts of all processes; each of them has to take part.
        """
        self._own_then = self.window.account.copy()
        self._summed = sum_up(self._own_then)
        spent = self._summed - self._marked
        self._marked = self._summed
        return spent

    def state(self, measured: list[Domain]) -> dict[str, Any]:
        """What a checkpoint keeps: plain numbers and words only.

        The prior joins after summing, so that each process may load it, and it counts once.
        """
        return {
            "session": self._session,
            "lineage": [*self.lineage, measured],
            "spent": self.cumulative.state(),
        }

    def load(self, state: Mapping[str, Any]) -> None:
        """Go on from a checkpoint's state, unless this process wrote it and counts that already."""
        if not state or state["session"] == self._session:
            return
        self.prior = Account.from_state(state["spent"])
        self.lineage = [list(domains) for domains in state["lineage"]]
