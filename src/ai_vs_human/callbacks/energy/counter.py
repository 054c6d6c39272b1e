"""Readings of one hardware counter to the microjoules that it counted in between."""

from collections.abc import Callable
from typing import Final

MAX_WATTS: Final = 1000
"""More than any one processor package or its memory draws; Zeus assumes the same."""

_SHORTEST_SECONDS: Final = 10
"""A time that is shorter counts as this long: a counter may lag behind the clock."""


class Counter:
    """A counter that rises, wraps to 0 at the end of its range, and may be reset or vanish.

    A value below the one before is a wrap where the device can have drawn what that makes of the
    increment, and never more than half of the range; it is a reset otherwise. A reset loses what
    was counted since the reading before, and says so.

    Args:
        device: the counted device's name.
        read: the counter's value in microjoules, counted from any moment.
        range_microjoules: where the counter wraps; None where it does not.
    """

    def __init__(
        self, device: str, read: Callable[[], int], range_microjoules: int | None = None
    ) -> None:
        self.device = device
        self.anomalies: list[str] = []
        self.gaps = 0
        self._read = read
        self._range = range_microjoules
        self._lost = False
        self._value = read()

    def advance(self, seconds: float) -> int:
        """Microjoules since the reading before, which was so many seconds ago."""
        if self._lost:
            self.gaps += 1
            return 0
        try:
            value = self._read()
        except Exception as error:  # noqa: BLE001 -- Zeus lets errors of drivers and daemons
            # through that it does not name, and no training may end because of a counter
            self._lost = True
            self.anomalies.append(f"{self.device} was lost: {type(error).__name__}: {error}")
            return 0
        before, self._value = self._value, value
        if self._range and seconds * MAX_WATTS * 1_000_000 > self._range:
            self.anomalies.append(
                f"{self.device} was not read for {seconds:.0f} s and may have wrapped unseen"
            )
        return self._increment(before, value, seconds)

    def _increment(self, before: int, value: int, seconds: float) -> int:
        if value >= before:
            return value - before
        wrapped = value - before + (self._range or 0)
        if self._range and 0 <= wrapped <= min(self._range // 2, _drawn_at_most(seconds)):
            return wrapped
        self.anomalies.append(f"{self.device} fell from {before} to {value} uJ without a wrap")
        return 0


def _drawn_at_most(seconds: float) -> int:
    """Microjoules."""
    return round(MAX_WATTS * max(seconds, _SHORTEST_SECONDS) * 1_000_000)
