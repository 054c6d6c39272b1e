"""A process that has imported everything and forks itself for each training: seconds saved.

Reads one JSON object a line: the words of the command line, the trainings to start at once (each
with its folder and what it has besides in its environment), and when to send which signal to each
and to all it started: so many seconds after the n-th resume point that comes to a place below the
first one's folder (null for never). Answers with the list of their exit codes, negative for a
signal.
"""

import json
import os
import runpy
import signal
import sys
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import Any

# What a training imports, once for all of them
import gcsfs  # noqa: F401
import optuna  # noqa: F401
import sklearn.linear_model
import sklearn.model_selection  # noqa: F401
import zeus.device  # noqa: F401

import ai_vs_human.tasks.train
import ai_vs_human.tasks.validation.diagnose  # noqa: F401
import hydra_plugins.ai_vs_human  # noqa: F401

TRAIN = Path(__file__).parents[2] / "train.py"


def main() -> None:
    """Fork trainings for each line."""
    for line in sys.stdin:
        order = json.loads(line)
        children = [fork(start, order["words"]) for start in order["starts"]]
        ended = Event()
        killer = Thread(target=kill_at, args=(children, order, ended))
        killer.start()
        codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        ended.set()
        killer.join()
        for child in children:
            kill(child)  # what it started must not outlive it
        sys.stdout.write(json.dumps(codes) + "\n")
        sys.stdout.flush()


def kill_at(children: list[int], order: dict[str, Any], ended: Event) -> None:
    """Wait for so many resume points and then so many seconds, unless the training ends before."""
    if order["kill"] is None:
        return
    points, seconds = order["kill"]
    cwd = Path(order["starts"][0]["cwd"])
    seen = set[int]()
    while len(seen) < points and not ended.wait(0.002):
        with suppress(FileNotFoundError):  # the newest is being replaced
            seen |= {path.stat().st_mtime_ns for path in cwd.glob(order["points"])}
    if not ended.wait(seconds):
        for child in children:
            kill(child, order["signal"])


def kill(leader: int, number: int = signal.SIGKILL) -> None:
    """End a session, if there still is one."""
    with suppress(ProcessLookupError):
        os.killpg(leader, number)


def fork(start: dict[str, Any], words: list[str]) -> int:
    """Start `python train.py <words>` in a session of its own; its output goes to said.txt."""
    child = os.fork()
    if child:
        return child
    os.setsid()
    os.chdir(start["cwd"])
    os.environ.update(start["environment"])
    said = os.open("said.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(said, stream)
    sys.argv = [str(TRAIN), *words]
    code = 1
    try:
        runpy.run_path(str(TRAIN), run_name="__main__")
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    finally:
        sys.stdout.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
