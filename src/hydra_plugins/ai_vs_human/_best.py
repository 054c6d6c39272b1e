"""The best trial of a finished study to figures on the test images, which no trial has seen."""

import logging
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from optuna.study import Study
from optuna.trial import FrozenTrial

from ai_vs_human.errors import JobError
from ai_vs_human.jobs.job import quoted, this_program
from ai_vs_human.reporting.study.facts import StudyFacts
from ai_vs_human.sweeps.attributes import RUN, WORDS
from hydra_plugins.ai_vs_human._words import EVALUATE

if TYPE_CHECKING:
    from hydra_plugins.ai_vs_human.study_sweeper import StudySweeper

log = logging.getLogger(__name__)


def use_best(sweeper: "StudySweeper", study: Study) -> None:
    """Measure the best trial's checkpoint, or train it again and measure that.

    Of several objectives, the trial that is best in the first.

    Raises:
        JobError: if that fails.
    """
    trial = StudyFacts.read(study).best
    if sweeper.best is None or trial is None:
        return
    if sweeper.best == EVALUATE:
        _evaluate(sweeper.folder / str(trial.user_attrs[RUN]), str(sweeper.config.paths.output_dir))
    else:
        _retrain(sweeper, trial)


def _evaluate(run: Path, output_dir: str) -> None:
    python, program = this_program()
    script = Path(program).parent / "scripts" / "evaluate.py"
    log.info("the best trial, on the test images: %s", run)
    words = [f"run={quoted(str(run))}", f"paths.output_dir={quoted(output_dir)}"]
    done = subprocess.run([python, str(script), *words], check=False)
    if done.returncode:
        raise JobError(
            f"expected the best trial to be measured, but got exit code {done.returncode}"
            " (hydra.sweeper.best=evaluate)",
            hint=f"python scripts/evaluate.py run={run}",
        )


def _retrain(sweeper: "StudySweeper", trial: FrozenTrial) -> None:
    # Of this trial: a study that goes on may have another best, whose folder is another.
    name = f"{sweeper.folder.name}-{trial.number}-best"
    log.info("training the best trial again, with a test at the end: %s", sweeper.folder / name)
    outcome = sweeper.do(trial.number, _words(trial.user_attrs[WORDS], sweeper.folder, name))
    sys.stdout.flush()
    if outcome.status != "completed":
        raise JobError(
            f"expected the best trial to be trained again, but got: {outcome.reason}"
            " (hydra.sweeper.best=retrain)",
            hint="the same command tries it again",
        )


def _words(words: Sequence[str], folder: Path, name: str) -> list[str]:
    return [
        *(word for word in words if not word.startswith("test=")),
        "test=true",
        "resume=auto",
        f"hydra.sweep.dir={quoted(str(folder))}",
        f"hydra.sweep.subdir={quoted(name)}",
    ]
