"""Learning-rate schedules over a known number of optimizer steps."""

import math

from torch.optim import Optimizer
from torch.optim.lr_scheduler import LambdaLR, StepLR


def constant(optimizer: Optimizer, total_steps: int) -> LambdaLR:
    """The same rate from the first step to the last."""
    del total_steps
    return LambdaLR(optimizer, lambda _: 1.0)


def cosine(
    optimizer: Optimizer,
    total_steps: int,
    warmup: float = 0.1,
    final: float = 0.01,
) -> LambdaLR:
    """Up in a straight line, then down along half a cosine.

    Args:
        optimizer: whose rates are scaled.
        total_steps: optimizer steps of the whole fit.
        warmup: share of the steps that rise, in [0, 1).
        final: the last rate as a share of the highest.
    """
    rising = max(1, round(warmup * total_steps))

    def factor(step: int) -> float:
        if step < rising:
            return (step + 1) / rising
        progress = min(1.0, (step - rising) / max(1, total_steps - rising))
        return final + (1 - final) * (1 + math.cos(math.pi * progress)) / 2

    return LambdaLR(optimizer, factor)


def step(optimizer: Optimizer, total_steps: int, drops: int = 3, gamma: float = 0.3) -> StepLR:
    """Times `gamma` at `drops` evenly spaced moments."""
    return StepLR(optimizer, step_size=max(1, total_steps // (drops + 1)), gamma=gamma)
