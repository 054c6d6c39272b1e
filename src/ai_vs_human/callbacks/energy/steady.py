"""A step, repeated, and a meter to windows of equal work that agree with each other."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from ai_vs_human.callbacks.energy.meter import COUNTED, DOMAINS, Domain, Meter
from ai_vs_human.callbacks.energy.steady_plan import SteadyPlan

Step = Callable[[], int]
"""Works on some images, waits for the device, and says how many they were."""


@dataclass(frozen=True)
class Window:
    """What was counted from one reading to the next.

    Attributes:
        seconds: on the wall clock.
        images: worked on.
        microjoules: by domain, counted and estimated ones alike.
    """

    seconds: float
    images: int
    microjoules: Mapping[Domain, int]

    def joules(self, domains: Sequence[Domain]) -> float:
        """Over some domains."""
        return sum(self.microjoules.get(domain, 0) for domain in domains) / 1e6


@dataclass(frozen=True)
class Steady:
    """The windows that count, over some domains.

    Attributes:
        windows: the last ones, at least one image in each.
        domains: what the joules are of.
    """

    windows: Sequence[Window]
    domains: Sequence[Domain]

    @property
    def joules_per_image(self) -> list[float]:
        """Of each window."""
        return [window.joules(self.domains) / window.images for window in self.windows]

    @property
    def middle(self) -> float:
        """The median of joules an image."""
        return median(self.joules_per_image)

    @property
    def spread(self) -> float | None:
        """(Largest - smallest) / median; None where nothing was counted."""
        found = self.joules_per_image
        return (max(found) - min(found)) / median(found) if median(found) > 0 else None

    @property
    def images_per_second(self) -> float:
        """The median of the windows' rates."""
        return median(window.images / window.seconds for window in self.windows)

    @property
    def mean_watts(self) -> float:
        """The median of the windows' mean powers."""
        return median(window.joules(self.domains) / window.seconds for window in self.windows)

    def agrees(self, plan: SteadyPlan) -> bool:
        """Whether there are enough windows, and they are as near to each other as planned."""
        near = self.spread is not None and self.spread <= plan.steady_spread
        return near and len(self.windows) >= plan.repeats


class SteadyBench:
    """Measures steps on a device that is warm, until windows of them agree.

    Args:
        meter: of the device, and of nothing but this process' share in it.
        plan: how long and how often.
        clock: seconds since any moment; never goes back.
        rest: does nothing for so many seconds.
    """

    def __init__(
        self,
        meter: Meter,
        plan: SteadyPlan,
        clock: Callable[[], float] = time.perf_counter,
        rest: Callable[[float], None] = time.sleep,
    ) -> None:
        self._meter = meter
        self._plan = plan
        self._clock = clock
        self._rest = rest

    @property
    def counted(self) -> list[Domain]:
        """The domains that have a counter."""
        return [name for name in DOMAINS if self._meter.domains[name].status in COUNTED]

    @property
    def estimated(self) -> list[Domain]:
        """The domains with declared watts."""
        return [name for name in DOMAINS if self._meter.domains[name].status == "estimate"]

    def idle(self) -> Window:
        """What is drawn while we rest: by the device itself, and by whoever else works on it."""
        self._meter.read(settled=True)
        start = self._clock()
        self._rest(self._plan.idle_seconds)
        spent = self._meter.read(settled=True)
        return Window(self._clock() - start, 0, spent)

    def windows(self, step: Step) -> Iterator[Sequence[Window]]:
        """Warm up, then measure: after each window the last ones, until they agree.

        Args:
            step: the work, the same each time.

        Yields:
            Up to `plan.repeats` windows; those of the last time are the measurement.
        """
        self._work(step, self._plan.warmup_seconds)
        self._meter.read(settled=True)
        found: list[Window] = []
        judged = self.counted or self.estimated
        for _ in range(self._plan.most_windows):
            found = [*found, self._window(step)][-self._plan.repeats :]
            yield found
            if Steady(found, judged).agrees(self._plan):
                return

    def _window(self, step: Step) -> Window:
        start = self._clock()
        images = self._work(step, self._plan.window_seconds)
        spent = self._meter.read(settled=True)
        return Window(self._clock() - start, images, spent)

    def _work(self, step: Step, seconds: float) -> int:
        """Whole steps for so many seconds, at least one; how many images they were."""
        end = self._clock() + seconds
        images = step()
        while self._clock() < end:
            images += step()
        return images
