"""One run of the registry to all that is known of it, in tables."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ai_vs_human.reporting.runs_table import JOULES, note
from ai_vs_human.reporting.words import figure, minute, number, plain, size, status_text
from ai_vs_human.runs.registry.entry import Entry
from ai_vs_human.runs.result import Result

_STAGES: Final = {"train": "training", "val": "validation", "test": "test"}
_PROVENANCE: Final = ("commit", "dirty", "lock", "host")
_UNFINISHED: Final = ("interrupted", "crashed")


def run_sheet(
    entry: Entry, provenance: Mapping[str, Any], sizes_bytes: Mapping[str, int]
) -> Iterator[RenderableType]:
    """The parts to print, in order.

    Args:
        entry: the run.
        provenance: what provenance.json says; empty where there is none.
        sizes_bytes: of the run's files, by path relative to its folder.
    """
    result = entry.result
    yield _facts(f"run {entry.run_id}", _standing(entry) | _provenance(provenance))
    if result is not None:
        yield from _figures(result)
        if result.origins:
            yield _origins(result.origins)
    yield _files(sizes_bytes)
    yield plain(f"folder      {entry.folder}")
    yield from _next(entry)


def _facts(title: str, facts: Mapping[str, object]) -> Table:
    """Names and values; those that are absent are left out."""
    table = Table(title=plain(title), title_justify="left", show_header=False)
    for name, value in facts.items():
        if value not in (None, "", [], {}):
            table.add_row(plain(name), value if isinstance(value, Text) else plain(value))
    return table


def _standing(entry: Entry) -> dict[str, object]:
    facts: dict[str, object] = {"status": status_text(entry.status), "note": note(entry)}
    result = entry.result
    if result is None:
        return facts | {"task": entry.task, "started": minute(entry.started)}
    seconds = {name: f"{value:,.1f} s" for name, value in result.seconds.items()}
    return facts | {
        "task": entry.task,
        "sweep": entry.sweep,
        "started": result.started or minute(entry.started),
        "ended": result.ended,
        "attempts": result.attempts,
        "time": ", ".join(f"{name} {value}" for name, value in seconds.items()),
        "speed": result.images_per_second
        and f"{result.images_per_second:,.0f} training images a second",
        "seed": result.seed,
        "tags": ", ".join(result.tags),
        "data": ", ".join(f"{name} {value}" for name, value in result.data.items()),
        "energy": _energy(result),
        "checkpoint": result.checkpoint,
        "weights": result.weights_sha256 and f"sha256 {result.weights_sha256}",
    }


def _energy(result: Result) -> str | None:
    total = result.metrics.get(JOULES)
    if total is not None:
        return f"{total:,.1f} J"
    return None if result.energy is None else "not measured: energy.json says why"


def _provenance(provenance: Mapping[str, Any]) -> dict[str, object]:
    """The words that tell code and machine, wherever in the file they stand."""
    flat = dict(_leaves(provenance, ""))
    return {
        key: value
        for key, value in flat.items()
        if any(word in _PROVENANCE for word in key.replace("_", ".").split("."))
    }


def _leaves(node: Any, key: str) -> Iterator[tuple[str, Any]]:
    if not isinstance(node, Mapping):
        yield key, node
        return
    for name, value in node.items():
        yield from _leaves(value, f"{key}.{name}" if key else str(name))


def _figures(result: Result) -> Iterator[Table]:
    """A table of what several stages have, then one of the rest."""
    stages = [s for s in _STAGES if any(name.startswith(f"{s}/") for name in result.metrics)]
    if stages:
        table = Table(title="metrics, with 95 % intervals", title_justify="left")
        table.add_column("metric")
        for stage in stages:
            images = result.images.get(stage)
            table.add_column(_STAGES[stage] + (f"\n{images:,} images" if images else ""))
        keys = dict.fromkeys(_stageless(name) for name in result.metrics if _has_stage(name))
        for key in keys:
            table.add_row(plain(key), *(figure(result, f"{stage}/{key}") for stage in stages))
        yield table
    rest = {name: number(float(v)) for name, v in result.metrics.items() if not _has_stage(name)}
    if rest:
        yield _facts("other figures", rest)


def _has_stage(name: str) -> bool:
    return name.partition("/")[0] in _STAGES


def _stageless(name: str) -> str:
    return name.partition("/")[2]


def _origins(rows: Sequence[Mapping[str, Any]]) -> Table:
    table = Table(title="test images by origin", title_justify="left")
    columns = list(dict.fromkeys(key for row in rows for key in row))
    for column in columns:
        table.add_column(plain(column))
    for row in rows:
        values = [row.get(column) for column in columns]
        table.add_row(*(plain(_short(value)) for value in values))
    return table


def _short(value: object) -> object:
    if value is None:
        return ""
    return number(value) if isinstance(value, float) else value


def _files(sizes_bytes: Mapping[str, int]) -> Table:
    """What lies right in the folder; folders with the bytes of all that is in them."""
    heads: dict[str, int] = {}
    for path, size_bytes in sorted(sizes_bytes.items()):
        head, inner, _ = path.partition("/")
        heads[head + inner] = heads.get(head + inner, 0) + size_bytes
    shown = {name: size(size_bytes) for name, size_bytes in heads.items()}
    return _facts("files", shown | {"together": size(sum(heads.values()))})


def _next(entry: Entry) -> Iterator[Text]:
    if entry.task != "train" or entry.result is None:
        return
    if entry.status in _UNFINISHED:
        yield plain(f"go on       python train.py resume={entry.run_id}")
    if entry.status == "completed":
        yield plain(f"reproduce   make reproduce RUN={entry.run_id}")
