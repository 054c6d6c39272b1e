"""What the framework costs: the same network and data in a bare PyTorch loop and in `train.py`.

Both train on the embedded dataset, in turn, several times, in fresh processes of their own.
What is compared is the wall time of a training epoch, validation left out, as each measures it:
`python scripts/benchmarks/overhead.py [repeats] [override ...]`
"""

import sys
from functools import partial
from pathlib import Path

from turns import EPOCHS, medians, output, say, train


def main() -> None:
    """Run both in turn and print the ratio of their medians."""
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    overrides = sys.argv[2:]
    rivals = {"bare loop": partial(_bare, *overrides), "train.py": partial(train, *overrides)}
    found = medians(rivals, repeats)
    ratio = found["bare loop"] / found["train.py"]
    say(f"time of train.py / time of the bare loop: {ratio:.3f}")


def _bare(*overrides: str) -> float:
    command = [sys.executable, str(Path(__file__).with_name("bare_loop.py")), str(EPOCHS)]
    return float(output([*command, *overrides]).split()[-1])


if __name__ == "__main__":
    main()
