"""Pairs of numbers to the connected components that they make."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.int64]


class Forest:
    """The components of 0 to `size` - 1, each alone at first.

    Args:
        size: how many numbers there are.
    """

    def __init__(self, size: int) -> None:
        self.roots: Final[Indices] = np.arange(size)
        """The smallest number of each number's component."""

    def apart(self, left: Indices, right: Indices) -> NDArray[np.bool_]:
        """Whether the two of each pair are in two components."""
        apart: NDArray[np.bool_] = self.roots[left] != self.roots[right]
        return apart

    def join(self, left: Indices, right: Indices) -> Indices:
        """Make one component of the two of each pair.

        Returns:
            Places of the pairs that did: the others join what earlier ones have joined.
        """
        joined: list[Indices] = []
        while True:
            ends = np.sort([self.roots[left], self.roots[right]], axis=0)
            apart = np.flatnonzero(ends[0] != ends[1])
            if not len(apart):
                return np.concatenate(joined) if joined else apart
            # One pair for each root that loses its component, so that no pair closes a circle.
            lost, first = np.unique(ends[1, apart], return_index=True)
            joined.append(apart[first])
            self.roots[lost] = ends[0, apart[first]]
            self._flatten()

    def _flatten(self) -> None:
        while (self.roots[self.roots] != self.roots).any():
            self.roots[:] = self.roots[self.roots]
