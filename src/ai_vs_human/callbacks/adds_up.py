"""What a callback must have whose state is a sum over processes, so that a checkpoint holds it."""

from typing import Protocol, runtime_checkable

from lightning.pytorch import Trainer


@runtime_checkable
class AddsUp(Protocol):
    """A callback that can ask the other processes, where a checkpoint's state cannot."""

    def add_up(self, trainer: Trainer) -> None:
        """Learn what all processes have to add; each of them comes here at the same step."""
