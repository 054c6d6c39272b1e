"""A job of a multirun to what a container does: the same run, with its folder in a bucket."""

import re
from collections.abc import Iterator
from typing import Final

from ai_vs_human.cloud.vertex.checked import WHERE
from ai_vs_human.cloud.vertex.settings import VertexSettings
from ai_vs_human.cloud.vertex.spec import Container, address
from ai_vs_human.errors import ConfigError
from ai_vs_human.jobs.job import Job, quoted
from ai_vs_human.jobs.surroundings import PARENT
from ai_vs_human.runs.masking import mask_config, mask_text, mask_words

_FROM_THE_ENVIRONMENT: Final = re.compile(r"=\\?\$\{oc\.env:\w+(?:,\w*)?\}$")
"""A word that says where a value is, not what it is."""


def container_of(job: Job, settings: VertexSettings, sweep: str) -> Container:
    """What a container does for a job.

    Its run folder is restored from the bucket and mirrored to it, so that a container which is
    started again, or a second one, goes on where the first was stopped.

    Args:
        job: of the multirun.
        settings: of all its jobs.
        sweep: the multirun's name in the cloud.

    Raises:
        ConfigError: if a word or a variable holds a secret: specifications are no place for one.
    """
    _refuse_secrets(job, settings)
    nodes = settings.replica_count
    return Container(
        name=job.name,
        sweep=sweep,
        arguments=(
            *job.options,
            *job.words,
            *((f"trainer.num_nodes={nodes}",) if nodes > 1 else ()),
            f"hydra.run.dir={quoted(f'outputs/train/{sweep}/{job.name}')}",
            "resume=auto",
            f"paths.mirror={quoted(address(settings, sweep, job.name))}",
        ),
        environment={PARENT: "vertex", **job.environment},
    )


def _refuse_secrets(job: Job, settings: VertexSettings) -> None:
    for where, masked in _found(job, settings):
        raise ConfigError(
            f"expected no secret in what a job of Vertex AI is made of, but got {masked} ({where})",
            hint=f"+{WHERE}.secrets.<VARIABLE>=<its name in Secret Manager>, and in a word"
            " \\\\${oc.env:<VARIABLE>,null}",
        )


def _found(job: Job, settings: VertexSettings) -> Iterator[tuple[str, str]]:
    """Where each secret stands, and what may be shown of it."""
    words = [*job.options, *job.words, *settings.command]
    for word, masked in zip(words, mask_words(words), strict=True):
        if word != masked and not _FROM_THE_ENVIRONMENT.search(word):
            yield "the command line", masked
    variables = {**settings.environment, **job.environment}
    for name, masked in mask_config(variables).items():
        if masked != variables[name]:
            yield f"{WHERE}.environment", f"{name}={masked}"
    for variable, name in settings.secrets.items():
        if mask_text(name) != name:  # its value instead of its name
            yield f"{WHERE}.secrets", f"{variable}={mask_text(name)}"
