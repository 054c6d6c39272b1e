"""Settings that are right one by one to the faults of those that cannot go together."""

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from ai_vs_human.errors import ConfigError
from ai_vs_human.runs.energy_budget import budget_joules
from ai_vs_human.tasks.validation.fault import Fault, spelt
from ai_vs_human.tasks.validation.intervals import interval_faults
from ai_vs_human.tasks.validation.monitors import monitor_faults
from ai_vs_human.tasks.validation.values import at

_LACKING: Final[Mapping[str, tuple[tuple[str | int, ...], str]]] = MappingProxyType(
    {
        # Lightning would take bf16-mixed and say so in a warning.
        "cpu": (("16-mixed", "16", 16), "trainer.precision=bf16-mixed, or trainer=gpu"),
        "mps": (("64-true", "64", 64), "trainer.precision=32-true"),
    }
)
"""Precisions that a device does not have, and what to change."""
_NAMED: Final[Mapping[str, tuple[str, str, str]]] = MappingProxyType(
    {
        "ai_vs_human.data.members.folder": (
            *("data.root", "expected a folder of images, but got none (data.root)"),
            "data.root=<folder>, with one sub-folder a class",
        ),
        "ai_vs_human.data.members.csv": (
            *("data.file", "expected a CSV file, but got none (data.file)"),
            "data.file=<CSV file with a line for each image>",
        ),
    }
)
"""What a kind of data cannot do without: the key, the sentence and the hint."""
_HELD_OUT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ai_vs_human.data.splits.leave_generator_out.LeaveGeneratorOut": "generator",
        "ai_vs_human.data.splits.leave_source_out.LeaveSourceOut": "source",
    }
)
"""What the members of `data/split` that leave something out call it."""
_BUDGET: Final = "ai_vs_human.callbacks.energy.EnergyBudget"


def combination_faults(values: Mapping[str, Any], *, sweeping: bool = False) -> Iterator[Fault]:
    """Every fault that values tell without signatures.

    Args:
        values: plain and resolved.
        sweeping: whether the run is one of a sweep.
    """
    yield from interval_faults(values)
    for rule in _RULES:
        yield from rule(values)
    yield from monitor_faults(values, sweeping=sweeping)


def _the_images_are_named(values: Mapping[str, Any]) -> Iterator[Fault]:
    named = _NAMED.get(str(at(values, "data._target_")))
    if named is not None and at(values, named[0]) is None:
        yield Fault(*named)


def _something_is_left_to_train_on(values: Mapping[str, Any]) -> Iterator[Fault]:
    shares = val, test = (
        at(values, "data.split.val_fraction"),
        at(values, "data.split.test_fraction"),
    )
    numbers = all(isinstance(share, int | float) and 0 <= share < 1 for share in shares)
    if numbers and val + test >= 1:
        yield Fault(
            "data.split.val_fraction",
            "expected shares that leave something to train on, but got"
            f" {val} + {test} (data.split.val_fraction, data.split.test_fraction)",
            "data.split.val_fraction=0.15 data.split.test_fraction=0.15",
        )


def _the_fold_is_one_of_the_folds(values: Mapping[str, Any]) -> Iterator[Fault]:
    fold, folds = at(values, "data.split.fold"), at(values, "data.split.folds")
    if isinstance(fold, int) and isinstance(folds, int) and fold >= folds >= 2:  # noqa: PLR2004 -- as the interval says
        yield Fault(
            "data.split.fold",
            f"expected a fold from 0 to {folds - 1}, but got {fold} (data.split.fold={fold})",
            f"-m 'data.split.fold=range({folds})' takes one after the other",
        )


def _something_is_held_out(values: Mapping[str, Any]) -> Iterator[Fault]:
    noun = _HELD_OUT.get(str(at(values, "data.split._target_")))
    if noun is not None and not at(values, "data.split.holdout"):
        yield Fault(
            "data.split.holdout",
            f"expected a {noun} to hold out, but got none (data.split.holdout)",
            f"data.split.holdout=<{noun}>, or [<one>,<another>]",
        )


def _the_device_has_the_precision(values: Mapping[str, Any]) -> Iterator[Fault]:
    precision, accelerator = at(values, "trainer.precision"), at(values, "trainer.accelerator")
    lacking, hint = _LACKING.get(str(accelerator), ((), ""))
    if precision in lacking:
        yield Fault(
            "trainer.precision",
            f"expected a precision that {accelerator} has, but got {precision}"
            f" (trainer.precision={precision}, trainer.accelerator={accelerator})",
            hint,
        )


def _mps_is_one_device(values: Mapping[str, Any]) -> Iterator[Fault]:
    devices = at(values, "trainer.devices")
    several = len(devices) if isinstance(devices, list) else devices
    if at(values, "trainer.accelerator") == "mps" and str(several) not in {"1", "-1", "auto"}:
        yield Fault(
            "trainer.devices",
            f"expected one device with mps, but got {spelt(devices)}"
            f" (trainer.devices={spelt(devices)})",
            "trainer.devices=1",
        )


def _processes_report_what_they_learnt(values: Mapping[str, Any]) -> Iterator[Fault]:
    """Forked and spawned processes train, and the one that writes the result learns nothing."""
    strategy = at(values, "trainer.strategy")
    other = re.sub("_(spawn|fork|notebook)", "", strategy) if isinstance(strategy, str) else None
    if other != strategy and isinstance(other, str):
        yield Fault(
            "trainer.strategy",
            "expected processes that each start the program, but got"
            f" {strategy} (trainer.strategy={strategy})",
            f"trainer.strategy={other}",
        )


def _a_fit_ends(values: Mapping[str, Any]) -> Iterator[Fault]:
    trainer = at(values, "trainer")
    if not isinstance(trainer, Mapping) or trainer.get("fast_dev_run"):
        return
    if trainer.get("max_epochs") == -1 and trainer.get("max_steps", -1) == -1:
        yield Fault(
            "trainer.max_epochs",
            "expected a number of epochs or steps, but got a fit without an end"
            " (trainer.max_epochs=-1)",
            "trainer.max_epochs=10",
        )


def _the_energy_budget_is_a_number(values: Mapping[str, Any]) -> Iterator[Fault]:
    if at(values, "energy._target_") != _BUDGET:
        return
    limits = [at(values, f"energy.{name}") for name in ("joules", "kwh")]
    try:
        budget_joules(*limits)
    except ConfigError as error:
        yield Fault("energy.joules", error.sentence, error.hint)


def _a_spent_budget_ends_the_fit(values: Mapping[str, Any]) -> Iterator[Fault]:
    """Lightning trains on up to a minimum, whatever a callback says."""
    if at(values, "energy._target_") != _BUDGET:
        return
    for name in ("trainer.min_epochs", "trainer.min_steps"):
        if minimum := at(values, name):
            yield Fault(
                name,
                "expected a training that may end when its energy budget is spent, but got a"
                f" minimum of it ({name}={spelt(minimum)})",
                f"{name}=null, or energy=zeus",
            )


_RULES: Final[tuple[Callable[[Mapping[str, Any]], Iterator[Fault]], ...]] = (
    _the_images_are_named,
    _something_is_left_to_train_on,
    _the_fold_is_one_of_the_folds,
    _something_is_held_out,
    _the_device_has_the_precision,
    _mps_is_one_device,
    _processes_report_what_they_learnt,
    _a_fit_ends,
    _the_energy_budget_is_a_number,
    _a_spent_budget_ends_the_fit,
)
