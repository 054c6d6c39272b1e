"""What callbacks and sweeps look at to faults where nothing of that name is ever logged."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from ai_vs_human.tasks.validation.explain import nearest
from ai_vs_human.tasks.validation.fault import Fault
from ai_vs_human.tasks.validation.metric_names import (
    after_test,
    all_known,
    in_training,
    targets,
    validates,
)
from ai_vs_human.tasks.validation.values import at

_CONTENT_WITHOUT: Final = "lightning.pytorch.callbacks.ModelCheckpoint"
"""Keeps the last checkpoint, where nothing is there to judge by."""
_RATE: Final = "lr-"
"""Learning rates have the optimizer's name."""


def monitor_faults(values: Mapping[str, Any], *, sweeping: bool) -> Iterator[Fault]:
    """Every name that callbacks or a sweep would look for in vain.

    Args:
        values: of a training, plain and resolved.
        sweeping: whether a sweep needs the `optimized_metric`; a single run only reports it.
    """
    if not all_known(values):
        return  # a part of somebody's own may log anything
    for callback, target in targets(values).items():
        key = f"{callback}.monitor"
        name = at(values, key)
        if not isinstance(name, str) or name.startswith(_RATE):
            continue
        unjudged = name.startswith("val/") and not validates(values)
        if not (unjudged and target == _CONTENT_WITHOUT):
            yield from _looked_for(name, key, in_training(values), values)
    name = at(values, "optimized_metric")
    if isinstance(name, str) and "model" in values:
        everything = _all_names(values)
        possible = [*in_training(values), *after_test(values)] if sweeping else everything
        yield from _looked_for(name, "optimized_metric", possible, values)


def _all_names(values: Mapping[str, Any]) -> list[str]:
    """What any run of these parts can log."""
    whole = {**values, "test": True, "trainer": {}, "energy": True}
    return [*in_training(whole), *after_test(whole)]


def _looked_for(
    name: str, key: str, possible: list[str], values: Mapping[str, Any]
) -> Iterator[Fault]:
    if name in possible:
        return
    where, hint = f"({key}={name})", nearest(name, possible)
    hint = None if hint is None else f"{key}={hint}"
    if name not in _all_names(values):
        yield Fault(key, f"expected a metric of the run, but got {name} {where}", hint)
    elif name.startswith("val/"):
        yield Fault(
            key,
            "expected validation images to be measured, but got trainer.limit_val_batches=0"
            f" {where}",
            f"{key}=train/loss, or another trainer.limit_val_batches",
        )
    elif name.startswith("energy/") and not at(values, "energy"):
        yield Fault(
            key,
            f"expected a metric of the run, but got {name} with energy=none {where}",
            "energy=zeus",
        )
    elif key == "optimized_metric":
        yield Fault(
            key,
            f"expected test images to be measured, but got none {where}",
            "test=true, and leave trainer.limit_test_batches out",
        )
    else:
        yield Fault(
            key, f"expected a metric that is known while training, but got {name} {where}", hint
        )
