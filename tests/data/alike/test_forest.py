"""Components of pairs, however the pairs come."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ai_vs_human.data.alike.forest import Forest

SIZE = 12
EDGES = st.lists(st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1)), max_size=30)


def roots(edges: list[tuple[int, int]]) -> list[int]:
    found = list(range(SIZE))
    for _ in range(SIZE):
        for left, right in edges:
            found[left] = found[right] = min(found[left], found[right])
    return found


@settings(deadline=None)
@given(EDGES, st.integers(0, 30))
def test_a_component_is_known_by_its_smallest_number(
    edges: list[tuple[int, int]], cut: int
) -> None:
    forest = Forest(SIZE)
    kept = []
    for part in (edges[:cut], edges[cut:]):
        ends = np.array(part, dtype=np.int64).reshape(-1, 2)
        kept += [part[place] for place in forest.join(ends[:, 0], ends[:, 1])]

    assert forest.roots.tolist() == roots(edges)
    assert roots(kept) == roots(edges)
    assert len(kept) == SIZE - len(set(roots(edges)))
