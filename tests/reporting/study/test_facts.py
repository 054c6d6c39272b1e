"""A study to the best of its trials, and to words about the others."""

import math

import pytest
from optuna.trial import TrialState

from ai_vs_human.reporting.study.facts import StudyFacts
from ai_vs_human.reporting.study.names import short_names, shortened, value_text
from ai_vs_human.reporting.study.words import about_best, failures, headline, ranking
from tests.reporting.study.making import AUGMENT, LR, SWEEP, mixed, paired, study, trial


@pytest.mark.parametrize(("direction", "best"), [("maximize", [1, 0, 2]), ("minimize", [2, 0, 1])])
def test_trials_are_ranked_in_the_study_s_direction(direction: str, best: list[int]) -> None:
    made = study(trial(0, 0.7), trial(1, 0.9), trial(2, 0.5), directions=[direction])

    assert [one.number for one in StudyFacts.read(made).ranked] == best


def test_of_several_objectives_the_pareto_front_is_ranked_by_the_first() -> None:
    made = paired(40)

    ranked = StudyFacts.read(made).ranked

    assert {one.number for one in ranked} == {one.number for one in made.best_trials}
    first = [one.values[0] for one in ranked]
    assert first == sorted(first, reverse=True)
    assert first[0] == max(one.values[0] for one in made.trials)


def test_a_figure_that_is_infinite_is_none() -> None:
    facts = StudyFacts.read(study(trial(0, math.inf), trial(1, 0.5)))

    assert [one.number for one in facts.completed] == [1]


def test_what_was_varied_is_read_from_all_trials() -> None:
    lr, augment = StudyFacts.read(study(trial(0, 0.5, params={LR: 0.01}), trial(1, 0.5))).parameters

    assert (lr.key, lr.short, lr.is_log, lr.choices) == (LR, "lr", True, ())
    assert (augment.key, augment.short, augment.choices) == (AUGMENT, "augment", ("none", "flips"))


def test_a_study_without_names_gets_some() -> None:
    one, two = study(metrics=()), study(metrics=(), directions=("maximize", "minimize"))

    assert StudyFacts.read(one).metrics == ("objective",)
    assert StudyFacts.read(two).metrics == ("objective 1", "objective 2")


def test_the_words_that_never_change_are_those_that_were_asked() -> None:
    made = study()
    made.set_user_attr("asked", {"fixed": ["model=npr", "+a.token=hunter22"], "objectives": ["x"]})

    assert StudyFacts.read(made).fixed == ("model=npr", "+a.token=***")


def test_failed_trials_are_told_by_their_reason() -> None:
    lost = [trial(n, state=TrialState.FAIL, reason="out of memory\nmore") for n in range(8)]
    other = trial(8, state=TrialState.FAIL)
    facts = StudyFacts.read(study(*lost, other))

    assert list(failures(facts)) == [
        "failed      trials 0, 1, 2, 3, 4, 5 and 2 more: out of memory",
        "failed      trial 8: no reason was recorded",
    ]
    assert headline(facts) == f"{SWEEP}: 9 failed"
    assert ranking(facts) == "no trial has completed"


def test_counts_name_every_fate() -> None:
    waiting = trial(0, state=TrialState.WAITING, params={})
    killed = trial(3, state=TrialState.FAIL, reason="its process is gone", interrupted=True)
    made = study(trial(0, 0.5), waiting, trial(2, state=TrialState.PRUNED), killed)
    facts = StudyFacts.read(made)

    assert headline(facts) == f"{SWEEP}: 1 completed, 1 pruned, 1 interrupted, 1 waiting"
    assert facts.failures == {}


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (mixed(30), "by val/auroc, the highest first, 10 of 23 completed trials"),
        (study(trial(0, 1.0)), "by val/auroc, the highest first, 1 of 1 completed trial"),
        (paired(5), "the Pareto front of val/auroc and energy/total_joules: 2 of 5 completed"),
    ],
)
def test_a_table_says_what_it_shows(facts: object, said: str) -> None:
    assert ranking(StudyFacts.read(facts)).startswith(said)  # type: ignore[arg-type]


def test_the_best_trial_says_where_it_is_from() -> None:
    one, two = StudyFacts.read(study(trial(0, 0.5), trial(1, 0.75))), StudyFacts.read(paired(5))

    assert about_best(one) == {
        "study": SWEEP,
        "trial": "1, the best of 2 completed trials",
        "run": f"{SWEEP}-1",
        "value": "val/auroc = 0.75",
    }
    said = about_best(two)
    assert "the best in val/auroc of 2 on the Pareto front, of 5 completed trials" in said["trial"]
    assert "energy/total_joules = " in said["value"]
    assert about_best(StudyFacts.read(study())) == {}


def test_a_name_is_as_short_as_it_can_be() -> None:
    keys = ["model.optimizer.lr", "data/augment", "+data.noise", "a.x.width", "a.y.width", "seed"]

    assert list(short_names(keys).values()) == [
        "lr",
        "augment",
        "noise",
        "x.width",
        "y.width",
        "seed",
    ]
    assert short_names(["lr", "model.lr"]) == {"lr": "lr", "model.lr": "model.lr"}


def test_values_and_long_words_are_shortened() -> None:
    assert [value_text(v) for v in (0.0012345, 3, True, None, "[16,32]")] == [
        "0.001234", "3", "True", "None", "[16,32]",
    ]  # fmt: skip
    assert shortened("abcdefghij", 5) == "ab…ij"
    assert shortened("abcde", 5) == "abcde"
