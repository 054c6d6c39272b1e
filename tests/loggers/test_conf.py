"""conf/logger, composed into a real run."""

import csv
from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir
from hydra.utils import get_object
from lightning.pytorch.loggers import Logger
from omegaconf import DictConfig, OmegaConf

from ai_vs_human.tasks.resolvers import register_resolvers
from tests.conftest import CONF
from tests.loggers.tiny import fit

pytestmark = pytest.mark.filterwarnings(
    # torch's own pytree, called by Lightning's CombinedLoader
    "ignore:.*LeafSpec.*:FutureWarning"
)


def composed(choice: str, folder: Path) -> DictConfig:
    register_resolvers()
    with initialize_config_dir(str(CONF)):
        return compose("train", [f"logger={choice}", f"paths.run_dir={folder}", "energy=none"])


def loggers_of(config: DictConfig) -> dict[str, Logger]:
    """The loggers by name; their nodes are flat, so their keys are their arguments."""
    nodes = OmegaConf.to_container(config.logger, resolve=True)
    return {name: get_object(node.pop("_target_"))(**node) for name, node in nodes.items()}


def test_csv_writes_metrics_below_csv_and_leaves_the_config_to_the_run(tmp_path: Path) -> None:
    logger = loggers_of(composed("csv", tmp_path))["csv"]
    logger.log_hyperparams({"lr": 0.1})
    fit(tmp_path, [logger])

    with (tmp_path / "csv" / "metrics.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["val/auroc"] for row in rows if row["val/auroc"]] == ["0.75"]
    assert [path.name for path in (tmp_path / "csv").iterdir()] == ["metrics.csv"]


@pytest.mark.parametrize(
    ("choice", "names"),
    [
        ("none", []),
        ("csv", ["csv"]),
        ("tensorboard", ["tensorboard"]),
        ("wandb", ["wandb"]),
        ("many", ["csv", "tensorboard", "wandb"]),
    ],
)
def test_a_member_is_its_named_loggers_in_the_run_folder(
    choice: str, names: list[str], tmp_path: Path
) -> None:
    loggers = loggers_of(composed(choice, tmp_path))

    assert list(loggers) == names
    assert all(Path(logger.save_dir or "") == tmp_path for logger in loggers.values())


def test_the_run_id_is_wandbs_id(tmp_path: Path) -> None:
    config = composed("wandb", tmp_path / "20261123-205617-3f9a1c")

    assert loggers_of(config)["wandb"].version == "20261123-205617-3f9a1c"
