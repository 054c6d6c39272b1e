import math
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ai_vs_human.data.cores import available_cores
from ai_vs_human.data.synthetic.workers import spread
from ai_vs_human.errors import DataError

_KILLED = """
import math, os, signal
from ai_vs_human.data.synthetic.workers import spread

if __name__ == "__main__":
    for _ in spread(math.isqrt, range(100), 2):
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("count", [1, 2])
def test_all_results_come_back(count: int) -> None:
    assert sorted(spread(math.isqrt, [81, 16, 1, 100], count)) == [1, 4, 9, 10]


def test_a_worker_that_ends_early_is_reported_with_a_remedy() -> None:
    with pytest.raises(
        DataError, match=r"expected 2 processes to stay alive.*\nhint: data.workers"
    ):
        list(spread(os._exit, [3, 3], 2))


def test_an_error_in_a_worker_arrives_as_it_is() -> None:
    with pytest.raises(ValueError, match="nonnegative"):
        list(spread(math.isqrt, [-1], 2))


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_workers_end_with_a_killed_parent(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(_KILLED)

    # Returns only when nobody holds the pipe any more, the workers included.
    killed = subprocess.run(
        [sys.executable, script], stderr=subprocess.PIPE, check=False, timeout=60
    )

    assert killed.returncode == -signal.SIGKILL


def test_at_least_one_core_is_available() -> None:
    assert available_cores() >= 1


def test_drawing_needs_no_torch() -> None:
    code = "import sys, ai_vs_human.data.synthetic.write as w; sys.exit('torch' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
