"""A GPU's possible power limits to the one that trains best, put back when the training ends."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import torch
from lightning.pytorch import Callback, LightningModule, Trainer
from typing_extensions import override

from ai_vs_human.callbacks.energy.processes import summed
from ai_vs_human.errors import ConfigError

logger = logging.getLogger(__name__)

Goal = Literal["energy", "time", "cost", "slowdown"]


class PowerLimit(Callback):
    """Has Zeus try the power limits of the GPU during the first steps, and keeps the best one.

    Zeus' `GlobalPowerLimitOptimizer` trains some steps at each limit, from the highest down, and
    measures them; several processes decide together. A validation, or the end of an epoch, that
    comes in between would be measured too: the limit is then tried again. The limit that was set
    before is put back when the training ends, fails or is told to stop (SIGTERM). Zeus by itself
    leaves the highest one behind, whatever was set before; its switching the driver's persistence
    mode on stays.

    Without a GPU of NVIDIA's or AMD's, or the right to set its limit, one warning says so, and the
    training goes on as it would have. An error of one among several processes later on ends it.

    Args:
        goal: the limit with the least energy, time or cost (a mean of both); or the lowest one
            with which a step is not slower than `slowdown` allows.
        eta: the weight of energy in the cost, in [0, 1]; time has the rest.
        slowdown: the time for a step over that at the highest limit, at least 1.
        wait_steps: batches before the first limit is tried.
        warmup_steps: batches at each limit before it is measured.
        profile_steps: batches at each limit that are measured: long enough for the counter.
        step_watts: from one limit to the next.

    Raises:
        ConfigError: if a number is not one of those.
    """

    def __init__(
        self,
        *,
        goal: Goal = "slowdown",
        eta: float = 0.5,
        slowdown: float = 1.1,
        wait_steps: int = 10,
        warmup_steps: int = 10,
        profile_steps: int = 40,
        step_watts: int = 25,
    ) -> None:
        _require("eta", eta, "a number in [0, 1]", sound=0 <= eta <= 1)
        _require("slowdown", slowdown, "a number from 1 up", sound=slowdown >= 1)
        counts = {"profile_steps": profile_steps, "warmup_steps": warmup_steps}
        for name, count in {**counts, "step_watts": step_watts}.items():
            _require(name, count, "a whole number from 1 up", sound=count >= 1)
        _require("wait_steps", wait_steps, "a whole number from 0 up", sound=wait_steps >= 0)
        self._goal, self._eta, self._slowdown = goal, eta, slowdown
        self._steps = {"wait_steps": wait_steps, **counts, "pl_step": step_watts}
        self._tried: Any = None

    @override
    def on_train_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Begin to try limits in all processes, or in none."""
        reason = self._begin(trainer)
        failed = summed(trainer, [int(reason is not None)])[0]
        if failed:
            self._end()
            if trainer.is_global_zero:
                told = reason or "another process may not"
                logger.warning("The GPU's power limit is left as it is: %s.", told)

    def _begin(self, trainer: Trainer) -> str | None:
        """Why no limit can be tried; None where one is tried now."""
        device = device_of(trainer)
        if device.type != "cuda":
            return f"the run computes on {device.type}"
        # Only here: Zeus' monitor, which its optimizer needs, takes seconds to import.
        from ai_vs_human.callbacks.energy.tried_limits import TriedLimits, selector  # noqa: PLC0415

        try:
            self._tried = TriedLimits(device.index or 0)
            chooser = selector(self._goal, self._eta, self._slowdown, trainer.world_size)
            self._tried.begin(chooser, self._steps)
        except Exception as error:  # noqa: BLE001 -- of drivers, daemons and missing rights; no
            # training may end because of them
            return f"{type(error).__name__}: {error}"
        return None

    @override
    def on_train_batch_start(
        self, trainer: Trainer, pl_module: LightningModule, batch: Any, batch_idx: int
    ) -> None:
        if self._tried is None:
            return
        before = self._tried.before
        with self._minding_errors(trainer):
            chosen = self._tried.step()
            if chosen is not None and trainer.is_global_zero:
                logger.info("The GPU's power limit is %d W now, and was %d W.", chosen, before)

    @override
    def on_validation_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        self._pause(trainer)

    @override
    def on_train_epoch_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        self._pause(trainer)

    def _pause(self, trainer: Trainer) -> None:
        """What comes now is no training step: a limit that is being tried is tried again."""
        if self._tried is not None:
            with self._minding_errors(trainer):
                self._tried.pause()

    @contextmanager
    def _minding_errors(self, trainer: Trainer) -> Iterator[None]:
        """Train on without it where the limit cannot be set any more, or nothing was measured."""
        try:
            yield
        except Exception as error:
            if trainer.world_size > 1:
                raise  # the others would wait for this process
            self._end()
            logger.warning(
                "The GPU's power limit is what it was before: %s: %s.", type(error).__name__, error
            )

    @override
    def on_train_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        self._end()

    @override
    def teardown(self, trainer: Trainer, pl_module: LightningModule, stage: str) -> None:
        self._end()

    @override
    def on_exception(
        self, trainer: Trainer, pl_module: LightningModule, exception: BaseException
    ) -> None:
        """Also on SIGTERM, which ends a training by an exception."""
        self._end()

    def _end(self) -> None:
        tried, self._tried = self._tried, None
        if tried is not None:
            tried.end()


def device_of(trainer: Trainer) -> torch.device:
    """What this process computes on."""
    return trainer.strategy.root_device


def _require(name: str, value: object, expected: str, *, sound: bool) -> None:
    if not sound:
        raise ConfigError(
            f"expected {expected}, but got {value} (callbacks.power_limit.{name})",
        )
