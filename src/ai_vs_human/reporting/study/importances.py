"""A study to how much each parameter matters, or to why nobody can say.

PED-ANOVA (Watanabe, Bansal and Hutter, IJCAI 2023, arXiv:2304.10255): how far the good trials'
values of a parameter are spread otherwise than all trials' values. It needs no forest of trees, so
no scikit-learn, and takes conditional parameters.
"""

import warnings
from dataclasses import dataclass
from typing import Final

from optuna.importance import PedAnovaImportanceEvaluator, get_param_importances

from ai_vs_human.reporting.study.facts import Parameter, StudyFacts

_LEAST_PARAMETERS: Final = 2
_LEAST_TRIALS: Final = 20
_LEAST_GOOD: Final = 5
"""Optuna's advice for a stable answer."""
_USUAL_SHARE: Final = 0.1


@dataclass(frozen=True)
class Importances:
    """How much each parameter matters.

    Attributes:
        metric: the objective that it matters for.
        evaluator: how that was found out, in words.
        shares: by parameter, the most important first; together 1.
    """

    metric: str
    evaluator: str
    shares: list[tuple[Parameter, float]]

    @property
    def title(self) -> str:
        """The headline."""
        return f"What matters for {self.metric}"


@dataclass(frozen=True)
class Absent:
    """A figure that there is not, and why."""

    title: str
    reason: str


def importances(facts: StudyFacts, place: int) -> Importances | Absent:
    """Ask what sets the trials apart that are best in one objective.

    Args:
        facts: of the study.
        place: of the objective, from 0.
    """
    title, count = f"What matters for {facts.metrics[place]}", len(facts.completed)
    varied = [one for one in facts.parameters if _is_varied(one, facts)]
    if len(varied) < _LEAST_PARAMETERS:
        return Absent(
            title, f"it takes two parameters that vary, and there is {len(varied) or 'none'}"
        )
    if count < _LEAST_TRIALS:
        return Absent(title, f"it takes {_LEAST_TRIALS} completed trials, and there are {count}")
    share = max(_USUAL_SHARE, _LEAST_GOOD / count)
    found = _ped_anova(facts, place, share, [one.key for one in varied])
    if not any(found.values()):
        return Absent(title, "PED-ANOVA finds no parameter that the best trials have in common")
    shares = [(one, found[one.key]) for one in varied]
    return Importances(
        metric=facts.metrics[place],
        evaluator=f"PED-ANOVA: what the best {share:.0%} of {count} trials have in common",
        shares=sorted(shares, key=lambda pair: -pair[1]),
    )


def _is_varied(parameter: Parameter, facts: StudyFacts) -> bool:
    key = parameter.key
    return len({trial.params[key] for trial in facts.completed if key in trial.params}) > 1


def _ped_anova(facts: StudyFacts, place: int, share: float, keys: list[str]) -> dict[str, float]:
    """Each parameter's share in setting the best trials apart; 0 where Optuna gives it none."""
    with warnings.catch_warnings():  # of conditional parameters that few trials have
        warnings.simplefilter("ignore")
        found = get_param_importances(
            facts.study,
            evaluator=PedAnovaImportanceEvaluator(target_quantile=share),
            target=lambda trial: facts.losses(trial)[place],
        )
    return {key: found.get(key, 0.0) for key in keys}
