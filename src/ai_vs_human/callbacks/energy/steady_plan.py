"""The keys of `inference_energy` to a plan of what is measured, for how long and how often."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ai_vs_human.errors import ConfigError


@dataclass(frozen=True)
class SteadyPlan:
    """How joules of inference are measured.

    Each batch size warms the device up; then come windows, one after the other, until the last
    `repeats` of them agree. These are the measurement, whatever became of the earlier ones.

    Attributes:
        batch_sizes: images a step; each is measured by itself.
        warmup_seconds: work before the first window: kernels are chosen, clocks and fans settle.
        window_seconds: the least length of a window, in whole steps. A GPU's counter moves every
            20 to 100 ms, so a second is ten of its periods at the least.
        repeats: windows that have to agree.
        steady_spread: how far apart they may be: (largest - smallest) / median of joules an image.
        most_windows: after so many the last ones are taken as they are, and called unsteady.
        idle_seconds: rest before all that, to measure what the devices draw without us.

    Raises:
        ConfigError: if a value cannot work.
    """

    batch_sizes: Sequence[int] = field(default=(1, 8, 32))
    warmup_seconds: float = 5.0
    window_seconds: float = 5.0
    repeats: int = 5
    steady_spread: float = 0.05
    most_windows: int = 20
    idle_seconds: float = 5.0

    def __post_init__(self) -> None:
        sizes = list(self.batch_sizes)
        _require("batch_sizes", sizes, "[1,8,32]", good=bool(sizes) and min(sizes, default=0) > 0)
        _require("batch_sizes", sizes, "[1,8,32]", good=len(set(sizes)) == len(sizes))
        _require("warmup_seconds", self.warmup_seconds, "5", good=self.warmup_seconds >= 0)
        _require("window_seconds", self.window_seconds, "5", good=self.window_seconds >= 1)
        _require("repeats", self.repeats, "5", good=self.repeats > 1)
        _require("steady_spread", self.steady_spread, "0.05", good=0 < self.steady_spread < 1)
        enough = self.most_windows >= self.repeats
        _require("most_windows", self.most_windows, str(4 * self.repeats), good=enough)
        _require("idle_seconds", self.idle_seconds, "5", good=self.idle_seconds >= 0)


def _require(name: str, value: object, example: str, *, good: bool) -> None:
    if not good:
        raise ConfigError(
            f"expected a value to measure with, but got {value} (inference_energy.{name})",
            hint=f"inference_energy.{name}={example}",
        )
