"""What the sweeper does once Optuna is needed."""

import logging
import warnings
from collections.abc import Callable, Sequence
from enum import Enum
from functools import partial
from importlib import import_module
from math import isfinite, prod
from typing import TYPE_CHECKING, Any, Final

import optuna
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.utils import JobReturn, JobStatus, configure_log
from hydra.utils import instantiate
from hydra_plugins.hydra_optuna_sweeper._impl import (
    OptunaSweeperImpl,
    create_optuna_distribution_from_override,
)
from optuna.distributions import BaseDistribution
from optuna.samplers import BaseSampler, CmaEsSampler, GridSampler, QMCSampler

from ai_vs_human.errors import AiVsHumanError, ConfigError
from ai_vs_human.jobs.job import quoted
from ai_vs_human.jobs.outcome import Outcome
from ai_vs_human.sweeps.sampler import AddressedSampler, Grid
from ai_vs_human.sweeps.search import Search
from ai_vs_human.sweeps.space import Space
from ai_vs_human.sweeps.storage import address_of
from ai_vs_human.sweeps.study import Asked, Direction, open_study
from ai_vs_human.sweeps.trial import TRIAL, TrialAddress, built_pruner
from ai_vs_human.tasks.sweep.ending import finish_sweep
from hydra_plugins.ai_vs_human._best import use_best
from hydra_plugins.ai_vs_human._words import require_words
from hydra_plugins.ai_vs_human.job_launcher import SHARED, JobLauncher

if TYPE_CHECKING:
    from hydra_plugins.ai_vs_human.study_sweeper import StudySweeper

log = logging.getLogger(__name__)

_SAMPLERS: Final = ("optuna.samplers.*", "hydra_plugins.hydra_optuna_sweeper.*")
_PRUNES_NOTHING: Final = "optuna.pruners.NopPruner"
"""A run that is never stopped need not talk to the study."""
_choices: Final = OptunaSweeperImpl._to_grid_sampler_choices  # noqa: SLF001 -- its grid is ours
_STREAMED: Final = (GridSampler, QMCSampler, CmaEsSampler)
"""Samplers whose chance is one for the whole study, kept in its storage or in their seed."""


def named(sweeper: "StudySweeper", arguments: Sequence[str]) -> tuple[Asked, str]:
    """What the sweep asks, and the name of its study."""
    require_words(sweeper)
    space, fixed = split(sweeper, arguments)
    objectives = _objectives(sweeper.config)
    directions = _directions(sweeper.direction)
    if len(directions) != len(objectives):
        raise ConfigError(
            f"expected a direction for each of {', '.join(objectives)}, but got"
            f" {', '.join(directions)} (hydra.sweeper.direction, optimized_metric)",
            hint=f"hydra.sweeper.direction=[{','.join(['maximize'] * len(objectives))}]",
        )
    asked = Asked(
        objectives=objectives,
        directions=directions,
        space={key: repr(one) for key, one in space.items()}
        | ({"": sweeper.custom_search_space} if sweeper.custom_search_space else {}),
        fixed=sorted(fixed),
        sampler=sweeper.sampler,
    )
    chosen = sweeper.config.hydra.runtime.choices.get("hparams_search") or "optuna"
    return asked, sweeper.study_name or asked.name(str(chosen))


def split(
    sweeper: "StudySweeper", arguments: Sequence[str]
) -> tuple[dict[str, BaseDistribution], list[str]]:
    """The words that vary, by key, and those that do not; the command line's come last."""
    words = [f"{key}={value}" for key, value in sweeper.params.items()] + list(arguments)
    space: dict[str, BaseDistribution] = {}
    fixed: dict[str, str] = {}
    for word in OverridesParser.create().parse_overrides(words):
        key = word.get_key_element()
        try:
            drawn = create_optuna_distribution_from_override(word) if not word.is_delete() else None
        except (ValueError, AssertionError, NotImplementedError) as error:
            raise ConfigError(
                f"expected values that can be searched, but got {word.input_line}: {error}",
                hint=f"{key}=choice(a,b), interval(0,1), range(1,9) or tag(log,interval(1e-4,1))",
            ) from error
        space.pop(key, None)
        fixed.pop(key, None)
        if isinstance(drawn, BaseDistribution):
            space[key] = drawn
        else:
            fixed[key] = str(word.input_line)
    return space, list(fixed.values())


