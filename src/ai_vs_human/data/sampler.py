"""The order of a stage's images on one rank, as a function of seed and epoch."""

from collections.abc import Iterator

import numpy as np
from torch.utils.data import Sampler


class AddressedSampler(Sampler[tuple[int, int]]):
    """Gives (index, epoch) pairs; every rank gets equally many.

    Where the ranks do not divide the images, a shuffled epoch leaves out the last few (others
    each epoch), so that no image is learnt from twice; an ordered one repeats the first few,
    which whoever collects the predictions counts once.

    Args:
        size: number of images.
        seed: of the order.
        shuffle: a new order each epoch, or the manifest's order.
        rank: of this process.
        world_size: number of processes.
    """

    def __init__(
        self, size: int, seed: int = 0, *, shuffle: bool, rank: int = 0, world_size: int = 1
    ) -> None:
        self.size = size
        self.seed = seed
        self.shuffle = shuffle
        self.rank = rank
        self.world_size = world_size
        self.epoch = 0
        self._skipped = 0

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch whose order comes next; Lightning calls this before each epoch."""
        self.epoch = epoch

    def skip(self, count: int) -> None:
        """Leave out this rank's first `count` images of the epoch that is begun next, only."""
        self._skipped = count

    def __len__(self) -> int:
        """Images of this rank in an epoch."""
        whole, rest = divmod(self.size, self.world_size)
        return whole if self.shuffle or rest == 0 else whole + 1

    def __iter__(self) -> Iterator[tuple[int, int]]:
        """The addresses of this rank in the epoch's order."""
        order = np.arange(self.size)
        if self.shuffle:
            np.random.default_rng([self.seed, self.epoch]).shuffle(order)
        total = len(self) * self.world_size
        order = np.resize(order, total) if total > self.size else order[:total]
        start, self._skipped = self._skipped, 0
        epoch = self.epoch
        own = order[self.rank :: self.world_size][start:]
        return ((index, epoch) for index in own.tolist())
