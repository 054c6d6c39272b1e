"""The real Zeus' search for a power limit, on a GPU that a test invents; and what it leaves behind.

That a real GPU draws less at a lower limit is not shown here.
"""

import atexit
import logging
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
import zeus.device.gpu
import zeus.monitor.energy
from lightning.pytorch.utilities.exceptions import SIGTERMException
from zeus.device.gpu import ZeusGPUNoPermissionError

from ai_vs_human.callbacks.energy import power_limit, tried_limits
from ai_vs_human.callbacks.energy.power_limit import PowerLimit
from ai_vs_human.errors import ConfigError, PreemptedError
from tests.callbacks.energy.spending import Spender, fit, trainer

# Lightning 2.6 makes a tree specification that torch deprecates, in every call of a Trainer.
pytestmark = pytest.mark.filterwarnings("ignore:.*LeafSpec.*:FutureWarning")

BEFORE, LOWEST, HIGHEST = 180, 100, 200
SECONDS = {200: 1.0, 150: 1.05, 100: 2.0}
"""Of a step at each limit; with the watts of the limit, 150 W takes the least energy."""
QUICK = {"wait_steps": 0, "warmup_steps": 1, "profile_steps": 1, "step_watts": 50}


class Gpu:
    """Zeus' collection of GPUs, with one that draws what its limit lets it.

    Attributes:
        limit: in watts, as it is now.
        limits: all that were set.
        may_set: whether the process may do so.
        counts: whether the energy counter moves.
    """

    def __init__(self) -> None:
        self.limit = BEFORE
        self.limits: list[int] = []
        self.may_set = True
        self.counts = True
        self.seconds = 0.0
        self.millijoules = 0
        self.gpus = [SimpleNamespace(gpu_index=3)]

    def work(self) -> None:
        """Take a training step's time and energy."""
        seconds = SECONDS.get(self.limit, 1.0)
        self.seconds += seconds
        self.millijoules += int(1000 * self.limit * seconds) * self.counts

    def get_power_management_limit_constraints(self, _: int) -> tuple[int, int]:
        return LOWEST * 1000, HIGHEST * 1000

    def get_power_management_limit(self, _: int) -> int:
        return self.limit * 1000

    def set_power_management_limit(self, _: int, milliwatts: int) -> None:
        if milliwatts == self.limit * 1000:
            return
        if not self.may_set:
            raise ZeusGPUNoPermissionError("Insufficient Permissions")
        self.limit = milliwatts // 1000
        self.limits.append(self.limit)

    def set_persistence_mode(self, _: int, *, enabled: bool, block: bool) -> None:
        """Nothing to see."""

    def supports_get_total_energy_consumption(self, _: int) -> bool:
        return True

    def get_total_energy_consumption(self, _: int) -> int:
        return self.millijoules

    def __len__(self) -> int:
        return 1


@pytest.fixture
def at_exit(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], Any]]:
    """What is to be done when the program ends, in the order of asking."""
    asked: list[Callable[[], Any]] = []
    monkeypatch.setattr(atexit, "register", asked.append)
    monkeypatch.setattr(atexit, "unregister", lambda one: one in asked and asked.remove(one))
    return asked


@pytest.fixture
def gpu(
    no_counters: Path, at_exit: list[Callable[[], Any]], monkeypatch: pytest.MonkeyPatch
) -> Gpu:
    found = Gpu()
    monkeypatch.setattr(zeus.device.gpu, "_gpus", found)
    monkeypatch.setattr(zeus.monitor.energy, "time", lambda: found.seconds)
    monkeypatch.setattr(zeus.monitor.energy, "sync_execution_fn", lambda *_, **__: None)
    monkeypatch.setattr(power_limit, "device_of", lambda _: torch.device("cuda", 0))
    monkeypatch.setattr(tried_limits, "nvidia_gpu", lambda _: found.gpus[0])
    return found


class Worker(Spender):
    """Works in training steps only, and notes the limit of each validation."""

    def __init__(self, gpu: Gpu, **options: Any) -> None:
        super().__init__(lambda _: None, **options)
        self.gpu = gpu
        self.validated_at: list[int] = []

    def training_step(self, batch: Any) -> torch.Tensor:
        self.gpu.work()
        return super().training_step(batch)

    def on_validation_epoch_start(self) -> None:
        self.validated_at.append(self.gpu.limit)


def run(folder: Path, callback: PowerLimit, module: Worker, **options: Any) -> None:
    fit(trainer(callback, folder, num_sanity_val_steps=0, **options), module)


