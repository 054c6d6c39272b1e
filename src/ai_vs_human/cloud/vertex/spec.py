"""Settings and what one container does to the custom job that Vertex AI is asked for.

The keys are those of CustomJob in Google's API (v1): `jobSpec` is what `gcloud ai custom-jobs
create --config=` takes. See https://cloud.google.com/vertex-ai/docs/reference/rest/v1/CustomJobSpec
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ai_vs_human.cloud.secrets import PATHS, listed
from ai_vs_human.cloud.vertex.settings import VertexSettings

KEY_LABEL: Final = "ai_vs_human_job"
SWEEP_LABEL: Final = "ai_vs_human_sweep"


@dataclass(frozen=True)
class Container:
    """What one custom job does.

    Attributes:
        name: the run's id.
        sweep: the multirun's.
        arguments: behind the image's command.
        environment: variables, besides those of the settings.
    """

    name: str
    sweep: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


def address(settings: VertexSettings, sweep: str, name: str) -> str:
    """Where in the bucket a run's folder lies; `scripts/runs.py --dir=<bucket>` finds it there."""
    return f"{settings.bucket.rstrip('/')}/train/{sweep}/{name}"


def custom_job(settings: VertexSettings, container: Container) -> dict[str, Any]:
    """The body of a request for a custom job, in plain values.

    One of its labels is `key_of` the rest: the same job, asked for again, has the same.
    """
    job: dict[str, Any] = {
        "displayName": container.name,
        "labels": {**settings.labels, SWEEP_LABEL: _as_label(container.sweep)},
        "jobSpec": _job_spec(settings, container),
    }
    if settings.kms_key is not None:
        job["encryptionSpec"] = {"kmsKeyName": settings.kms_key}
    job["labels"][KEY_LABEL] = key_of(job)
    return job


def key_of(job: Mapping[str, Any]) -> str:
    """What tells a job from every other: j and 40 hexadecimal digits, a label's value."""
    text = json.dumps(job, sort_keys=True)
    return f"j{hashlib.sha256(text.encode()).hexdigest()[:40]}"


def _job_spec(settings: VertexSettings, container: Container) -> dict[str, Any]:
    base = address(settings, container.sweep, container.name)
    spec = {
        "workerPoolSpecs": _pools(settings, container),
        "scheduling": _scheduling(settings),
        "serviceAccount": settings.service_account,
        "network": settings.network,
        "baseOutputDirectory": {"outputUriPrefix": base},
        "tensorboard": settings.tensorboard,
    }
    return {key: value for key, value in spec.items() if value is not None}


def _pools(settings: VertexSettings, container: Container) -> list[dict[str, Any]]:
    """The first replica, the other ones, and the reduction servers: Vertex AI's pools 0, 1, 2."""
    pools = [_worker(settings, container, 1)]
    if settings.replica_count > 1:
        pools.append(_worker(settings, container, settings.replica_count - 1))
    if settings.reduction_server_count:
        pools.append(
            {
                "machineSpec": {"machineType": settings.reduction_server_machine_type},
                "replicaCount": settings.reduction_server_count,
                "containerSpec": {"imageUri": settings.reduction_server_image},
            }
        )
    return pools


def _worker(settings: VertexSettings, container: Container, replicas: int) -> dict[str, Any]:
    does = {
        "imageUri": settings.image,
        "command": list(settings.command),
        "args": list(container.arguments),
        "env": _environment(settings, container),
    }
    return {
        "machineSpec": _machine(settings),
        "replicaCount": replicas,
        "diskSpec": {
            "bootDiskType": settings.boot_disk_type,
            "bootDiskSizeGb": settings.boot_disk_gb,
        },
        "containerSpec": {key: value for key, value in does.items() if value},
    }


def _machine(settings: VertexSettings) -> dict[str, Any]:
    machine: dict[str, Any] = {"machineType": settings.machine_type}
    if settings.accelerator_type is not None:
        machine["acceleratorType"] = settings.accelerator_type
        machine["acceleratorCount"] = settings.accelerator_count
    return machine


def _environment(settings: VertexSettings, container: Container) -> list[dict[str, str]]:
    """Variables by name; of secrets only where they lie, as a job's specification keeps none."""
    variables = {**settings.environment, **container.environment}
    if settings.secrets:
        variables[PATHS] = listed(settings.secrets, settings.project)
    return [{"name": name, "value": variables[name]} for name in sorted(variables)]


def _scheduling(settings: VertexSettings) -> dict[str, Any]:
    scheduling: dict[str, Any] = {"timeout": f"{settings.timeout_seconds}s"}
    if settings.spot:
        scheduling["strategy"] = "SPOT"
    if settings.max_wait_seconds is not None:
        scheduling["strategy"] = "FLEX_START"
        scheduling["maxWaitDuration"] = f"{settings.max_wait_seconds}s"
    if settings.replica_count > 1:  # a process group does not outlive one of its members
        scheduling["restartJobOnWorkerRestart"] = True
    return scheduling


def _as_label(text: str) -> str:
    return re.sub(r"[^a-z0-9_-]", "-", text.lower())[:63]
