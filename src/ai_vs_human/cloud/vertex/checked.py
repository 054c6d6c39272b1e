"""What a config says of Vertex AI to settings that can make up a job, or to all that is wrong."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any, Final, Literal, NamedTuple, get_args, get_origin

from ai_vs_human.cloud.vertex.settings import VertexSettings
from ai_vs_human.errors import ConfigError

WHERE: Final = "hydra.launcher"

_TAG_OR_DIGEST: Final = re.compile(r"[^@]+@sha256:[0-9a-f]{64}|[^@:]+:(?P<tag>\w[\w.-]{0,127})")
_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LABEL: Final = re.compile(r"[a-z0-9_-]{0,63}")
_SECRET: Final = re.compile(r"(?:projects/[^/]+/secrets/)?[\w-]{1,255}(?:/versions/[\w-]+)?")

_PUSHED: Final = "as dockerfiles/cloudbuild.yaml pushes it"
_REQUIRED: Final = {
    "project": (
        "the id of a Google Cloud project",
        f"export GOOGLE_CLOUD_PROJECT=<id>, or {WHERE}.project=<id>",
    ),
    "region": (
        "a region of Vertex AI",
        f"export GOOGLE_CLOUD_REGION=europe-west4, or {WHERE}.region=europe-west4",
    ),
    "image": (
        "the image of a container with this project",
        f"export AI_VS_HUMAN_IMAGE=<image>, or {WHERE}.image=<image>, {_PUSHED}",
    ),
    "bucket": (
        "a place for the run folders",
        f"export AI_VS_HUMAN_BUCKET=gs://<bucket>/ai-vs-human, or {WHERE}.bucket=gs://<bucket>",
    ),
}
_STAND_INS: Final = {"project": "p", "region": "r", "image": "i:1", "bucket": "gs://bucket"}
"""For required values that are missing, so that the others can be judged all the same."""
_SECONDS: Final = frozenset(one.name for one in fields(VertexSettings) if one.type is float)


class Fault(NamedTuple):
    """What is wrong, and what to change."""

    sentence: str
    hint: str | None = None


def settings_from(values: Mapping[str, Any]) -> VertexSettings:
    """The settings that a config's values stand for.

    Args:
        values: plain ones, by the attributes of `VertexSettings`.

    Raises:
        ConfigError: with everything that is wrong at once.
    """
    values = {key: _as_meant(key, value) for key, value in values.items()}
    wrong = dict(_of_types(values))
    usable = {key: value for key, value in values.items() if key not in wrong}
    faults = [*wrong.values(), *_of_values(VertexSettings(**{**_STAND_INS, **usable}))]
    if len(faults) == 1:
        raise ConfigError(*faults[0])
    if faults:
        blocks = (f"  {one}" + (f"\n    hint: {hint}" if hint else "") for one, hint in faults)
        raise ConfigError("\n".join([f"{len(faults)} faults", *blocks]))
    return VertexSettings(**values)


def _as_meant(key: str, value: Any) -> Any:
    """A value of YAML's in the type that it can only be meant for."""
    if isinstance(value, list):
        return tuple(value)
    if key in {"labels", "environment"} and isinstance(value, Mapping):
        return {str(name): _as_text(one) for name, one in value.items()}
    if key in _SECONDS and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value


def _as_text(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value


def _of_types(values: Mapping[str, Any]) -> Iterator[tuple[str, Fault]]:
    for one in fields(VertexSettings):
        value = values.get(one.name)
        if one.name in _REQUIRED and value in (None, ""):
            expected, hint = _REQUIRED[one.name]
            sentence = f"expected {expected}, but got none ({WHERE}.{one.name})"
            yield one.name, Fault(sentence, hint)
        elif one.name in values and not _fits(value, one.type):
            # What stands in a mapping may be a secret, put where its name belongs.
            got = "something else" if isinstance(value, Mapping) else repr(value)
            sentence = f"expected {_named(one.type)}, but got {got} ({WHERE}.{one.name})"
            yield one.name, Fault(sentence)


def _named(kind: Any) -> str:
    """A type as a person says it."""
    if get_origin(kind) is Literal:
        return f"one of {', '.join(get_args(kind))}"
    if get_origin(kind) is not None and issubclass(get_origin(kind), Mapping):
        return "names with a text each"
    words = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}
    if kind in words:
        return words[kind]
    return (
        "a list of words" if get_origin(kind) is tuple else f"{_named(get_args(kind)[0])} or null"
    )


