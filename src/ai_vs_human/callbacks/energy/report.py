"""The books of a run to energy.json."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final, Literal

from ai_vs_human.callbacks.energy.account import QUANTITIES, STAGES, Account, Stage
from ai_vs_human.callbacks.energy.books import Books
from ai_vs_human.callbacks.energy.figures import Ratio
from ai_vs_human.callbacks.energy.kind import Kind
from ai_vs_human.callbacks.energy.meter import DOMAINS, Domain, Provenance
from ai_vs_human.runs.whole_file import write_whole

REPORT_NAME: Final = "energy.json"
SCHEMA_VERSION: Final = 2
SCOPE: Final = (
    "Joules by the vendors' counters of whole devices and packages, from the callbacks' setup on: "
    "idle draw and other programs on the device are in it; power supply, disks, fans and network "
    "are not. It is not what a wall plug would show."
)
SCOPE_OF_MANY: Final = (
    " Processes are added up at the ends of epochs and tests; later joules are the first process'."
)

Status = Literal["running", "completed", "failed", "interrupted"]


def describe(
    books: Books,
    kinds: tuple[Kind, Kind],
    *,
    status: Status,
    error: str | None,
    counting: Mapping[Domain, int],
    world_size: int,
    epochs: Sequence[Mapping[str, Any]],
    ratios: Mapping[str, Mapping[str, Ratio]],
    metrics: Mapping[str, float],
) -> dict[str, Any]:
    """Everything that a run knows about its energy, as JSON can hold it.

    Args:
        books: what was spent.
        kinds: what was counted, and what was estimated.
        status: how the run stands.
        error: what ended a failed run.
        counting: how many processes measure each domain.
        world_size: how many processes there are.
        epochs: one row for each finished epoch of training.
        ratios: by kind and name.
        metrics: what was logged last, by key.
    """
    counted, estimated = kinds
    domains = books.window.meter.domains
    return {
        "schema_version": SCHEMA_VERSION,
        "status": status,
        "error": error,
        "zeus_version": zeus_version(),
        "scope": SCOPE + (SCOPE_OF_MANY if world_size > 1 else ""),
        "measured": bool(counted.domains),
        "complete": all(_is_complete(provenance) for provenance in domains.values())
        and counting["gpu"] in (0, world_size),
        "domains": {name: _provenance(provenance) for name, provenance in domains.items()},
        "processes": {"world_size": world_size, "counting": dict(counting)},
        **_of_kind(books, counted, ratios),
        "epochs": list(epochs),
        "estimated": _of_kind(books, estimated, ratios) if estimated.domains else None,
        "metrics": dict(metrics),
    }


def _of_kind(books: Books, kind: Kind, ratios: Mapping[str, Mapping[str, Ratio]]) -> dict[str, Any]:
    """What is told of the counted joules, and of the estimated ones in a section of their own."""
    total = books.total
    known = ratios.get(kind.name, {}) if kind.domains else {}
    cumulative, spent = (
        _ever(kind, account).entry(account) for account in (books.cumulative, books.spent)
    )
    if kind.name == "counted":
        cumulative |= {"lineage": [*books.lineage, list(kind.domains)]}
    return {
        "stages": {stage: kind.entry(total, stage) for stage in STAGES if _used(total, stage)},
        "process": kind.entry(total),
        "cumulative": cumulative,
        "spent": spent,
        "ratios": {name: ratio.as_dict() for name, ratio in known.items()},
    }


def write_report(path: Path, report: Mapping[str, Any]) -> None:
    """Write a report, all or nothing.

    Raises:
        OSError: if the file cannot be written.
    """
    text = json.dumps(report, indent=2, allow_nan=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, text + "\n")


def zeus_version() -> str | None:
    """The installed Zeus, found without importing it; None where there is none."""
    try:
        return version("zeus")
    except PackageNotFoundError:
        return None


def _used(account: Account, stage: Stage) -> bool:
    return any(account.amount(quantity, stage) for quantity in QUANTITIES)


def _ever(kind: Kind, account: Account) -> Kind:
    """With the domains that only an earlier session knew."""
    found = (one for one in DOMAINS if one in kind.domains or account.amount(kind.quantity(one)))
    return replace(kind, domains=tuple(found))


def _is_complete(provenance: Provenance) -> bool:
    return provenance.status not in ("unavailable", "estimate") and not provenance.anomalies


def _provenance(provenance: Provenance) -> dict[str, Any]:
    """The words that are not empty; of many anomalies, the first few and their number."""
    words = {name: value for name, value in asdict(provenance).items() if value}
    if provenance.devices:
        words["devices"] = list(provenance.devices)
    if provenance.anomalies:
        words["partial"] = True
        words["anomaly_count"] = len(provenance.anomalies)
        words["anomalies"] = list(provenance.anomalies[:5])
    return words
