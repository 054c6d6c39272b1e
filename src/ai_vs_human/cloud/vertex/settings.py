"""What there is to say of a custom job of Vertex AI, apart from what it runs."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal

_OF_THE_LAUNCHER: Final = frozenset(
    ("wait", "dry_run", "fetch", "poll_seconds", "patience_seconds", "endpoint")
)
"""What the jobs themselves do not depend on."""


@dataclass(frozen=True, kw_only=True)
class VertexSettings:
    """Where and how the jobs of a multirun run on Vertex AI.

    Attributes:
        project: of Google Cloud, by its id.
        region: such as europe-west4.
        image: the container's, with a tag that is not `latest`, or a digest.
        bucket: `gs://…`; what a job writes lies at `<bucket>/train/<multirun>/<run>`.
        command: of the container, before the words for train.py.
        machine_type: of every replica.
        accelerator_type: as Vertex AI spells it: NVIDIA_L4, NVIDIA_TESLA_T4, …
        accelerator_count: on each replica.
        replica_count: machines of one job; each is a node of its training.
        reduction_server_count: machines that only add up gradients; 0 for none.
        reduction_server_machine_type: of these.
        reduction_server_image: Google's container for these.
        boot_disk_type: of every replica.
        boot_disk_gb: its size.
        spot: spare machines, for less money, that may be taken away.
        max_wait_seconds: how long the job may queue for machines (flex start); None takes what
            is there.
        timeout_seconds: how long the job may run.
        service_account: that the job acts as; None for the project's default.
        network: to peer with, by its full name with the project's number.
        labels: on the job, besides ours.
        environment: variables of the container, in plain sight of all who may see the job.
        secrets: name in Secret Manager, by the variable that is to hold its value in the job.
        tensorboard: full name of the Vertex AI TensorBoard that gets the logs.
        kms_key: full name of the key that encrypts what Vertex AI stores.
        wait: whether to stay until the jobs have ended.
        dry_run: write down the specifications, and submit nothing.
        fetch: what is copied into the local run folder at the end: results (all but checkpoints
            and models), all, or none.
        poll_seconds: from one look at a job to the next.
        patience_seconds: how long a submission is tried again where quota is used up or the
            service is down.
        endpoint: another address of the service; credentials are only sent to an https one.
    """

    project: str
    region: str
    image: str
    bucket: str
    command: tuple[str, ...] = ("python", "train.py")
    machine_type: str = "n1-standard-8"
    accelerator_type: str | None = None
    accelerator_count: int = 0
    replica_count: int = 1
    reduction_server_count: int = 0
    reduction_server_machine_type: str = "n1-highcpu-16"
    reduction_server_image: str = (
        "us-docker.pkg.dev/vertex-ai-restricted/training/reductionserver:latest"
    )
    boot_disk_type: str = "pd-ssd"
    boot_disk_gb: int = 100
    spot: bool = False
    max_wait_seconds: int | None = None
    timeout_seconds: int = 86_400
    service_account: str | None = None
    network: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    tensorboard: str | None = None
    kms_key: str | None = None
    wait: bool = True
    dry_run: bool = False
    fetch: Literal["results", "all", "none"] = "results"
    poll_seconds: float = 30.0
    patience_seconds: float = 3600.0
    endpoint: str | None = None

    def key_with(self, words: Any) -> str:
        """What tells jobs with these settings and words from others: 64 hexadecimal digits."""
        values = {k: v for k, v in asdict(self).items() if k not in _OF_THE_LAUNCHER}
        text = json.dumps([values, words], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()
