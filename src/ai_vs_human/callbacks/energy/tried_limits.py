"""Zeus' search for a GPU's best power limit to one that leaves the limit as it was."""

import atexit
import logging
from collections.abc import Mapping
from typing import Any

import torch
from zeus.device import get_gpus
from zeus.monitor import ZeusMonitor
from zeus.optimizer.power_limit import (
    Done,
    Energy,
    GlobalPowerLimitOptimizer,
    MaxSlowdownConstraint,
    OptimumSelector,
    Time,
    ZeusCost,
)

from ai_vs_human.callbacks.energy.nvidia_gpu import nvidia_gpu

logger = logging.getLogger(__name__)


class TriedLimits:
    """The limits of one GPU while they are tried.

    Args:
        index: of the GPU, as Torch numbers it.

    Raises:
        RuntimeError: if Zeus numbers the GPUs in another way.
        ZeusBaseGPUError: if the limit cannot be read or set.
    """

    def __init__(self, index: int) -> None:
        self._gpus: Any = get_gpus()
        _require_the_same_gpu(self._gpus, index)
        self._index = index
        self._before_milliwatts = int(self._gpus.get_power_management_limit(index))
        self._optimizer: GlobalPowerLimitOptimizer | None = None
        self._chosen = False

    @property
    def before(self) -> int:
        """The limit that was set before, in watts."""
        return self._before_milliwatts // 1000

    def begin(self, chooser: OptimumSelector, steps: Mapping[str, int]) -> None:
        """Set the highest limit, and have the others tried from the next step on.

        Args:
            chooser: takes one of the limits by what was measured.
            steps: how many, and from which limit to the next, in Zeus' words.

        Raises:
            RuntimeError: if this process may not set limits.
            ZeusBaseGPUError: if they cannot be set.
        """
        # Before Zeus registers what sets the highest limit, so that it runs after that.
        atexit.register(self.end)
        monitor = ZeusMonitor(gpu_indices=[self._index], cpu_indices=[])
        self._optimizer = GlobalPowerLimitOptimizer(monitor, chooser, **steps)

    def step(self) -> int | None:
        """A training step begins; the chosen limit in watts, once it is chosen."""
        if self._optimizer is None or self._chosen:
            return None
        self._optimizer.on_step_begin()
        state = self._optimizer.state
        if not isinstance(state, Done):
            return None
        self._chosen = True
        return int(state.optimal_power_limit) // 1000

    def pause(self) -> None:
        """What is measured now does not count."""
        if self._optimizer is not None:
            self._optimizer.on_epoch_end()

    def end(self) -> None:
        """Put the limit back, once; Zeus leaves it alone from now on."""
        atexit.unregister(self.end)
        optimizer, self._optimizer = self._optimizer, None
        if optimizer is not None:
            # What Zeus does when the program ends it does only where it knows of another limit.
            optimizer.current_power_limit = max(optimizer.power_limits)
        try:
            self._gpus.set_power_management_limit(self._index, self._before_milliwatts)
        except Exception as error:  # noqa: BLE001 -- of a driver; the training is over already
            logger.warning(
                "Expected to set the GPU's power limit back to %d W, but got: %s.",
                self.before,
                error,
            )


def selector(goal: str, eta: float, slowdown: float, processes: int) -> OptimumSelector:
    """What chooses among the limits; the arguments are those of `PowerLimit`."""
    known: Mapping[str, OptimumSelector] = {
        "energy": Energy(),
        "time": Time(),
        "cost": ZeusCost(eta_knob=eta, world_size=processes),
        "slowdown": MaxSlowdownConstraint(factor=slowdown),
    }
    return known[goal]


def _require_the_same_gpu(gpus: Any, index: int) -> None:
    """Zeus reads CUDA_VISIBLE_DEVICES itself, and not CUDA_DEVICE_ORDER: look what it came to."""
    if torch.version.hip:
        return  # AMD's have the same numbers
    theirs, ours = gpus.gpus[index].gpu_index, nvidia_gpu(torch.device("cuda", index)).gpu_index
    if theirs != ours:
        raise RuntimeError(
            f"Zeus takes GPU {theirs} of the machine for cuda:{index}, which is {ours}:"
            " CUDA_DEVICE_ORDER=PCI_BUS_ID makes them agree"
        )
