"""Joules and a factor to grams."""

from typing import Any

import pytest

from ai_vs_human.callbacks.energy.carbon import Grid
from ai_vs_human.errors import EnergyError


def test_a_kilowatt_hour_emits_the_factor_times_what_the_site_draws_for_it() -> None:
    grid = Grid.of({"gco2e_per_kwh": 400, "source": "a table", "pue": 1.5})

    assert grid is not None
    assert grid.grams(3.6e6) == 600.0


def test_without_a_factor_there_is_no_grid() -> None:
    assert Grid.of(None) is None
    assert Grid.of({"gco2e_per_kwh": None, "source": "a table", "pue": None}) is None


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"gco2e_per_kwh": 400}, r"expected the source of 400 g CO2e/kWh, but got None"),
        ({"gco2e_per_kwh": 400, "source": ""}, r"energy\.grid\.source"),
        ({"gco2e_per_kwh": -1, "source": "s"}, r"from 0 on, but got -1 \(energy\.grid\.gco2e"),
        ({"gco2e_per_kwh": "many", "source": "s"}, r"but got many"),
        ({"gco2e_per_kwh": 1, "source": "s", "pue": 0.9}, r"from 1 on, but got 0\.9.*grid\.pue"),
        ({"gco2e": 400}, r"to have gco2e_per_kwh, source, pue, but got gco2e"),
    ],
)
def test_what_is_no_factor_with_a_source_is_refused(config: dict[str, Any], message: str) -> None:
    with pytest.raises(EnergyError, match=message):
        Grid.of(config)
