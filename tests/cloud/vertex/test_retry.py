from threading import Event, Timer

import pytest

from ai_vs_human.cloud.vertex.fault import ServiceFault
from ai_vs_human.cloud.vertex.retry import Retry, StoppedError


def failing(*codes: int | None) -> tuple[list[int], object]:
    left, asked = list(codes), [0]

    def ask() -> str:
        asked[0] += 1
        if left:
            raise ServiceFault(left.pop(0), "busy\nand a page of details")
        return "answer"

    return asked, ask


def retry(patience_seconds: float | None = None) -> Retry:
    return Retry(Event(), patience_seconds, first_seconds=0.002)


def test_what_may_pass_is_asked_again() -> None:
    asked, ask = failing(429, 500, 503, None)

    assert retry()("it", ask) == "answer"  # type: ignore[arg-type]
    assert asked == [5]


@pytest.mark.parametrize("code", [400, 401, 403, 404, 409])
def test_what_will_not_pass_is_not(code: int) -> None:
    asked, ask = failing(code)

    with pytest.raises(ServiceFault, match=rf"^{code} busy$|^busy"):
        retry()("it", ask)  # type: ignore[arg-type]
    assert asked == [1]


def test_patience_ends() -> None:
    asked, ask = failing(*[429] * 1000)

    with pytest.raises(ServiceFault, match="busy"):
        retry(patience_seconds=0.1)("it", ask)  # type: ignore[arg-type]
    assert 3 < asked[0] < 20


def test_a_wait_can_be_stopped() -> None:
    stop = Event()
    _, ask = failing(503)
    Timer(0.05, stop.set).start()

    with pytest.raises(StoppedError, match="it"):
        Retry(stop, first_seconds=60.0)("it", ask)  # type: ignore[arg-type]


def test_pauses_double_up_to_five_minutes_and_part_from_each_other() -> None:
    pauses = Retry(Event(), first_seconds=2.0)
    for attempt in range(40):
        whole = min(2.0 * 2**attempt, 300.0)
        assert whole / 2 <= pauses.pause_seconds("a", attempt) <= whole
        assert pauses.pause_seconds("a", attempt) == pauses.pause_seconds("a", attempt)
        assert pauses.pause_seconds("a", attempt) != pauses.pause_seconds("b", attempt)
