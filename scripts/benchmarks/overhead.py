"""What the framework costs: the same network and data in a bare PyTorch loop and in `train.py`.

Both train on the embedded dataset, in turn, several times, in fresh processes of their own.
What is compared is the wall time of a training epoch, validation left out, as each measures it:
`python scripts/benchmarks/overhead.py [repeats] [override ...]`
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
EPOCHS = 3
# glibc gives memory back after each step and faults it in again at the next one where nothing
# lies above it: a sixth of the bare loop's time, by chance and not by design. Both keep theirs.
KEEP_MEMORY = {"MALLOC_TRIM_THRESHOLD_": str(2**32), "MALLOC_MMAP_THRESHOLD_": str(2**30)}


def main() -> None:
    """Run both in turn and print the ratio of their medians."""
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    overrides = sys.argv[2:]
    measures = {"bare loop": _bare, "train.py": _framework}
    rates: dict[str, list[float]] = {name: [] for name in measures}
    for turn in range(repeats):
        # Each goes first every other time: a machine's speed drifts.
        for name in list(measures)[:: 1 if turn % 2 == 0 else -1]:
            rates[name].append(measures[name](overrides))
            _say(f"{turn + 1}/{repeats}  {name:10s} {rates[name][-1]:8.1f} images/s")
    medians = {name: statistics.median(values) for name, values in rates.items()}
    for name, values in rates.items():
        _say(f"{name:10s} median {medians[name]:8.1f}  ({min(values):.1f} to {max(values):.1f})")
    ratio = medians["bare loop"] / medians["train.py"]
    _say(f"time of train.py / time of the bare loop: {ratio:.3f}")


def _bare(overrides: list[str]) -> float:
    command = [sys.executable, str(Path(__file__).with_name("bare_loop.py")), str(EPOCHS)]
    return float(_run([*command, *overrides]).split()[-1])


def _framework(overrides: list[str]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "train.py", f"hydra.run.dir={folder}/run", "test=false"]
        more = [f"trainer.max_epochs={EPOCHS}", *overrides]
        _run([*command, *more])
        result = json.loads((Path(folder) / "run" / "result.json").read_text())
    return float(result["images_per_second"])


def _run(command: list[str]) -> bytes:
    environment = os.environ | KEEP_MEMORY
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    return done.stdout


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
