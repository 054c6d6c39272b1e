"""Two records of what a run was started from to how they differ, and whether that matters."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ai_vs_human.runs.provenance.record import Provenance

# What cannot change the figures that the same software computes from the same images.
_HARMLESS: Final = frozenset(("host", "working_directory", "memory_bytes", "kernel"))
_HARMLESS_VARIABLES: Final = ("WANDB_", "HF_HUB_", "AIP_", "MASTER_", "SLURM_JOB", "SLURM_ARRAY")
_OUR_VARIABLES: Final = "AI_VS_HUMAN_"
"""A run's id, and what its processes tell each other."""
_MAY_BE_UNKNOWN: Final = frozenset(("hardware", "data"))


@dataclass(frozen=True)
class Difference:
    """One thing that was so then and is otherwise now.

    Attributes:
        part: code, packages, python, platform, hardware, environment, data or place.
        name: of the fact inside it: a package, a variable, `commit`, `untracked a.py`, ….
        then: its value in the record; None where it had none.
        now: its value at present; None where it has none.
        matters: whether the figures of a run can change with it.
    """

    part: str
    name: str
    then: Any
    now: Any
    matters: bool


def differences(then: Provenance, now: Provenance) -> list[Difference]:
    """How the state now differs from the recorded one, part by part.

    What is a run's own (id, time, command, overrides, seed) is not compared, nor what one of the
    two does not know: the images before they are listed, the GPUs where nobody looked.
    """
    before, after = _facts(then), _facts(now)
    return [
        Difference(part, name, old, new, matters=_matters(part, name))
        for part in before
        for name, old, new in _changed(before[part], after[part])
        if part not in _MAY_BE_UNKNOWN or (old is not None and new is not None)
    ]


def changed_since(attempts: Sequence[Provenance], now: Provenance) -> list[Difference]:
    """How the state now differs from that of any attempt at a run, each difference once."""
    found: list[Difference] = []
    for then in attempts:
        found += [one for one in differences(then, now) if one not in found]
    return found


def _changed(
    then: Mapping[str, Any], now: Mapping[str, Any]
) -> Iterator[tuple[str, object, object]]:
    for name in sorted(then.keys() | now.keys()):
        if then.get(name) != now.get(name):
            yield name, then.get(name), now.get(name)


def _matters(part: str, name: str) -> bool:
    if part == "environment":
        return not name.startswith(_HARMLESS_VARIABLES)
    return part == "packages" or name not in _HARMLESS


def _facts(record: Provenance) -> dict[str, dict[str, Any]]:
    """The parts of a record, each a flat table of name and value."""
    return {
        "code": _code(record.git or {}) | {"lock_sha256": record.lock_sha256},
        "packages": record.packages,
        "python": record.python,
        "platform": record.platform,
        "hardware": _hardware(record.hardware),
        "environment": {
            name: value
            for name, value in record.environment.items()
            if not name.startswith(_OUR_VARIABLES)
        },
        "data": {"fingerprint": record.data.get("fingerprint")},
        "place": {"host": record.host, "working_directory": record.working_directory},
    }


def _code(git: Mapping[str, Any]) -> dict[str, Any]:
    """Commit, changes, and each untracked file by its hash, or by its size where it has none."""
    files = {
        f"untracked {file['path']}": file["sha256"] or f"{file['bytes']} bytes"
        for file in git.get("untracked", ())
    }
    return files | {"commit": git.get("commit"), "diff_sha256": git.get("diff_sha256")}


def _hardware(hardware: Mapping[str, Any]) -> dict[str, Any]:
    cpu = hardware.get("cpu", {})
    gpus = hardware.get("gpus")
    return {
        "cpu": cpu.get("model"),
        "usable_cpu_count": cpu.get("usable_count"),
        "memory_bytes": hardware.get("memory_bytes"),
        "gpus": gpus if gpus is None else [gpu["name"] for gpu in gpus],
        "gpu_drivers": gpus and [gpu["driver"] for gpu in gpus],
    }
