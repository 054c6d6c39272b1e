"""Specifications against golden files, and against Google's own types.

After a wanted change: `AI_VS_HUMAN_GOLDEN=write pytest tests/cloud/vertex/test_spec.py`.
"""

import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from google.cloud.aiplatform_v1.types import CustomJob
from google.protobuf.json_format import MessageToDict

from ai_vs_human.cloud.vertex.checked import settings_from
from ai_vs_human.cloud.vertex.client import as_message
from ai_vs_human.cloud.vertex.settings import VertexSettings
from ai_vs_human.cloud.vertex.spec import KEY_LABEL, Container, custom_job
from ai_vs_human.errors import ConfigError

GOLDEN = Path(__file__).with_name("golden")
REQUIRED = {
    "project": "my-project",
    "region": "europe-west4",
    "image": "europe-west4-docker.pkg.dev/my-project/ai-vs-human/train:1a2b3c4",
    "bucket": "gs://my-bucket/ai-vs-human/",
}
CONTAINER = Container(
    name="20261124-120000-abcdef01-0",
    sweep="20261124-120000-abcdef01",
    arguments=("model=cnn", "resume=auto"),
)
CASES: dict[str, dict[str, Any]] = {
    "one_cpu": {},
    "spot_gpu_everything": {
        "image": f"europe-west4-docker.pkg.dev/my-project/train@sha256:{'0f' * 32}",
        "machine_type": "g2-standard-8",
        "accelerator_type": "NVIDIA_L4",
        "accelerator_count": 1,
        "boot_disk_type": "pd-balanced",
        "boot_disk_gb": 200,
        "spot": True,
        "timeout_seconds": 7200,
        "service_account": "trainer@my-project.iam.gserviceaccount.com",
        "network": "projects/123456/global/networks/default",
        "labels": {"team": "vision", "paid-by": 42},
        "environment": {"TZ": "UTC", "NCCL_DEBUG": "INFO", "ON": True},
        "secrets": {"WANDB_API_KEY": "wandb-key", "HF_TOKEN": "projects/9/secrets/hf/versions/3"},
        "tensorboard": "projects/123456/locations/europe-west4/tensorboards/7",
        "kms_key": "projects/my-project/locations/europe-west4/keyRings/r/cryptoKeys/k",
    },
    "two_replicas": {
        "machine_type": "a2-highgpu-2g",
        "accelerator_type": "NVIDIA_TESLA_A100",
        "accelerator_count": 2,
        "replica_count": 2,
        "reduction_server_count": 4,
        "max_wait_seconds": 1800,
    },
}


def settings(**values: Any) -> VertexSettings:
    return settings_from({**REQUIRED, **values})


@pytest.mark.parametrize("case", CASES)
def test_the_specification_is_the_golden_one(case: str) -> None:
    job = custom_job(settings(**CASES[case]), CONTAINER)
    path = GOLDEN / f"{case}.yaml"
    if os.environ.get("AI_VS_HUMAN_GOLDEN") == "write":
        path.write_text(yaml.safe_dump(job, sort_keys=False, width=1000))

    assert job == yaml.safe_load(path.read_text())


@pytest.mark.parametrize("case", CASES)
def test_googles_types_take_all_of_it_and_give_the_same_back(case: str) -> None:
    """Fields that only exist in snake_case here, or in another message, would not come back."""
    job = custom_job(settings(**CASES[case]), CONTAINER)
    message = as_message(job)

    back = MessageToDict(CustomJob.pb(message))
    back.pop("state", None)
    assert _texts(back) == _texts(job)


@pytest.mark.parametrize(
    "spoilt",
    [
        {"jobSpec": {"workerPoolSpecs": [{"machineSpec": {"acceleratorType": "NVIDIA_L5"}}]}},
        {"jobSpec": {"scheduling": {"timeout": "1 day"}}},
        {"jobSpec": {"spot": True}},
    ],
    ids=["accelerator", "duration", "unknown"],
)
def test_what_google_does_not_know_is_refused_before_it_is_sent(spoilt: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="expected what Vertex AI knows, but got: "):
        as_message(spoilt)


def test_the_key_follows_from_the_job_and_from_nothing_else() -> None:
    def key(container: Container = CONTAINER, **values: Any) -> str:
        return str(custom_job(settings(**values), container)["labels"][KEY_LABEL])

    assert key() == key(wait=False, poll_seconds=1, fetch="all", patience_seconds=1)
    others = [
        key(spot=True),
        key(labels={"team": "vision"}),
        key(kms_key="k"),
        key(container=Container("x-1", CONTAINER.sweep, CONTAINER.arguments)),
        key(container=Container(CONTAINER.name, CONTAINER.sweep, ("model=npr",))),
    ]
    assert len({key(), *others}) == 6


def test_labels_are_what_google_takes() -> None:
    odd = Container("Run", "My sweep, of today: " + "x" * 80, ())

    label = custom_job(settings(), odd)["labels"]["ai_vs_human_sweep"]

    assert label == ("my-sweep--of-today--" + "x" * 80)[:63]


def _texts(value: Any) -> Any:
    """Google's JSON has 64-bit numbers as text, and in a message nothing tells 0 from absent."""
    if isinstance(value, dict):
        return {key: _texts(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_texts(inner) for inner in value]
    return value if isinstance(value, bool) else str(value)
