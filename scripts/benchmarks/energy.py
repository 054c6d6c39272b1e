"""What measuring energy costs a training step: the callback on and off, epoch by epoch in turn.

    python scripts/benchmarks/energy.py                 the default run, ten epochs of each
    python scripts/benchmarks/energy.py turns=20 model=npr data.size=tiny

Prints what each hook of the callback took, and the share of a step's time that its ticks were.
That share is what counts: the ratio of the two kinds of epochs is printed beside it, but no
machine keeps its speed to a thousandth from one epoch to the next. Where the machine has no
counters, Zeus reads those of a small tree of files that a thread advances; such a file and the
kernel's own take about as long to read.
"""

import logging
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final

from hydra import compose, initialize_config_dir
from lightning.pytorch import Callback, LightningModule, Trainer, seed_everything
from turns import say
from typing_extensions import override
from zeus.device.cpu import rapl

from ai_vs_human.callbacks.energy import EnergyMonitor
from ai_vs_human.tasks.assemble import assemble, make_trainer, resolved
from ai_vs_human.tasks.resolvers import register_resolvers

CONF: Final = Path(__file__).resolve().parents[2] / "conf"
ON, OFF = "energy=zeus", "energy=none"
EPOCH_ENDS: Final = ("on_train_epoch_end", "on_train_end", "teardown", "setup")
"""Hooks that come once an epoch or a run: logging and writing files are in them."""


class Hooks:
    """Wraps a callback's hooks with a clock.

    Attributes:
        seconds: of every call, by hook.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = defaultdict(list)

    def watch(self, callback: Callback) -> Callback:
        """The callback, whose hooks are timed from now on."""
        for name in (*(n for n in dir(Callback) if n.startswith("on_")), "setup", "teardown"):
            if getattr(type(callback), name) is not getattr(Callback, name):
                setattr(callback, name, self._timed(name, getattr(callback, name)))
        return callback

    def _timed(self, name: str, hook: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(hook)
        def timed(*args: Any, **kwargs: Any) -> Any:
            start = time.perf_counter()
            try:
                return hook(*args, **kwargs)
            finally:
                self.seconds[name].append(time.perf_counter() - start)

        return timed


class Stopwatch(Callback):
    """Seconds from the first training batch's start to the last one's end, by epoch."""

    def __init__(self) -> None:
        self.seconds_of_steps: list[float] = []
        self._start = 0.0

    @override
    def on_train_batch_start(
        self, trainer: Trainer, pl_module: LightningModule, batch: Any, batch_idx: int
    ) -> None:
        """Start with the epoch's second batch: the first one waits for what the epoch opens."""
        if batch_idx == 1:
            self._start = time.perf_counter()

    @override
    def on_train_batch_end(
        self, trainer: Trainer, pl_module: LightningModule, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        """Note a step's mean time so far; the epoch's last word stays."""
        if batch_idx == 1:
            self.seconds_of_steps.append(0.0)
        if batch_idx >= 1:
            self.seconds_of_steps[-1] = (time.perf_counter() - self._start) / batch_idx


def main() -> None:
    """Train in turn and print what measuring took."""
    words = dict(word.split("=", 1) for word in sys.argv[1:])
    turns = int(words.pop("turns", "10"))
    overrides = [f"{key}={value}" for key, value in words.items()]
    logging.disable(logging.WARNING)
    hooks, steps = Hooks(), {ON: list[float](), OFF: list[float]()}
    with tempfile.TemporaryDirectory() as home, counters(Path(home)) as where:
        say(f"counters: {where}")
        for turn in range(turns + 1):
            for name in (ON, OFF) if turn % 2 else (OFF, ON):
                watched = hooks if turn else Hooks()  # the first turn warms up
                found = epoch(Path(home) / "run", [name, *overrides], watched)
                if turn:
                    steps[name].append(found)
    show(hooks, steps, turns)


def epoch(folder: Path, overrides: list[str], hooks: Hooks) -> float:
    """Train for one epoch; seconds of a step, the loader's part in it included."""
    register_resolvers()
    fixed = [f"paths.run_dir={folder}", "callbacks=none", "logger=none", "trainer.max_epochs=1"]
    fixed += ["trainer.limit_val_batches=0", "test=false", "optimized_metric=null"]
    with initialize_config_dir(str(CONF)):
        config = resolved(compose("train", overrides=[*overrides, *fixed]))
    seed_everything(config["seed"], verbose=False)
    parts, watch = assemble(config), Stopwatch()
    callbacks = [
        hooks.watch(one) if isinstance(one, EnergyMonitor) else one
        for one in parts.trainer.callbacks  # type: ignore[attr-defined]
    ]
    trainer = make_trainer(config["trainer"], [watch, *callbacks], [])
    trainer.fit(parts.module, parts.datamodule)
    return watch.seconds_of_steps[-1]


@contextmanager
def counters(home: Path) -> Iterator[str]:
    """This machine's counters, or files that stand in for them."""
    if Path(rapl.RAPL_DIR).exists():
        yield f"this machine's, {rapl.RAPL_DIR}"
        return
    tree = home / "intel-rapl"
    zones = [tree / f"intel-rapl:{n}" for n in (0, 1)]
    zones += [zone / f"{zone.name}:0" for zone in zones]
    for number, zone in enumerate(zones):
        zone.mkdir(parents=True)
        (zone / "name").write_text("dram\n" if number > 1 else f"package-{number}\n")
        (zone / "max_energy_range_uj").write_text("262143328850\n")
    stop = Event()
    advance(zones, 0)
    thread = Thread(target=_turn, args=(zones, stop))
    thread.start()
    rapl.RAPL_DIR = str(tree)
    rapl.rapl_is_available.cache_clear()
    try:
        yield "stand-ins, two packages and their memory"
    finally:
        stop.set()
        thread.join()


def advance(zones: list[Path], microjoules: int) -> None:
    """Put every counter to a value, whole at every moment."""
    for zone in zones:
        (zone / "partial").write_text(f"{microjoules}\n")
        (zone / "partial").replace(zone / "energy_uj")


def _turn(zones: list[Path], stop: Event) -> None:
    value = 0
    while not stop.wait(0.5):
        value += 20_000_000
        advance(zones, value)


def show(hooks: Hooks, steps: dict[str, list[float]], turns: int) -> None:
    """Print hooks, shares and the ratio."""
    step = statistics.median(steps[ON])
    say(f"{'hook':28s} {'calls':>7s} {'us, median':>11s} {'us, mean':>11s}")
    for name, seconds in sorted(hooks.seconds.items()):
        middle, mean = statistics.median(seconds) * 1e6, statistics.fmean(seconds) * 1e6
        say(f"{name:28s} {len(seconds):7d} {middle:11.1f} {mean:11.1f}")
    ticks = hooks.seconds["on_train_batch_end"]
    say(f"a training step: {step * 1e3:.2f} ms (median of {turns} epochs with the callback)")
    say(f"ticks, share of a step's time: {statistics.fmean(ticks) / step:.4%} (goal: below 0.1 %)")
    rest = sum(sum(hooks.seconds[name]) for name in EPOCH_ENDS) / turns
    say(f"once an epoch and run, files and logging: {rest * 1e3:.1f} ms")
    ratio = step / statistics.median(steps[OFF])
    say(f"time of a step on / off: {ratio:.4f} (medians of {turns} epochs each, in turn)")


if __name__ == "__main__":
    main()
