"""The runs of a sweep and their configs to what was varied, and what that did to its metric."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ai_vs_human.runs.registry.comparison import Spread, config_differences, spread
from ai_vs_human.runs.registry.entry import Entry
from ai_vs_human.runs.registry.pruning import KEPT_BY
from ai_vs_human.runs.registry.ranking import Mode, ranked, usual_mode

_METRIC_KEY: Final = "optimized_metric"


@dataclass(frozen=True)
class Sweep:
    """A sweep, as its runs tell it; a study's file is not needed.

    Attributes:
        name: of its folder.
        folder: where the runs lie.
        runs: all of them, the newest last.
        metric: what the runs were told to optimize, the first where there are several.
        mode: whether high or low is usually good of that.
        best: completed runs that have the metric, the best first.
        spread: of the metric over these; None where there are none.
        varied: keys that do not have one value in all configs, with each run's.
    """

    name: str
    folder: str
    runs: tuple[Entry, ...]
    metric: str
    mode: Mode
    best: tuple[Entry, ...]
    spread: Spread | None
    varied: dict[str, dict[str, Any]]

    @classmethod
    def of(
        cls, name: str, runs: Sequence[Entry], configs: Mapping[str, Mapping[str, Any]]
    ) -> "Sweep":
        """Sum up runs.

        Args:
            name: of the sweep.
            runs: at least one.
            configs: resolved configs by run id, of the runs that have one.
        """
        metric = _metric(configs)
        mode = usual_mode(metric)
        best = ranked(runs, metric, mode)
        figures = [one.result.metrics[metric] for one in best if one.result is not None]
        return cls(
            name=name,
            folder=runs[0].folder.rpartition("/")[0],
            runs=tuple(runs),
            metric=metric,
            mode=mode,
            best=tuple(best),
            spread=spread(figures) if figures else None,
            varied=dict(config_differences(configs)),
        )

    def reasons(self) -> dict[str, list[str]]:
        """Ids of runs that did not complete, by what they say of it, the most frequent first."""
        found: dict[str, list[str]] = {}
        for run in self.runs:
            error = run.problem or (run.result.error if run.result is not None else None)
            if error and run.status not in ("completed", "running"):
                found.setdefault(error.splitlines()[0], []).append(run.run_id)
        return dict(sorted(found.items(), key=lambda item: -len(item[1])))


def _metric(configs: Mapping[str, Mapping[str, Any]]) -> str:
    """What most configs say; the registry's usual metric where none does."""
    said = [config.get(_METRIC_KEY) for config in configs.values()]
    first = [one[0] if isinstance(one, list) and one else one for one in said]
    counted = Counter(one for one in first if isinstance(one, str))
    return counted.most_common(1)[0][0] if counted else KEPT_BY
