"""What a run demands of this machine to faults where the machine does not have it."""

from collections.abc import Iterator, Mapping
from typing import Any

import torch

from ai_vs_human.callbacks.energy.announce import refuse as no_energy
from ai_vs_human.callbacks.energy.carbon import Grid
from ai_vs_human.callbacks.energy.declared_watts import declared, demand_watts
from ai_vs_human.callbacks.energy.meter import COUNTED
from ai_vs_human.callbacks.energy.open_meter import meter_for
from ai_vs_human.callbacks.energy.target import Target
from ai_vs_human.cloud.cluster import cluster_of_this_job
from ai_vs_human.errors import EnergyError
from ai_vs_human.tasks.validation.fault import Fault
from ai_vs_human.tasks.validation.values import at


def machine_faults(values: Mapping[str, Any]) -> Iterator[Fault]:
    """Every demand that this machine cannot meet, before data are read."""
    yield from _the_accelerator_is_here(values)
    yield from _half_precision_has_a_gpu(values)
    yield from _energy_is_measurable(values)
    yield from _energy_without_counters_is_declared(values)
    yield from _energy_is_compared_with_numbers(values)
    yield from _the_machines_are_those_of_the_job(values)


def _the_accelerator_is_here(values: Mapping[str, Any]) -> Iterator[Fault]:
    chosen = at(values, "trainer.accelerator")
    if chosen in {"gpu", "cuda", "mps"} and _device(chosen).type == "cpu":
        yield Fault(
            "trainer.accelerator",
            f"expected an accelerator of this machine, but got {chosen}, which it does not have"
            f" (trainer.accelerator={chosen})",
            "trainer.accelerator=auto",
        )


def _half_precision_has_a_gpu(values: Mapping[str, Any]) -> Iterator[Fault]:
    precision = at(values, "trainer.precision")
    chosen = at(values, "trainer.accelerator") or "auto"
    if chosen == "auto" and precision in {"16-mixed", "16", 16} and _device("auto").type == "cpu":
        yield Fault(
            "trainer.precision",
            f"expected a GPU for {precision}, but got none on this machine"
            f" (trainer.precision={precision}, trainer.accelerator=auto)",
            "trainer.precision=bf16-mixed",
        )


def _energy_is_measurable(values: Mapping[str, Any]) -> Iterator[Fault]:
    if at(values, "energy.on_unavailable") != "error":
        return
    unused = None if at(values, "energy.cpu") is not False else "switched off (energy.cpu=false)"
    device = _device(at(values, "trainer.accelerator"))
    counters = at(values, "energy.counters") is not False
    domains = meter_for(device, host_unused=unused, counters=counters).domains
    if at(values, "energy.allow_estimates") is True and _watts_are_declared(values):
        return  # the budget looks itself whether they are those of the computing device
    if not any(domain.status in COUNTED for domain in domains.values()):
        error = no_energy(domains)
        yield Fault("energy.on_unavailable", error.sentence, error.hint)


def _watts_are_declared(values: Mapping[str, Any]) -> bool:
    watts = at(values, "energy.declared_watts")
    return isinstance(watts, Mapping) and any(value is not None for value in watts.values())


def _energy_without_counters_is_declared(values: Mapping[str, Any]) -> Iterator[Fault]:
    if at(values, "energy.counters") is not False:
        return
    device, cpu = _device(at(values, "trainer.accelerator")), at(values, "energy.cpu") is not False
    try:
        demand_watts(declared(at(values, "energy.declared_watts")), device, cpu=cpu)
    except EnergyError as error:
        yield Fault("energy.declared_watts", error.sentence, error.hint)


def _energy_is_compared_with_numbers(values: Mapping[str, Any]) -> Iterator[Fault]:
    for key, read in (("energy.grid", Grid.of), ("energy.target", Target.of)):
        config = at(values, key)
        try:
            read(config if isinstance(config, Mapping) else None)
        except EnergyError as error:
            yield Fault(key, error.sentence, error.hint)


def _the_machines_are_those_of_the_job(values: Mapping[str, Any]) -> Iterator[Fault]:
    cluster = cluster_of_this_job()
    chosen = at(values, "trainer.num_nodes") or 1
    if cluster is not None and chosen != cluster.nodes:
        yield Fault(
            "trainer.num_nodes",
            f"expected the {cluster.nodes} machines of this job (CLUSTER_SPEC), but got {chosen}"
            f" (trainer.num_nodes={chosen})",
            f"trainer.num_nodes={cluster.nodes}",
        )


def _device(accelerator: str | None) -> torch.device:
    """What Lightning will choose."""
    if accelerator in {None, "auto", "gpu", "cuda"} and torch.cuda.is_available():
        return torch.device("cuda", 0)
    if accelerator in {None, "auto", "gpu", "mps"} and torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")
