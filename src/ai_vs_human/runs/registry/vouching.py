"""A run's energy summary to the devices that its joules are of, and to what is missing in them."""

from collections.abc import Iterator, Mapping
from typing import Any

from ai_vs_human.runs.result import Result


def devices_of(result: Result, metric: str) -> tuple[str, ...]:
    """The domains that a run's sum of joules is over, such as gpu and cpu; empty if unknown.

    Args:
        result: of the run.
        metric: the sum's key; below `energy_est/` it is over domains with declared watts.
    """
    domains = _mapping(_mapping(result.energy).get("domains"))
    counted = ("estimate",) if metric.startswith("energy_est/") else ("measured", "modelled")
    return tuple(
        sorted(name for name, one in domains.items() if _mapping(one).get("status") in counted)
    )


def gap_of(result: Result) -> str | None:
    """Why a run has no joules, or fewer than it spent; None where neither is known."""
    if result.energy is None:
        return None if _has_joules(result) else "nobody asked for it (energy=none)"
    if not _has_joules(result):
        return "; ".join(_missing(result.energy)) or "energy.json says why"
    return "; ".join(_partial(result.energy)) or _late(result.energy)


def _has_joules(result: Result) -> bool:
    return any(name.startswith("energy/") for name in result.metrics)


def _missing(energy: Mapping[str, Any]) -> Iterator[str]:
    """The reasons of the domains that the run used."""
    for name, one in _mapping(energy.get("domains")).items():
        known = _mapping(one)
        if known.get("reason") and known.get("status") != "unused":
            yield f"{name}: {known['reason']}"


def _partial(energy: Mapping[str, Any]) -> Iterator[str]:
    for name, one in _mapping(energy.get("domains")).items():
        if (found := _mapping(one)).get("partial"):
            said = found.get("anomalies") or ["energy.json says why"]
            yield f"{name} counted less than was spent: {said[0]}"
            return
    if isinstance(missed := energy.get("partial"), list) and missed and not _late(energy):
        yield f"some process or earlier attempt missed joules of {', '.join(map(str, missed))}"


def _late(energy: Mapping[str, Any]) -> str | None:
    """Of a resumed run: sessions that did not all measure the same."""
    lineage = _mapping(energy.get("cumulative")).get("lineage")
    if not isinstance(lineage, list) or len({"+".join(sorted(one)) for one in lineage}) < 2:  # noqa: PLR2004
        return None
    said = ", then ".join("+".join(one) or "nothing" for one in lineage)
    return f"its attempts did not measure the same: {said}"


def _mapping(value: object) -> Mapping[str, Any]:
    """What a damaged or older file holds instead is nothing."""
    return value if isinstance(value, Mapping) else {}
