"""What each process of a training wishes to what all of them do, without a wait at every step."""

import math
import time
from collections.abc import Callable
from typing import Final

import torch

_SECONDS: Final = 1.0
"""From one vote to the next, about: a vote makes processes and devices wait for each other."""
_CALLS: Final = 10
"""From one vote to the next, at most: the next ones may take much longer than the last ones did."""


class Vote:
    """The greatest of the processes' wishes, which all learn in the same call.

    Every process calls as often as the others. From one vote to the next there are as many calls
    as the slowest process makes in a second, ten at most; a process that is alone gets its own
    wish at once.

    Args:
        clock: seconds; differences count.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._calls = 0
        self._next = 1
        self._last_calls = 0
        self._last_time = -math.inf

    def cast(self, wish: int, processes: int, device: torch.device) -> int:
        """The agreed wish; 0 between two votes.

        Args:
            wish: of this process, at least 0.
            processes: how many there are.
            device: that they talk to each other from.
        """
        if processes == 1:
            return wish
        self._calls += 1
        if self._calls < self._next:
            return 0
        now = self._clock()
        pace = (now - self._last_time) / (self._calls - self._last_calls)
        self._last_time, self._last_calls = now, self._calls
        votes = torch.tensor([float(wish), pace], device=device)
        torch.distributed.all_reduce(votes, torch.distributed.ReduceOp.MAX)
        agreed, seconds_per_call = votes.tolist()
        in_a_second = _SECONDS / max(seconds_per_call, _SECONDS / _CALLS)
        self._next = self._calls + max(1, int(in_a_second))
        return int(agreed)
