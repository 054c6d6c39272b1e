"""One counter's readings to increments."""

from collections.abc import Iterator

import pytest

from ai_vs_human.callbacks.energy.counter import Counter


def counter(*values: int, wrap: int | None = None) -> Counter:
    readings: Iterator[int] = iter(values)

    def read() -> int:
        return next(readings)

    return Counter("package-0", read, wrap)


def test_an_increment_is_the_difference_of_two_readings() -> None:
    package = counter(100, 130, 130, 137)

    assert [package.advance(1.0) for _ in range(3)] == [30, 0, 7]
    assert package.anomalies == []


def test_a_wrapped_counter_goes_on_from_the_end_of_its_range() -> None:
    package = counter(990, 15, 20, wrap=1_000)

    assert [package.advance(0.0) for _ in range(2)] == [25, 5]
    assert package.anomalies == []


def test_a_fall_that_would_be_more_than_half_of_the_range_is_a_reset_and_counts_nothing() -> None:
    package = counter(600, 150, 160, wrap=1_000)

    assert [package.advance(0.0) for _ in range(2)] == [0, 10]
    assert package.anomalies == ["package-0 fell from 600 to 150 uJ without a wrap"]


@pytest.mark.parametrize(("seconds", "increment"), [(1.0, 0), (29.0, 0), (31.0, 30_000_000_000)])
def test_a_fall_by_more_than_a_processor_draws_in_the_time_is_a_reset(
    seconds: float, increment: int
) -> None:
    package = counter(240_000_000_000, 8_000_000_000, wrap=262_000_000_000)

    assert package.advance(seconds) == increment
    assert len(package.anomalies) == (0 if increment else 1)


def test_a_counter_without_a_range_that_falls_counts_nothing() -> None:
    gpu = counter(600, 599, 601)

    assert [gpu.advance(1.0) for _ in range(2)] == [0, 2]
    assert len(gpu.anomalies) == 1


def test_a_value_beyond_the_range_is_no_wrap() -> None:
    package = counter(5_000, 10, wrap=1_000)

    assert package.advance(0.0) == 0
    assert len(package.anomalies) == 1


def test_a_counter_that_cannot_be_read_any_more_is_lost_for_good() -> None:
    package = counter(100)

    assert [package.advance(1.0) for _ in range(2)] == [0, 0]
    assert package.anomalies == ["package-0 was lost: StopIteration: "]


def test_a_counter_that_cannot_be_read_at_all_raises() -> None:
    with pytest.raises(StopIteration, match=r"^$"):
        counter()


def test_a_pause_in_which_the_counter_could_have_wrapped_twice_is_noted() -> None:
    package = counter(0, 10, 20, wrap=262_000_000_000)

    package.advance(261.0)
    assert package.anomalies == []
    package.advance(263.0)
    assert package.anomalies == ["package-0 was not read for 263 s and may have wrapped unseen"]