@pytest.mark.parametrize(
    ("goal", "slowdown", "best"),
    [
        ("energy", 1.1, 150),
        ("time", 1.1, 200),
        ("slowdown", 1.1, 150),
        ("slowdown", 2.5, 100),
        ("cost", 1.1, 150),
    ],
)
def test_the_best_limit_is_found_kept_and_taken_back_at_the_end(
    gpu: Gpu, tmp_path: Path, goal: Any, slowdown: float, best: int
) -> None:
    module = Worker(gpu)
    callback = PowerLimit(goal=goal, slowdown=slowdown, **QUICK)
    run(tmp_path, callback, module, max_epochs=4)

    assert gpu.limits[:3] == [200, 150, 200]  # the first epoch ends while 150 W are tried
    assert module.validated_at == [200, 200, best, best]
    assert gpu.limits[-1] == gpu.limit == BEFORE


def test_a_validation_is_not_measured_with_the_steps_around_it(gpu: Gpu, tmp_path: Path) -> None:
    module = Worker(gpu)
    callback = PowerLimit(goal="energy", **(QUICK | {"profile_steps": 3}))
    run(tmp_path, callback, module, max_epochs=5, val_check_interval=2)

    assert set(module.validated_at) == {HIGHEST}  # two steps are too few for any limit
    assert set(gpu.limits) == {HIGHEST, BEFORE}


@pytest.mark.parametrize(
    ("failure", "raised"),
    [
        (RuntimeError("the step failed"), RuntimeError),
        (KeyboardInterrupt("enough"), SystemExit),
        (SIGTERMException("the machine is taken back"), SIGTERMException),
        (PreemptedError(), PreemptedError),
    ],
)
def test_a_training_that_breaks_off_puts_the_limit_back(
    gpu: Gpu, tmp_path: Path, failure: BaseException, raised: type[BaseException]
) -> None:
    with pytest.raises(raised, match=r"^(the|1$|75$)"):
        run(tmp_path, PowerLimit(**QUICK), Worker(gpu, fail_at=2, failure=failure))

    assert gpu.limits[0] == HIGHEST
    assert gpu.limit == BEFORE


def test_zeus_does_not_set_the_highest_limit_when_the_program_ends(
    gpu: Gpu, tmp_path: Path, at_exit: list[Callable[[], Any]]
) -> None:
    run(tmp_path, PowerLimit(goal="energy", **QUICK), Worker(gpu), max_epochs=4)
    limits = list(gpu.limits)
    assert len(at_exit) == 1  # Zeus' own
    for action in reversed(list(at_exit)):
        action()

    assert gpu.limits == limits
    assert gpu.limit == BEFORE


def test_a_program_that_ends_without_a_word_to_its_callbacks_puts_the_limit_back(
    gpu: Gpu, at_exit: list[Callable[[], Any]]
) -> None:
    tried = tried_limits.TriedLimits(0)
    tried.begin(tried_limits.selector("energy", 0.5, 1.1, 1), {"wait_steps": 0})
    tried.step()
    for action in reversed(list(at_exit)):
        action()

    assert gpu.limits == [HIGHEST, BEFORE]


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [r.message for r in caplog.records if "power limit" in r.message and "ai_vs" in r.name]


def test_without_the_right_to_set_limits_one_warning_comes_and_training_goes_on(
    gpu: Gpu, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    gpu.may_set = False
    module = Worker(gpu)
    run(tmp_path, PowerLimit(**QUICK), module)

    assert module.steps == 8
    reason = "ZeusGPUNoPermissionError: Insufficient Permissions"
    assert told(caplog) == [f"The GPU's power limit is left as it is: {reason}."]


def test_a_run_on_the_cpu_leaves_every_gpu_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fit(trainer(PowerLimit(**QUICK), tmp_path), Spender(lambda _: None))

    assert told(caplog) == ["The GPU's power limit is left as it is: the run computes on cpu."]


def test_another_gpu_than_the_run_s_is_left_alone(
    gpu: Gpu, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = SimpleNamespace(gpu_index=1)
    monkeypatch.setattr(tried_limits, "nvidia_gpu", lambda _: other)
    run(tmp_path, PowerLimit(**QUICK), Worker(gpu))

    assert gpu.limits == []
    assert "Zeus takes GPU 3 of the machine for cuda:0, which is 1" in told(caplog)[0]


@pytest.mark.filterwarnings("ignore:.*energy.*:UserWarning")  # Zeus' own, of the counter
def test_a_counter_too_slow_for_the_steps_ends_the_search_and_not_the_training(
    gpu: Gpu, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    gpu.counts = False
    module = Worker(gpu)
    run(tmp_path, PowerLimit(**QUICK), module)

    assert module.steps == 8
    assert gpu.limit == BEFORE
    assert told(caplog)[0].startswith("The GPU's power limit is what it was before: Validation")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"eta": 1.5}, r"a number in \[0, 1\], but got 1.5 \(callbacks.power_limit.eta\)"),
        ({"slowdown": 0.9}, "a number from 1 up, but got 0.9"),
        ({"profile_steps": 0}, r"from 1 up, but got 0 \(callbacks.power_limit.profile_steps\)"),
        ({"wait_steps": -1}, "from 0 up, but got -1"),
    ],
)
def test_wrong_numbers_are_refused(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        PowerLimit(**wrong)