def sweep(sweeper: "StudySweeper", arguments: Sequence[str]) -> None:
    """Run the study up to its number of trials, and leave a report of it."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    warnings.filterwarnings("ignore", category=optuna.exceptions.ExperimentalWarning)
    hydra = sweeper.config.hydra
    configure_log(hydra.hydra_logging, hydra.verbose)
    distributions, fixed = split(sweeper, arguments)
    sampler, n_trials = _sampler(sweeper, distributions)
    space = Space(distributions, fixed, _extension(sweeper))
    if getattr(sweeper.launcher, "dry_run", False):
        _show_first(sweeper, sampler, space)
        return
    address = address_of(sweeper.storage, sweeper.folder)
    pruner = built_pruner(sweeper.pruner or None)
    name = str(sweeper.study_name)
    study = open_study(
        name, address, sweeper.folder, asked=sweeper.asked, sampler=sampler, pruner=pruner
    )
    log.info("study %s, %d trials: %s", name, n_trials, sweeper.folder)
    search = Search(
        study=study,
        space=space,
        do=partial(_do, sweeper, address),
        folder=sweeper.folder,
        objectives=tuple(sweeper.asked.objectives),
        n_trials=n_trials,
        n_jobs=_begun(sweeper, n_trials),
        max_failure_rate=sweeper.max_failure_rate,
        stop=sweeper.stop,
        takes_up=getattr(sweeper.launcher, "takes_up", False),
    )
    try:
        search.run()
    except KeyboardInterrupt:
        log.warning("stopped by hand: the same command goes on with this sweep")
        raise
    finally:
        finish_sweep(study, sweeper.folder, sweeper.is_group)
    use_best(sweeper, study)


def _show_first(sweeper: "StudySweeper", sampler: BaseSampler, space: Space) -> None:
    """Have the launcher show the first trial, of a study that nobody keeps."""
    study = optuna.create_study(sampler=sampler, directions=list(sweeper.asked.directions))
    trial = study.ask()
    sweeper.do(trial.number, space.suggest(trial))


def _begun(sweeper: "StudySweeper", n_trials: int) -> int:
    """How many trials at a time; what runs them inside this process can do but one.

    Raises:
        ConfigError: if trials are judged by joules that others would spend.
    """
    if not isinstance(sweeper.launcher, JobLauncher):
        return 1
    jobs = min(sweeper.n_jobs or sweeper.launcher.n_jobs, sweeper.launcher.n_jobs, n_trials)
    _mind_counters(sweeper, sweeper.launcher.shared_counters(jobs), jobs)
    sweeper.launcher.begin(jobs)
    return jobs


def _mind_counters(sweeper: "StudySweeper", shared: str | None, jobs: int) -> None:
    weighed = [name for name in sweeper.asked.objectives if name.startswith("energy/")]
    if shared is None:
        return
    if weighed:
        raise ConfigError(
            f"expected one trial at a time, since each counts {shared} whole and is judged by"
            f" {', '.join(weighed)}, but got {jobs} (hydra.launcher.n_jobs)",
            hint="hydra.launcher.n_jobs=1; energy.cpu=false where each trial has a GPU to itself",
        )
    log.warning(SHARED, jobs, shared)


def _do(sweeper: "StudySweeper", address: str, number: int, words: Sequence[str]) -> Outcome:
    """Do a trial in a folder of the sweep; it finds its way back to the study."""
    pruner = None if sweeper.pruner.get("_target_") == _PRUNES_NOTHING else sweeper.pruner
    trial = TrialAddress(address, str(sweeper.study_name), number, pruner or None)
    place = f"hydra.sweep.dir={quoted(str(sweeper.folder))}"
    try:
        return sweeper.do(number, [*words, place], {TRIAL: trial.to_text()})
    except KeyboardInterrupt:
        sweeper.stop()
        raise


def outcome_of_return(returned: JobReturn) -> Outcome:
    """How a job of any launcher of Hydra's came out."""
    value = returned._return_value  # noqa: SLF001 -- the property prints and raises
    if returned.status is not JobStatus.COMPLETED:
        if isinstance(value, optuna.TrialPruned):
            return Outcome("pruned", reason=str(value))
        return Outcome("failed", reason=_sentence(value))
    try:
        values = tuple(map(float, value if isinstance(value, Sequence) else [value]))
    except (TypeError, ValueError):
        return Outcome("failed", reason=f"expected numbers, but the job returned {value!r}")
    if not all(map(isfinite, values)):
        return Outcome("failed", reason=f"expected finite numbers, but the job returned {value!r}")
    return Outcome("completed", values)


