"""What can be measured to one line in the log, or to the error that ends the run."""

import logging
from collections.abc import Mapping, Sequence
from typing import Final

from ai_vs_human.callbacks.energy.meter import (
    COUNTED,
    Domain,
    DomainStatus,
    Provenance,
)
from ai_vs_human.errors import EnergyError

logger = logging.getLogger(__name__)

_ELSE: Final = (
    "energy=declared estimates from watts that you declare; energy=none measures nothing and says "
    "nothing"
)


def announce(domains: Mapping[Domain, Provenance], measured: Sequence[Domain]) -> None:
    """Say what is measured and what is not, as a warning where the computing device is not."""
    estimated = _sources(domains, ["estimate"])
    if not measured and not estimated:
        advice = "; ".join([*_hints(domains), _ELSE])
        logger.warning("Energy is not measured: %s. Hint: %s.", _reasons(domains), advice)
        return
    told = {"measured": _sources(domains, COUNTED), "estimated": estimated}
    found = "; ".join(f"{how}: {sources}" for how, sources in told.items() if sources)
    level = logging.WARNING if domains["gpu"].status == "unavailable" else logging.INFO
    logger.log(level, "Energy is %s. Not measured: %s.", found, _reasons(domains) or "-")


def refuse(domains: Mapping[Domain, Provenance]) -> EnergyError:
    """The error for a run that demands energy where there is none."""
    return EnergyError(
        "expected a counter to measure energy with, but got none: "
        f"{_reasons(domains)} (energy.on_unavailable=error)",
        hint="; ".join([*_hints(domains), "energy.on_unavailable=warn trains without"]),
    )


def _sources(domains: Mapping[Domain, Provenance], statuses: Sequence[DomainStatus]) -> str:
    known = [(name, p.source) for name, p in domains.items() if p.status in statuses]
    return ", ".join(f"{name} by {source}" for name, source in known)


def _reasons(domains: Mapping[Domain, Provenance]) -> str:
    return "; ".join(f"{name}: {p.reason}" for name, p in domains.items() if p.reason)


def _hints(domains: Mapping[Domain, Provenance]) -> list[str]:
    return list(dict.fromkeys(p.hint for p in domains.values() if p.hint))
