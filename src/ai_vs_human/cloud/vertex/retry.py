"""A request that fails for now to the same request again, later and later."""

import hashlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from typing import Final, TypeVar

from ai_vs_human.cloud.vertex.fault import ServiceFault

T = TypeVar("T")

_LONGEST_SECONDS: Final = 300.0
_MOST_DOUBLINGS: Final = 20

log = logging.getLogger(__name__)


class StoppedError(Exception):
    """Nobody waits for the answer any more."""


@dataclass(frozen=True)
class Retry:
    """How a request is made until it is answered.

    Attributes:
        stop: ends the waiting, from another thread.
        patience_seconds: since the first attempt; None for ever.
        first_seconds: before the second attempt; each pause doubles, to five minutes at most.
    """

    stop: Event
    patience_seconds: float | None = None
    first_seconds: float = 2.0

    def __call__(self, what: str, ask: Callable[[], T]) -> T:
        """The answer.

        Args:
            what: is asked for, in a message; pauses differ by it, so that jobs which were refused
                together do not all come back together.
            ask: the request.

        Raises:
            ServiceFault: if it cannot be answered, or was not within the patience.
            StoppedError: if it was stopped while it waited.
        """
        start, attempt = time.monotonic(), 0
        while True:
            try:
                return ask()
            except ServiceFault as fault:
                pause = self.pause_seconds(what, attempt)
                spent = time.monotonic() - start
                late = self.patience_seconds is not None and spent + pause > self.patience_seconds
                if not fault.temporary or late:
                    raise
                log.warning(
                    "%s: %s (%s); asking again in %.0f s%s",
                    what,
                    "quota is used up" if fault.quota else "the service does not answer",
                    fault,
                    pause,
                    self._limit(spent),
                )
            attempt += 1
            if self.stop.wait(pause):
                raise StoppedError(what)

    def pause_seconds(self, what: str, attempt: int) -> float:
        """From one attempt, counted from 0, to the next: 50 to 100 % of the doubled pause."""
        doubled = self.first_seconds * 2.0 ** min(attempt, _MOST_DOUBLINGS)
        digest = hashlib.sha256(f"{what}/{attempt}".encode()).digest()
        return min(doubled, _LONGEST_SECONDS) * (0.5 + 0.5 * int.from_bytes(digest[:4]) / 2**32)

    def _limit(self, spent: float) -> str:
        if self.patience_seconds is None:
            return ""
        return f", for {max(self.patience_seconds - spent, 0):.0f} s more"
