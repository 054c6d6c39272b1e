"""What `trainer.deterministic=true` costs on this machine: the same training with and without it.

Both train in turn, several times, in fresh processes; what is compared is the wall time of a
training epoch, validation left out: `python scripts/benchmarks/determinism.py [repeats]
[override ...]`, for instance with `trainer=gpu model=resnet18`.
"""

import sys
from functools import partial

from turns import medians, say, train


def main() -> None:
    """Run both in turn and print the ratio of their medians."""
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    overrides = sys.argv[2:]
    rivals = {
        "free": partial(train, *overrides, "trainer.deterministic=false"),
        "deterministic": partial(train, *overrides, "trainer.deterministic=true"),
    }
    found = medians(rivals, repeats)
    say(f"time deterministic / time free: {found['free'] / found['deterministic']:.3f}")


if __name__ == "__main__":
    main()
