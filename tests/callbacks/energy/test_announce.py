"""What each domain's joules come from, to one line in the log or an error."""

import logging

import pytest

from ai_vs_human.callbacks.energy.announce import announce, refuse
from ai_vs_human.callbacks.energy.meter import Domain, Provenance

MEASURED = Provenance("measured", "rapl", ("package-0",))
ESTIMATE = Provenance("estimate", "declared-watts", ("gpu at 300 W",), reason="no counter")
GAP = Provenance("unavailable", reason="RAPL has no dram zone", hint="many processors have none")
UNUSED = Provenance("unused", reason="the run computes on cpu")


def line(
    caplog: pytest.LogCaptureFixture, *measured: Domain, **domains: Provenance
) -> tuple[str, str]:
    """The level and the text of what is said of gpu, cpu and dram."""
    with caplog.at_level(logging.INFO):
        announce({"gpu": domains["gpu"], "cpu": domains["cpu"], "dram": GAP}, measured)
    (record,) = caplog.records
    return record.levelname, record.getMessage()


def test_measured_and_estimated_domains_are_told_apart(caplog: pytest.LogCaptureFixture) -> None:
    level, text = line(caplog, "cpu", gpu=ESTIMATE, cpu=MEASURED)

    assert level == "INFO"
    assert text == (
        "Energy is measured: cpu by rapl; estimated: gpu by declared-watts. "
        "Not measured: gpu: no counter; dram: RAPL has no dram zone."
    )


def test_an_estimate_alone_is_never_called_a_measurement(caplog: pytest.LogCaptureFixture) -> None:
    _, text = line(caplog, gpu=UNUSED, cpu=ESTIMATE)

    assert text.startswith("Energy is estimated: cpu by declared-watts. Not measured: ")


def test_a_gpu_without_a_counter_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    level, _ = line(caplog, "cpu", gpu=GAP, cpu=MEASURED)

    assert level == "WARNING"


def test_a_run_that_measures_nothing_is_told_what_else_it_may_do(
    caplog: pytest.LogCaptureFixture,
) -> None:
    level, text = line(caplog, gpu=UNUSED, cpu=GAP)

    assert level == "WARNING"
    assert "many processors have none; energy=declared estimates from watts" in text
    assert "energy=none measures nothing" in text


def test_a_run_that_must_be_measured_is_not_content_with_an_estimate() -> None:
    error = refuse({"gpu": UNUSED, "cpu": ESTIMATE, "dram": GAP})

    assert "but got none: gpu: the run computes on cpu; cpu: no counter" in error.sentence
    assert "energy=declared" not in str(error.hint)
