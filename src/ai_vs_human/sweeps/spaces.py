"""Search spaces that depend on a choice, as functions: `hydra.sweeper.custom_search_space`.

Each takes the sweep's config and a trial, and asks the trial for values by Hydra key. A value that
another one makes senseless is not asked for.
"""

from typing import Any

from optuna.trial import Trial


def optimizers(_config: Any, trial: Trial) -> None:
    """SGD at high rates with momentum, Adam at low ones, AdamW with a weight decay."""
    chosen = trial.suggest_categorical("model/optimizer", ["adam", "adamw", "sgd"])
    if chosen == "sgd":
        trial.suggest_float("model.optimizer.lr", 1e-3, 3e-1, log=True)
        trial.suggest_float("model.optimizer.momentum", 0.8, 0.99)
        return
    trial.suggest_float("model.optimizer.lr", 1e-4, 1e-2, log=True)
    if chosen == "adamw":
        trial.suggest_float("model.optimizer.weight_decay", 1e-5, 1e-1, log=True)
