"""A study to the rows of its table: one for each of the best trials."""

from ai_vs_human.reporting.study.facts import StudyFacts, run_of
from ai_vs_human.reporting.study.names import value_text
from ai_vs_human.reporting.study.words import SHOWN_TRIALS
from ai_vs_human.reporting.words import number


def table_rows(facts: StudyFacts) -> list[dict[str, str]]:
    """Cells by column: trial, run, the objectives, then each parameter by its short name."""
    rows = []
    for trial in facts.ranked[:SHOWN_TRIALS]:
        figures = zip(facts.metrics, trial.values, strict=True)
        params = {
            one.short: value_text(trial.params[one.key]) if one.key in trial.params else ""
            for one in facts.parameters
        }
        rows.append(
            {"trial": str(trial.number), "run": run_of(trial)}
            | {metric: number(value) for metric, value in figures}
            | params
        )
    return rows
