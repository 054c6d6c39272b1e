"""A window's account, joined with those of other processes and of the run's earlier sessions."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from ai_vs_human.callbacks.energy.account import Account
from ai_vs_human.callbacks.energy.meter import Domain
from ai_vs_human.callbacks.energy.window import RollingWindow


class Books:
    """What a run has spent, over all of its sessions: lives from a start to an end or a kill.

    Attributes:
        window: this process' window.
        session: this session's random name.
        prior: what the sessions spent that trained these weights before, each up to the
            checkpoint that the next one went on from.
        lineage: the measured domains of each of those sessions, the first one first.
        earlier: all that the run's earlier sessions are known to have spent, also what no
            checkpoint holds any more; `Session.adopt` finds out.
    """

    def __init__(self, window: RollingWindow) -> None:
        self.window = window
        self.session = secrets.token_hex(8)
        self.prior = Account()
        self.lineage: list[list[Domain]] = []
        self.earlier = Account()
        self._sessions: dict[str, Account] = {}
        self._summed = Account()
        self._own_then = Account()
        self._marked = Account()
        self._begun = Account()

    @property
    def total(self) -> Account:
        """All processes up to the last `close`, and this process since then."""
        return self._summed + (self.window.account - self._own_then)

    @property
    def cumulative(self) -> Account:
        """The total, and what was spent before this session on the way to its weights."""
        return self.prior + self.total

    @property
    def spent(self) -> Account:
        """The total, and all that earlier sessions spent, whatever came of it."""
        return self.earlier + self.total

    @property
    def is_within(self) -> bool:
        """Whether there were steps since the last sum over processes."""
        return bool((self.window.account - self._own_then).amount("steps"))

    @property
    def has_begun(self) -> bool:
        """Whether an earlier session took some of the epoch's steps."""
        return bool(self._begun.amount("steps"))

    def add_up(self, sum_up: Callable[[Account], Account]) -> None:
        """Learn what all processes have spent so far, without closing the books.

        Args:
            sum_up: adds the accounts of all processes; each of them has to take part.
        """
        self._own_then = self.window.account.copy()
        self._summed = sum_up(self._own_then)

    def close(self, sum_up: Callable[[Account], Account]) -> Account:
        """What all processes spent since the `close` before, in an earlier session if need be.

        Args:
            sum_up: adds the accounts of all processes; each of them has to take part.
        """
        self.add_up(sum_up)
        spent = self._begun + (self._summed - self._marked)
        self._marked, self._begun = self._summed, Account()
        return spent

    def state(self, measured: list[Domain]) -> dict[str, Any]:
        """What a checkpoint keeps: plain numbers and words only.

        The prior joins after summing, so that each process may load it, and it counts once.
        """
        sessions = {**self._sessions, self.session: self.total}
        return {
            "session": self.session,
            "lineage": [*self.lineage, measured],
            "spent": self.cumulative.state(),
            "sessions": {name: account.state() for name, account in sessions.items()},
            "begun": (self._begun + (self.total - self._marked)).state(),
        }

    def load(self, state: Mapping[str, Any]) -> None:
        """Go on from a checkpoint's state, unless this session wrote it and counts that already."""
        if not state or state["session"] == self.session:
            return
        self.prior = Account.from_state(state["spent"])
        self.lineage = [list(domains) for domains in state["lineage"]]
        sessions = state.get("sessions", {state["session"]: state["spent"]})
        self._sessions = {name: Account.from_state(one) for name, one in sessions.items()}
        self._begun = Account.from_state(state.get("begun", {}))

    def reconcile(self, ledger: Mapping[str, Account]) -> dict[str, Account]:
        """Learn of the run's earlier sessions, and say what the ledger did not know.

        A session's ledger may end before the checkpoint that was taken from it, or after.

        Args:
            ledger: what each session had spent by its last line; this one is left out.

        Returns:
            What the checkpoints of sessions hold that had counted more than their last line.
        """
        known = {name: account for name, account in ledger.items() if name != self.session}
        ahead = {
            name: account
            for name, account in self._sessions.items()
            if name not in known or account.amount("time") > known[name].amount("time")
        }
        self.earlier = sum((known | ahead).values(), start=Account())
        return ahead
