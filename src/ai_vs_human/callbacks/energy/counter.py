"""Readings of one hardware counter to the microjoules that it counted in between."""

from collections.abc import Callable
from typing import Final

MAX_WATTS: Final = 1000
"""More than any one processor package or its memory draws; Zeus assumes the same."""


class Counter:
    """A counter that rises, wraps to 0 at the end of its range, and may be reset or vanish.

    A value below the one before is a wrap where that makes the increment at most half of the
    range, and a reset otherwise: read often enough, a counter cannot pass half of its range.
    A reset loses what was counted since the reading before, and says so.

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
        self._read = read
        self._range = range_microjoules
        self._lost = False
        self._value = read()

    def advance(self, seconds: float) -> int:
        """Microjoules since the reading before, which was so many seconds ago."""
        if self._lost:
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
        return self._increment(before, value)

    def _increment(self, before: int, value: int) -> int:
        if value >= before:
            return value - before
        wrapped = value - before + (self._range or 0)
        if self._range and 0 <= wrapped <= self._range // 2:
            return wrapped
        self.anomalies.append(f"{self.device} fell from {before} to {value} uJ without a wrap")
        return 0
