"""Items that a thread prepares: the same, in order, not too many, and nothing stays behind."""

import threading
from collections.abc import Iterator

import pytest

from ai_vs_human.data.ahead import ahead

NAME = "next batches"


def running() -> int:
    return sum(thread.name == NAME for thread in threading.enumerate())


def test_items_come_in_order_from_one_other_thread() -> None:
    def items() -> Iterator[tuple[int, str]]:
        for number in range(20):
            yield number, threading.current_thread().name

    assert list(ahead(items(), 2)) == [(number, NAME) for number in range(20)]
    assert running() == 0


def test_the_next_item_is_made_while_one_is_used_and_no_more_than_the_depth() -> None:
    made: list[int] = []
    third = threading.Event()

    def items() -> Iterator[int]:
        for number in range(10):
            made.append(number)
            if number == 2:
                third.set()
            yield number

    iterator = ahead(items(), 2)
    assert next(iterator) == 0

    assert third.wait(10), "nobody asked for the items 1 and 2 yet"
    assert made == [0, 1, 2]
    iterator.close()  # type: ignore[attr-defined]  # a generator
    assert made == [0, 1, 2]


def test_an_error_comes_after_the_items_before_it() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise OSError("no such file")

    iterator = ahead(items(), 2)

    assert next(iterator) == 1
    with pytest.raises(OSError, match="no such file"):
        next(iterator)
    assert running() == 0


def test_an_iterator_that_is_forgotten_ends_its_thread() -> None:
    iterator = ahead(iter(range(10)), 2)
    next(iterator)
    assert running() == 1

    del iterator

    assert running() == 0


def test_what_the_thread_must_do_first_can_fail_too() -> None:
    with pytest.raises(ZeroDivisionError, match="division"):
        list(ahead(iter([1]), 2, lambda: 1 // 0))