def _sentence(error: object) -> str:
    if isinstance(error, AiVsHumanError):
        return error.sentence
    return f"{type(error).__name__}: {error}".splitlines()[0]


def _sampler(
    sweeper: "StudySweeper", space: dict[str, BaseDistribution]
) -> tuple[BaseSampler, int]:
    """What proposes trials, and how many there can be."""

    def make(seed: int | None) -> Any:
        config = sweeper.sampler | ({"seed": seed} if "seed" in sweeper.sampler else {})
        try:
            return instantiate(config, _execution_whitelist_=_SAMPLERS)
        except Exception as error:
            reason = str(error.__cause__ or error).splitlines()[0]
            raise ConfigError(
                f"expected a sampler of Optuna's, but got: {reason} (hydra.sweeper.sampler)",
                hint="hydra/sweeper/sampler=tpe",
            ) from error

    seed = sweeper.sampler.get("seed")
    sampler = make(seed)
    if isinstance(sampler, partial):  # grid: it takes the space first
        try:
            grid = {k: _choices(d) for k, d in space.items()}
        except ValueError as error:
            raise ConfigError(
                "expected choices and ranges for a grid, but got an interval"
                " (hydra/sweeper/sampler=grid)",
                hint="key=choice(1e-4,1e-3), or hparams_search=random",
            ) from error
        return Grid(grid, seed=seed), min(sweeper.n_trials, prod(map(len, grid.values())))
    if seed is None or isinstance(sampler, _STREAMED):
        return sampler, sweeper.n_trials
    return AddressedSampler(make, int(seed)), sweeper.n_trials


def _extension(sweeper: "StudySweeper") -> Callable[[optuna.Trial], None] | None:
    path = sweeper.custom_search_space
    if path is None:
        return None
    module, _, name = path.rpartition(".")
    try:
        function = getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise ConfigError(
            f"expected a function, but got {path}: {error} (hydra.sweeper.custom_search_space)",
            hint="hydra.sweeper.custom_search_space=ai_vs_human.sweeps.spaces.optimizers",
        ) from error
    return partial(function, sweeper.config)


def _objectives(config: Any) -> list[str]:
    wanted = config.get("optimized_metric")
    if wanted is None:
        raise ConfigError(
            "expected a metric to search by, but got none (optimized_metric)",
            hint="optimized_metric=val/auroc",
        )
    return [wanted] if isinstance(wanted, str) else list(wanted)


def _directions(direction: Any) -> list[Direction]:
    several = [direction] if isinstance(direction, str | Enum) else list(direction)
    return [_direction(one) for one in several]


def _direction(one: Any) -> Direction:
    name = one.name if isinstance(one, Enum) else one
    if name == "minimize":
        return "minimize"
    if name == "maximize":
        return "maximize"
    raise ConfigError(
        f"expected minimize or maximize, but got {name} (hydra.sweeper.direction)",
        hint="hydra.sweeper.direction=maximize",
    )