def _fits(value: Any, kind: Any) -> bool:
    from beartype.door import is_bearable  # noqa: PLC0415 -- Hydra imports launchers at each start

    if isinstance(value, bool):
        return kind is bool
    return bool(is_bearable(value, kind))


def _of_values(settings: VertexSettings) -> Iterator[Fault]:
    yield from _of_the_image(settings.image)
    yield from _of_numbers(settings)
    yield from _of_names(settings)
    if not re.fullmatch(r"gs://[a-z0-9][\w.-]+(?:/[^\s?#]*)?", settings.bucket):
        yield Fault(
            f"expected gs://<bucket>/<folder>, but got {settings.bucket!r} ({WHERE}.bucket)",
            f"{WHERE}.bucket=gs://<bucket>/ai-vs-human",
        )
    if (settings.accelerator_type is None) != (settings.accelerator_count == 0):
        yield Fault(
            "expected an accelerator's type and how many of it, or neither, but got"
            f" {settings.accelerator_count} of {settings.accelerator_type}"
            f" ({WHERE}.accelerator_type, {WHERE}.accelerator_count)",
            f"{WHERE}.accelerator_type=NVIDIA_L4 {WHERE}.accelerator_count=1",
        )
    if settings.reduction_server_count and settings.replica_count == 1:
        yield Fault(
            "expected several replicas for a reduction server to serve, but got 1"
            f" ({WHERE}.replica_count)",
            f"{WHERE}.reduction_server_count=0",
        )
    if settings.spot and settings.max_wait_seconds is not None:
        yield Fault(
            "expected spot machines or flex start, but got both"
            f" ({WHERE}.spot=true, {WHERE}.max_wait_seconds={settings.max_wait_seconds})",
            f"{WHERE}.max_wait_seconds=null",
        )


def _of_the_image(image: str) -> Iterator[Fault]:
    found = _TAG_OR_DIGEST.fullmatch(image.rpartition("/")[2])
    if found is None or found["tag"] == "latest":
        yield Fault(
            "expected an image with a tag of its own or a digest, so that every trial runs the"
            f" same program, but got {image!r} ({WHERE}.image)",
            f"{WHERE}.image={image.removesuffix(':latest')}:<commit>, {_PUSHED}",
        )


def _of_numbers(settings: VertexSettings) -> Iterator[Fault]:
    least = {
        "replica_count": 1,
        "boot_disk_gb": 100,
        "timeout_seconds": 1,
        "accelerator_count": 0,
        "reduction_server_count": 0,
        "patience_seconds": 0,
    }
    for name, lowest in least.items():
        value = getattr(settings, name)
        if value < lowest:
            yield Fault(
                f"expected a number from {lowest} up, but got {value} ({WHERE}.{name})",
                f"{WHERE}.{name}={lowest}",
            )
    if settings.poll_seconds <= 0:
        yield Fault(
            f"expected a number of seconds above 0, but got {settings.poll_seconds}"
            f" ({WHERE}.poll_seconds)",
            f"{WHERE}.poll_seconds=30",
        )


def _of_names(settings: VertexSettings) -> Iterator[Fault]:
    for name in (*settings.environment, *settings.secrets):
        if not _VARIABLE.fullmatch(name):
            yield Fault(f"expected the name of a variable, but got {name!r} ({WHERE}.environment)")
    for key, value in settings.labels.items():
        if not (key[:1].isalpha() and _LABEL.fullmatch(key) and _LABEL.fullmatch(value)):
            yield Fault(
                "expected small letters, digits, - and _, at most 63 of them, but got"
                f" {key}={value} ({WHERE}.labels)",
            )
    for variable, name in settings.secrets.items():
        if not _SECRET.fullmatch(name):  # it may be the secret itself: it is not repeated
            yield Fault(
                "expected the name of a secret in Secret Manager, but got something else"
                f" ({WHERE}.secrets.{variable})",
                f"gcloud secrets create <name> --data-file=-; {WHERE}.secrets.{variable}=<name>",
            )
