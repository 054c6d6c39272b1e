import pytest

from ai_vs_human.cloud.vertex.checked import settings_from
from ai_vs_human.errors import ConfigError
from ai_vs_human.jobs.job import Job
from ai_vs_human.jobs.vertex.container import container_of
from tests.cloud.vertex.test_spec import REQUIRED

FOLDER = "outputs/train/sweep/sweep-0"


def test_each_replica_is_a_node() -> None:
    settings = settings_from({**REQUIRED, "replica_count": 3})

    container = container_of(
        Job(0, FOLDER, ("model=cnn",), ("--config-name=train",)), settings, "sweep"
    )

    assert container.arguments == (
        "--config-name=train",
        "model=cnn",
        "trainer.num_nodes=3",
        "hydra.run.dir='outputs/train/sweep/sweep-0'",
        "resume=auto",
        "paths.mirror='gs://my-bucket/ai-vs-human/train/sweep/sweep-0'",
    )
    assert (container.name, container.sweep) == ("sweep-0", "sweep")


def test_a_folder_elsewhere_on_this_machine_stays_here() -> None:
    job = Job(0, "/home/me/results/sweep/sweep-0")

    container = container_of(job, settings_from(REQUIRED), "sweep")

    assert container.arguments[0] == "hydra.run.dir='outputs/train/sweep/sweep-0'"


def test_where_a_secret_comes_from_is_none() -> None:
    words = ("logger.api_key=${oc.env:WANDB_API_KEY,null}", "model.token=\\${oc.env:HF_TOKEN}")

    assert (
        container_of(Job(0, FOLDER, words), settings_from(REQUIRED), "sweep").arguments[:2] == words
    )


@pytest.mark.parametrize(
    ("words", "environment", "secrets"),
    [
        (("logger.api_key=abc123def",), {}, {}),
        (("hydra.storage=postgresql://me:hunter2hunter2@host/db",), {}, {}),
        (("model=cnn", "tags=[known-to-this-shell]"), {}, {}),
        ((), {"WANDB_API_KEY": "abc123def"}, {}),
        ((), {"STORAGE": "postgresql://me:hunter2hunter2@host/db"}, {}),
        ((), {}, {"OTHER_TOKEN": "known-to-this-shell"}),
    ],
)
def test_a_secret_is_refused_and_not_shown(
    words: tuple[str, ...],
    environment: dict[str, str],
    secrets: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HF_TOKEN", "known-to-this-shell")
    settings = settings_from({**REQUIRED, "secrets": secrets})

    with pytest.raises(ConfigError, match=r"expected no secret in what a job of Vertex") as caught:
        container_of(Job(0, FOLDER, words, environment=environment), settings, "sweep")

    assert "hydra.launcher.secrets.<VARIABLE>=<its name in Secret Manager>" in str(caught.value)
    for secret in ("abc123def", "hunter2hunter2", "known-to-this-shell"):
        assert secret not in str(caught.value)
