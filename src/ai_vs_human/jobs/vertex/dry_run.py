"""A job of a multirun to its specification, in a file and on the console, and nowhere else."""

from pathlib import Path
from typing import Any

from rich.console import Console

from ai_vs_human.cloud.vertex.settings import VertexSettings
from ai_vs_human.cloud.vertex.spec import custom_job
from ai_vs_human.jobs.job import Job
from ai_vs_human.jobs.vertex.container import container_of
from ai_vs_human.jobs.vertex.record import Record


def write_down(settings: VertexSettings, job: Job) -> Path:
    """Write and show what would be submitted for a job: the YAML that gcloud takes as well.

    Raises:
        ConfigError: if the job cannot be specified.
    """
    record = Record(Path(job.folder).parent)
    spec = custom_job(settings, container_of(job, settings, record.cloud_name()))
    path = record.write_spec(job.name, spec, by_hand(settings, spec, record.spec_path(job.name)))
    text = path.read_text(encoding="utf-8")
    Console().print(f"# {path}\n{text}", markup=False, highlight=False, soft_wrap=True)
    return path


def by_hand(settings: VertexSettings, spec: dict[str, Any], path: Path) -> str:
    """The command that submits the same job without us."""
    labels = ",".join(f"{key}={value}" for key, value in sorted(spec["labels"].items()))
    words = [
        f"--project={settings.project}",
        f"--region={settings.region}",
        f"--display-name={spec['displayName']}",
        f"--labels={labels}",
        *([f"--kms-key={settings.kms_key}"] if settings.kms_key else []),
        f"--config={path}",
    ]
    return f"gcloud ai custom-jobs create {' '.join(words)}"
