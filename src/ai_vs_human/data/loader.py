"""A DataLoader that can go on in the middle of an epoch."""

from collections.abc import Iterator
from typing import Any

from torch.utils.data import DataLoader
from typing_extensions import override

from ai_vs_human.batch import Sample
from ai_vs_human.data.sampler import AddressedSampler


class ResumableLoader(DataLoader[Sample]):
    """Knows how many batches of the epoch it has given, and can begin after as many.

    torchdata's StatefulDataLoader stores the state of its workers; ours needs none, since the
    order of an epoch is a function of seed and epoch: the sampler leaves out what was given.
    """

    _given = 0
    _start = 0

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
        for batch in super().__iter__():
            self._given += 1
            yield batch
