"""The order of streamed images on one rank, chunk by chunk, as a function of seed and epoch."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from ai_vs_human.data.sampler import AddressedSampler


class ChunkSampler(AddressedSampler):
    """Gives (index, epoch) pairs of a few chunks at a time; every rank gets equally many.

    A shuffled epoch puts the chunks in a new order, cuts that line of images into equal pieces,
    one a rank, and shuffles each piece in windows of a few chunks. So an image can come at any
    place of an epoch, but only beside images of the chunks in its window: less random than a
    full shuffle, and as good where chunks hold random samples, as `write_shards` makes them.
    An epoch that is not shuffled takes the chunks in order. Ranks share a chunk where a cut goes
    through it; what does not divide is left out or repeated as in `AddressedSampler`.

    Args:
        rows: where in the set each image is, by index.
        starts: the first row of each chunk.
        seed: of the order.
        shuffle: a new order each epoch, or the set's order.
        rank: of this process.
        world_size: number of processes.
        window: how many chunks are shuffled together.
        fetch_ahead: is told the chunks of this window and of the next one.
    """

    def __init__(
        self,
        rows: NDArray[np.int64],
        starts: Sequence[int],
        seed: int = 0,
        *,
        shuffle: bool,
        rank: int = 0,
        world_size: int = 1,
        window: int = 4,
        fetch_ahead: Callable[[Sequence[int]], None] = lambda chunks: None,  # noqa: ARG005 -- named
    ) -> None:
        super().__init__(len(rows), seed, shuffle=shuffle, rank=rank, world_size=world_size)
        self._rows = rows
        self._chunks = np.searchsorted(starts, rows, side="right") - 1
        self._chunk_count = len(starts)
        self._window = window if shuffle else 1
        self._fetch_ahead = fetch_ahead

    @override
    def __iter__(self) -> Iterator[tuple[int, int]]:
        start, self._skipped = self._skipped, 0
        return self._addresses(self._windows(), start, self.epoch)

    def _addresses(
        self, windows: Sequence[NDArray[np.int64]], start: int, epoch: int
    ) -> Iterator[tuple[int, int]]:
        for number, window in enumerate(windows):
            if start < len(window):
                near = np.concatenate(windows[number : number + 2])
                self._fetch_ahead(list(dict.fromkeys(self._chunks[near].tolist())))
                yield from ((index, epoch) for index in window[start:].tolist())
            start = max(0, start - len(window))

    def _windows(self) -> list[NDArray[np.int64]]:
        """This rank's indices of the epoch, cut where a window of chunks ends."""
        rng = np.random.default_rng([self.seed, self.epoch])
        places = np.arange(self._chunk_count)
        if self.shuffle:
            rng.shuffle(places)
        line = np.lexsort((self._rows, places[self._chunks]))
        count = len(self)
        total = count * self.world_size
        line = np.resize(line, total) if total > self.size else line
        own = line[self.rank * count : (self.rank + 1) * count]
        windows = np.split(own, self._cuts(own))
        if self.shuffle:
            for window in windows:
                rng.shuffle(window)
        return windows

    def _cuts(self, own: NDArray[np.int64]) -> NDArray[np.int64]:
        """Where a window begins, the first one left out."""
        changes = np.flatnonzero(np.diff(self._chunks[own])) + 1
        return changes[self._window - 1 :: self._window]
