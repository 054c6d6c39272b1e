"""What callbacks and sweeps look at to faults where nothing of that name is ever logged."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from ai_vs_human.tasks.validation.explain import nearest
from ai_vs_human.tasks.validation.fault import Fault
from ai_vs_human.tasks.validation.metric_names import (
    after_test,
    all_known,
    better_when,
    in_training,
    not_validated,
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
        if unjudged and target == _CONTENT_WITHOUT:
            continue
        in_vain = list(_looked_for(name, key, in_training(values), values))
        yield from in_vain or _the_best_is_kept(callback, name, values)
    if at(values, "energy.target.value") is not None:
        key = "energy.target.metric"
        name = str(at(values, key))
        in_vain = list(_looked_for(name, key, in_training(values), values))
        yield from in_vain or _the_best_is_kept("energy.target", name, values)
    wanted = at(values, "optimized_metric")
    for name in wanted if isinstance(wanted, list) else [wanted]:
        if not isinstance(name, str) or "model" not in values:
            continue
        everything = _all_names(values)
        possible = [*in_training(values), *after_test(values)] if sweeping else everything
        yield from _looked_for(name, "optimized_metric", possible, values)


def _the_best_is_kept(callback: str, name: str, values: Mapping[str, Any]) -> Iterator[Fault]:
    key, better = f"{callback}.mode", better_when(name)
    mode = at(values, key)
    if better is not None and isinstance(mode, str) and mode in {"min", "max"} - {better}:
        more = "less" if better == "min" else "more"
        yield Fault(
            key,
            f"expected {better}, since {more} {name} is better, but got {mode} ({key}={mode})",
            f"{key}={better}",
        )


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
            f"expected validation images to be measured, but got {not_validated(values)} {where}",
            f"{key}=train/loss, or measure them now and then",
        )
    elif name.startswith("energy") and not at(values, "energy"):
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
