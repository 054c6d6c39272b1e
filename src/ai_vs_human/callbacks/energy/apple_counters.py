"""Apple's energy report of one chip to counters of its GPU, CPUs and memory.

IOReport gives joules of each part of the chip, which Apple's own model of it is believed to
compute: what comes of it is modelled, and not measured.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from zeus.device.soc.apple import AppleSilicon, AppleSiliconMeasurement, apple_silicon_is_available

from ai_vs_human.callbacks.energy.counted import Counted, counted, missing
from ai_vs_human.callbacks.energy.counter import Counter
from ai_vs_human.callbacks.energy.meter import DOMAINS, Domain

_PARTS: Final[dict[Domain, Sequence[str]]] = {
    "gpu": ("gpu_mj", "gpu_sram_mj"),
    "cpu": ("cpu_total_mj",),
    "dram": ("dram_mj",),
}
"""Millijoules of a measurement that belong to a domain; Torch does not use the neural engine."""

_HINT: Final = 'pip install "zeus[apple]" on an Apple chip'

Reading = Callable[[], AppleSiliconMeasurement]


def apple_counters(read: Reading | None = None) -> dict[Domain, Counted]:
    """Every domain of this machine's chip, or why it has none.

    Args:
        read: the chip's energy since any moment; None asks Zeus for it.
    """
    try:
        report = read or _open()
        return {domain: _domain(domain, report) for domain in DOMAINS}
    except Exception as error:  # noqa: BLE001 -- the chip's library names no errors of its own
        return dict.fromkeys(DOMAINS, missing(f"no IOReport: {error}", _HINT))


def _open() -> Reading:
    if not apple_silicon_is_available():
        raise OSError("zeus-apple-silicon is not installed, or this is no Apple chip")
    reading: Reading = AppleSilicon().get_total_energy_consumption
    return reading


def _domain(domain: Domain, report: Reading) -> Counted:
    first = report()
    parts = [part for part in _PARTS[domain] if getattr(first, part) is not None]
    if not parts:
        return missing(f"IOReport tells no {domain} on this chip", "many chips tell only some")
    counter = Counter(f"Apple {domain}", partial(_microjoules, report, parts))
    return counted("ioreport", counter, status="modelled")


def _microjoules(report: Reading, parts: Sequence[str]) -> int:
    measured = report()
    return sum(int(getattr(measured, part)) for part in parts) * 1000
