"""Rules for tidying up to the runs that they remove, or would remove."""

from argparse import Namespace
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from rich.console import RenderableType
from rich.text import Text

from ai_vs_human.errors import AiVsHumanError, ConfigError
from ai_vs_human.reporting.words import plain, size
from ai_vs_human.runs.registry.pruning import (
    Removal,
    carry_out,
    only_checkpoints,
    removable,
    whole_run,
)
from ai_vs_human.runs.registry.scan import open_storage, scan
from ai_vs_human.runs.registry.selection import Selection
from ai_vs_human.runs.registry.storage import Storage
from ai_vs_human.tasks.registry.answer import Answer


@dataclass(frozen=True)
class _Outcome:
    removal: Removal
    said: str
    failed: bool = False


def prune(args: Namespace) -> Answer:
    """Remove runs, or list what would be removed.

    Raises:
        AiVsHumanError: if no rule says which runs may go, or a word fits nothing.
    """
    selection = _selection(args)
    entries = removable(scan(args.dir), selection, args.keep_best or 0)
    storage = open_storage(args.dir)
    planned = only_checkpoints if args.checkpoints_only else whole_run
    removals = [planned(storage, entry) for entry in entries]
    if args.checkpoints_only:
        removals = [removal for removal in removals if removal.size_bytes]
    outcomes = [_remove(storage, r) if args.yes else _Outcome(r, "would go") for r in removals]
    freed = sum(one.removal.size_bytes for one in outcomes if not one.failed)
    document = {
        "dir": args.dir,
        "removed": args.yes,
        "runs": [_described(outcome) for outcome in outcomes],
        "size_bytes": freed,
    }
    failed = any(outcome.failed for outcome in outcomes)
    return Answer(document, _lines(outcomes, freed, done=args.yes), exit_code=int(failed))


def _selection(args: Namespace) -> Selection:
    rules = (args.status, args.tag, args.older_than, args.sweep, args.keep_best is not None)
    if not any(rules):
        raise ConfigError(
            "expected a rule that says which runs may go, but got none (prune)",
            hint="--status failed, --older-than 30d, --keep-best 5, --tag <tag> or --sweep <id>",
        )
    until = None if args.older_than is None else datetime.now(UTC) - args.older_than
    return Selection(
        statuses=tuple(args.status),
        task=args.task,
        tags=tuple(args.tag),
        until=until,
        sweep=args.sweep,
    )


def _remove(storage: Storage, removal: Removal) -> _Outcome:
    try:
        carry_out(storage, removal)
    except AiVsHumanError as error:
        return _Outcome(removal, f"stays: {error.sentence}", failed=True)
    except OSError as error:
        return _Outcome(removal, f"stays: {error}", failed=True)
    return _Outcome(removal, "removed")


def _described(outcome: _Outcome) -> dict[str, object]:
    removal = outcome.removal
    return {
        "run_id": removal.entry.run_id,
        "status": removal.entry.status,
        "folder": removal.folder,
        "size_bytes": removal.size_bytes,
        "outcome": outcome.said,
        "failed": outcome.failed,
    }


def _lines(outcomes: Sequence[_Outcome], freed: int, *, done: bool) -> Iterator[RenderableType]:
    for outcome in outcomes:
        removal = outcome.removal
        status, amount = removal.entry.status, size(removal.size_bytes)
        yield plain(f"{removal.folder}  {status}  {amount}  {outcome.said}")
    went = sum(not outcome.failed for outcome in outcomes)
    noun = "folder" if went == 1 else "folders"
    if done:
        yield Text(f"{went:,} {noun} removed, {size(freed)}")
    else:
        yield Text(f"{went:,} {noun}, {size(freed)}: nothing was removed; --yes removes them")
