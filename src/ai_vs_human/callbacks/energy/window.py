"""A meter and the changes of stage to an account: one window that is always open."""

import time

from ai_vs_human.callbacks.energy.account import ESTIMATED, Account, Stage
from ai_vs_human.callbacks.energy.meter import Meter


class RollingWindow:
    """Books every microjoule on exactly one stage: a window ends where the next one begins.

    Args:
        meter: starts counting when it is built, so build it just before.
        stage: what the first window belongs to.
    """

    def __init__(self, meter: Meter, stage: Stage) -> None:
        self.meter = meter
        self.stage: Stage = stage
        self.account = Account()
        self._opened = time.monotonic()

    def turn(self, stage: Stage, *, settled: bool = True) -> None:
        """Close the window and open one that belongs to `stage`.

        Args:
            stage: what is spent from now on belongs to it.
            settled: first wait until the device has done the work of the window that closes.
        """
        readings = self.meter.read(settled=settled)
        domains = self.meter.domains
        for domain, microjoules in readings.items():
            is_estimate = domains[domain].status == "estimate"
            quantity = ESTIMATED[domain] if is_estimate else domain
            self.account.add(self.stage, quantity, microjoules)
        now = time.monotonic()
        self.account.add(self.stage, "time", round((now - self._opened) * 1e6))
        self._opened = now
        self.stage = stage

    def refresh(self, seconds: float) -> None:
        """Book what a window older than `seconds` has counted, so that no counter wraps twice.

        Does not wait for the device: the stage stays the same.
        """
        if time.monotonic() - self._opened >= seconds:
            self.turn(self.stage, settled=False)
