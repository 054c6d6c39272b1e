"""What the config declares to draw to checked watts by domain."""

from collections.abc import Mapping
from typing import Final

import torch

from ai_vs_human.callbacks.energy.meter import DOMAINS, Domain
from ai_vs_human.callbacks.energy.no_counters import GPU_TYPES
from ai_vs_human.errors import EnergyError
from ai_vs_human.runs.number import is_number

_KEY: Final = "energy.declared_watts"


def declared(watts: Mapping[str, object] | None) -> dict[Domain, float]:
    """The domains that are declared to draw a constant power, in watts.

    Args:
        watts: by domain; None declares nothing, for one domain or for all.

    Raises:
        EnergyError: if a name is no domain, or a value is no positive number.
    """
    unknown = [name for name in watts or {} if name not in DOMAINS]
    if unknown:
        raise EnergyError(
            f"expected {_KEY} to name {', '.join(DOMAINS)}, but got {', '.join(unknown)}",
            hint=f"{_KEY}.cpu=65, in watts",
        )
    known = {domain: (watts or {}).get(domain) for domain in DOMAINS}
    return {name: _positive(name, value) for name, value in known.items() if value is not None}


def _positive(domain: Domain, value: object) -> float:
    if is_number(value) and value > 0:
        return float(value)
    raise EnergyError(
        f"expected watts above 0, but got {value} ({_KEY}.{domain})",
        hint=f"{_KEY}.{domain}=null declares nothing, and leaves the domain out",
    )


def demand_watts(watts: Mapping[Domain, float], device: torch.device, *, cpu: bool) -> None:
    """Refuse a run without counters that does not say what its computing device draws.

    Every process of a run comes to the same answer.

    Args:
        watts: what is declared, by domain.
        device: what the run computes on.
        cpu: CPUs and memory are to be counted.

    Raises:
        EnergyError: if the computing device is to be counted, and nothing is declared for it.
    """
    needed: Domain = "gpu" if device.type in GPU_TYPES else "cpu"
    if needed in watts or (needed == "cpu" and not cpu):
        return
    raise EnergyError(
        f"expected the watts that the run's {needed} draws, but got null "
        f"({_KEY}.{needed}, with energy.counters=false)",
        hint=f"{_KEY}.{needed}=65, by the maker's data sheet or a wall meter; "
        "energy=zeus reads counters, and energy=none measures nothing",
    )
