"""A value that a metric is to reach."""

from typing import Any

import pytest

from ai_vs_human.callbacks.energy.target import Target
from ai_vs_human.errors import EnergyError


def is_reached(mode: str, value: float) -> bool:
    target = Target.of({"metric": "val/auroc", "mode": mode, "value": value})
    assert target is not None
    return target.is_reached({"val/auroc": 0.9})


def test_a_target_is_reached_from_its_value_on() -> None:
    assert is_reached("max", 0.8)
    assert is_reached("max", 0.9)
    assert not is_reached("max", 0.95)
    assert is_reached("min", 0.95)
    assert not is_reached("min", 0.8)


def test_a_metric_that_was_not_logged_reaches_nothing() -> None:
    target = Target.of({"metric": "val/auroc", "mode": "min", "value": 1.0})

    assert target is not None
    assert not target.is_reached({"val/loss": 0.0})


def test_without_a_value_there_is_no_target() -> None:
    assert Target.of(None) is None
    assert Target.of({"metric": "val/auroc", "mode": "max", "value": None}) is None


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"metric": "m", "mode": "most", "value": 1}, r"m and most \(energy\.target\.metric"),
        ({"metric": None, "mode": "max", "value": 1}, r"None and max"),
        ({"metric": "m", "mode": "max", "value": True}, r"a number, but got True"),
        ({"metric": "m", "mode": "max", "value": float("nan")}, r"a number, but got nan"),
        ({"monitor": "m"}, r"to have metric, mode, value, but got monitor"),
    ],
)
def test_what_is_no_target_is_refused(config: dict[str, Any], message: str) -> None:
    with pytest.raises(EnergyError, match=message):
        Target.of(config)
