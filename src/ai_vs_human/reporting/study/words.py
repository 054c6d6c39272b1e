"""A study to the sentences that stand above its figures and below its table."""

from collections.abc import Iterator
from typing import Final

from ai_vs_human.reporting.study.facts import StudyFacts, run_of

_SHOWN_REASONS, _SHOWN_NUMBERS = 5, 6
SHOWN_TRIALS: Final = 10


def headline(facts: StudyFacts) -> str:
    """The study's name, and how many trials there are of each fate."""
    counts = ", ".join(f"{count:,} {fate}" for fate, count in facts.counts().items())
    return f"{facts.study.study_name}: {counts or 'no trials'}"


def ranking(facts: StudyFacts) -> str:
    """What the table of the best trials shows, and of how many."""
    shown, known = len(facts.ranked[:SHOWN_TRIALS]), len(facts.completed)
    if not known:
        return "no trial has completed"
    if len(facts.metrics) == 1:
        way = "highest" if facts.maximized[0] else "lowest"
        return f"by {facts.metrics[0]}, the {way} first, {shown} of {_completed(known)}"
    listed = " and ".join(facts.metrics)
    front = len(facts.ranked)
    some = f"the first {shown} of " if shown < front else ""
    return f"the Pareto front of {listed}: {some}{front} of {_completed(known)}"


def _completed(count: int) -> str:
    return f"{count:,} completed {'trial' if count == 1 else 'trials'}"


def failures(facts: StudyFacts) -> Iterator[str]:
    """A line for each reason that trials failed for."""
    for reason, numbers in list(facts.failures.items())[:_SHOWN_REASONS]:
        noun = "trial" if len(numbers) == 1 else "trials"
        shown = ", ".join(map(str, numbers[:_SHOWN_NUMBERS]))
        more = f" and {rest} more" if (rest := len(numbers) - _SHOWN_NUMBERS) > 0 else ""
        yield f"failed      {noun} {shown}{more}: {reason}"
    if (rest := len(facts.failures) - _SHOWN_REASONS) > 0:
        yield f"            and for {rest} more reasons"


def about_best(facts: StudyFacts) -> dict[str, str]:
    """Where the best trial is from and how good it is, line by line; empty where there is none."""
    best = facts.best
    if best is None:
        return {}
    figures = zip(facts.metrics, best.values, strict=True)
    several, known = len(facts.metrics) > 1, _completed(len(facts.completed))
    how = f"the best in {facts.metrics[0]} of {len(facts.ranked)} on the Pareto front, "
    return {
        "study": facts.study.study_name,
        "trial": f"{best.number}, {how if several else 'the best '}of {known}",
        "run": run_of(best),
        "value": ", ".join(f"{metric} = {value:.6g}" for metric, value in figures),
    }
