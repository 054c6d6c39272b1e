"""A DataLoader that can go on in the middle of an epoch, and knows how long it was waited for."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

import torch
from torch.utils.data import DataLoader
from typing_extensions import override

from ai_vs_human.batch import Sample
from ai_vs_human.data.ahead import ahead
from ai_vs_human.data.sampler import AddressedSampler

_DEPTH: Final = 2
"""Batches that are ready at most while one is learnt from."""


class ResumableLoader(DataLoader[Sample]):
    """Knows how many batches of the epoch it has given, and can begin after as many.

    Without worker processes, a thread prepares the next batches.

    torchdata's StatefulDataLoader stores the state of its workers; ours needs none, since the
    order of an epoch is a function of seed and epoch: the sampler leaves out what was given.
    """

    _given = 0
    _start = 0
    _waited = 0.0

    @property
    def waited_seconds(self) -> float:
        """How long somebody has waited for its batches, over all epochs; a callback reads it."""
        return self._waited

    @property
    def position(self) -> int:
        """The batches that were given in this epoch."""
        return self._given

    def begin_after(self, batches: int) -> None:
        """Begin the next epoch after as many batches, and only that one."""
        self._start = batches

    @override
    def __iter__(self) -> Iterator[Any]:  # type: ignore[override]  # torch names its own class
        """Batches; nothing is loaded before the first one is asked for.

        Lightning makes an iterator before it has told the sampler its epoch.
        """
        start, self._start = self._start, 0
        self._given = start
        return self._batches(start)

    def _batches(self, start: int) -> Iterator[Any]:
        if isinstance(self.sampler, AddressedSampler) and self.batch_size is not None:
            self.sampler.skip(start * self.batch_size)
        # Made here: torch draws a number from the generator that dropout shares.
        batches: Iterator[Any] = super().__iter__()
        if self.num_workers == 0:
            batches = ahead(batches, _DEPTH, _same_device(pin_memory=self.pin_memory))
        while True:
            before = time.perf_counter()
            batch = next(batches, None)
            self._waited += time.perf_counter() - before
            if batch is None:
                return
            self._given += 1
            yield batch


def _same_device(*, pin_memory: bool) -> Callable[[], object]:
    """Page-locked memory belongs to the device of the thread that asks for it."""
    if not (pin_memory and torch.cuda.is_available()):
        return lambda: None
    return partial(torch.cuda.set_device, torch.cuda.current_device())
