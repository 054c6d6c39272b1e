"""A study to what its figures show."""

import math

import pytest
from optuna import Study
from optuna.distributions import FloatDistribution
from optuna.importance import PedAnovaImportanceEvaluator, get_param_importances
from optuna.trial import TrialState

from ai_vs_human.reporting.study.facts import StudyFacts
from ai_vs_human.reporting.study.importances import Absent, Importances, importances
from ai_vs_human.reporting.study.panels import Curves, Front, History, Panel, Slice, panels
from tests.reporting.study.making import AUGMENT, LR, mixed, paired, study, trial


def drawn(made: Study) -> list[Panel]:
    return panels(StudyFacts.read(made))


def history(made: Study) -> History:
    [found] = [panel for panel in drawn(made) if isinstance(panel, History)]
    return found


@pytest.mark.parametrize(
    ("direction", "best"), [("maximize", [0.5, 0.7, 0.7]), ("minimize", [0.5, 0.5, 0.4])]
)
def test_the_best_so_far_only_gets_better(direction: str, best: list[float]) -> None:
    found = history(
        study(*(trial(n, v) for n, v in enumerate((0.5, 0.7, 0.4))), directions=[direction])
    )

    assert [point.y for point in found.best] == best
    assert [(point.x, point.y) for point in found.completed] == [(0, 0.5), (1, 0.7), (2, 0.4)]


def test_a_pruned_trial_stands_at_its_last_finite_report_and_a_failed_one_below_all() -> None:
    lost = trial(1, state=TrialState.PRUNED, reports=[0.5, 0.6, math.nan])
    mute = trial(2, state=TrialState.PRUNED)
    found = history(study(trial(0, 0.9), lost, mute, trial(3, state=TrialState.FAIL)))

    assert [(p.trial, p.y) for p in found.pruned][:1] == [(1, 0.6)]
    assert found.pruned[1].y == found.failed[0].y < 0.6
    assert [p.trial for p in found.failed] == [3]


def test_a_front_is_drawn_from_left_to_right() -> None:
    made = paired(40)
    [front] = [panel for panel in drawn(made) if isinstance(panel, Front)]

    assert {p.trial for p in front.front} == {one.number for one in made.best_trials}
    assert [p.x for p in front.front] == sorted(p.x for p in front.front)
    assert len(front.front) + len(front.others) == 40
    assert front.labels == ["val/auroc (high is good)", "energy/total_joules (low is good)"]


def test_curves_end_where_trials_were_pruned() -> None:
    [curves] = [panel for panel in drawn(mixed(8)) if isinstance(panel, Curves)]

    fates = {curve.trial: (curve.fate, len(curve.points)) for curve in curves.curves}
    assert fates[3] == ("pruned", 2)
    assert fates[0] == ("completed", 2)
    assert 5 not in fates
    assert curves.best in fates


def test_a_slice_keeps_numbers_and_spreads_choices_around_their_place() -> None:
    lr, augment = (panel for panel in drawn(mixed(30)) if isinstance(panel, Slice))

    assert lr.is_log
    assert lr.ticks == ()
    assert augment.ticks == ("none", "flips")
    assert {p.trial % 2 for p in augment.points if abs(p.x) < 0.2} == {0}
    assert all(abs(p.x - p.trial % 2) <= 0.15 for p in augment.points)
    assert len({p.x for p in augment.points}) == len(augment.points)


def test_within_one_decade_an_axis_is_straight() -> None:
    made = study(*(trial(n, n / 9, params={LR: lr}) for n, lr in enumerate((0.001, 0.009))))

    [one] = [panel for panel in drawn(made) if isinstance(panel, Slice)]

    assert (one.parameter.is_log, one.is_log) == (True, False)


def test_a_trial_without_a_conditional_parameter_is_left_out_of_its_slice() -> None:
    made = study(trial(0, 0.5, params={AUGMENT: "none"}), trial(1, 0.6))

    slices = [panel for panel in drawn(made) if isinstance(panel, Slice)]

    assert {s.parameter.key: [p.trial for p in s.points] for s in slices} == {
        AUGMENT: [0, 1],
        LR: [1],
    }


def test_importances_are_optuna_s_and_say_how_they_were_found() -> None:
    made = mixed(60)

    found = importances(StudyFacts.read(made), 0)

    assert isinstance(found, Importances)
    assert found.evaluator == "PED-ANOVA: what the best 11% of 47 trials have in common"
    evaluator = PedAnovaImportanceEvaluator(target_quantile=5 / 47)
    expected = get_param_importances(made, evaluator=evaluator)
    shares = {parameter.key: share for parameter, share in found.shares}
    assert shares == pytest.approx(expected)
    assert next(iter(shares)) == LR


def test_importances_of_a_minimized_objective_look_at_its_low_end() -> None:
    def made(sign: int, direction: str) -> Study:
        trials = [trial(n, sign * t.values[0]) for n, t in enumerate(mixed(60).trials) if t.values]
        return study(*trials, directions=[direction])

    low = importances(StudyFacts.read(made(-1, "minimize")), 0)
    high = importances(StudyFacts.read(made(1, "maximize")), 0)

    assert isinstance(low, Importances)
    assert low == high


def test_each_objective_has_importances_of_its_own() -> None:
    found = [panel for panel in drawn(paired(40)) if isinstance(panel, Importances)]

    assert [panel.metric for panel in found] == ["val/auroc", "energy/total_joules"]
    assert found[0].shares != found[1].shares


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (mixed(10), "it takes 20 completed trials, and there are 8"),
        (study(*(trial(n, n / 9, params={LR: 0.01 + n / 999}) for n in range(30))), "there is 1"),
        (study(), "it takes two parameters that vary, and there is none"),
    ],
)
def test_importances_are_absent_with_their_reason(made: Study, said: str) -> None:
    found = importances(StudyFacts.read(made), 0)

    assert isinstance(found, Absent)
    assert said in found.reason


def test_a_parameter_that_few_trials_have_warns_nobody() -> None:
    space = {LR: FloatDistribution(1e-4, 1e-1, log=True), "x": FloatDistribution(0, 1)}
    params = [{LR: 10 ** (-1 - n / 12)} | ({"x": n / 40} if n % 9 == 0 else {}) for n in range(30)]
    made = study(*(trial(n, n / 30, params=p, space=space) for n, p in enumerate(params)))

    assert isinstance(importances(StudyFacts.read(made), 0), Importances)


@pytest.mark.parametrize("made", [study(), study(trial(0, state=TrialState.FAIL))])
def test_a_study_without_a_figure_shows_why_there_is_nothing(made: Study) -> None:
    assert [type(panel) for panel in drawn(made)] == [Absent, Absent]
