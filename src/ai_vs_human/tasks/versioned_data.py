"""A command line to the versioned data: drawn, checked, sent to a remote or fetched from there."""

import logging
import sys
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ai_vs_human.data.cores import available_cores
from ai_vs_human.data.manifest import MANIFEST_NAME, read_manifest
from ai_vs_human.data.synthetic.build import build, is_finished
from ai_vs_human.data.synthetic.spec import SetSpec
from ai_vs_human.data.versioned.folder import VersionedFolder
from ai_vs_human.data.versioned.repository import DvcRepository
from ai_vs_human.errors import AiVsHumanError, DataError

PROJECT: Final = Path(__file__).parents[3]
EMBEDDED: Final = (SetSpec("small", "easy", "iid"), SetSpec("tiny", "easy", "iid"))
"""What `data/` holds: what a training and a smoke run take if they are asked for nothing else."""


def main(argv: Sequence[str] | None = None, project: Path = PROJECT) -> int:
    """Run one command.

    Args:
        argv: the words after the program's name; None for those of this process.
        project: the folder with `data.dvc`.

    Returns:
        The exit code: 0, or 1 where something could not be done.
    """
    args = _parser().parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        said = args.command(_versioned(project), args)
    except AiVsHumanError as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        return 130
    sys.stdout.write(f"{said}\n")
    return 0


def _parser() -> ArgumentParser:
    parser = ArgumentParser(description="The data that data.dvc names.")
    commands = parser.add_subparsers(required=True)
    draw = commands.add_parser("draw", help="draw the embedded dataset, and check it")
    draw.set_defaults(command=_draw)
    statistics = commands.add_parser("statistics", help="count its images, in Markdown")
    statistics.set_defaults(command=_statistics)
    for command, help_ in ((_push, "send it to a remote"), (_pull, "fetch it from a remote")):
        one = commands.add_parser(command.__name__.strip("_"), help=help_)
        one.add_argument(
            "remote", nargs="?", help="gs://bucket/folder, a path or a remote's name; else DVC's"
        )
        one.set_defaults(command=command)
    return parser


def _versioned(project: Path) -> VersionedFolder:
    versioned = VersionedFolder.around(project / "data")
    if versioned is None:
        raise DataError(
            f"expected {project / 'data.dvc'} to name data/, but got none that does",
            hint="git checkout data.dvc",
        )
    return versioned


def _draw(versioned: VersionedFolder, _: Namespace) -> str:
    """Draw what is not there yet; only exactly what `data.dvc` names goes into DVC's cache.

    Raises:
        DataError: if the folder holds something else.
    """
    sets = [versioned.folder / "synthetic" / spec.name for spec in EMBEDDED]
    for spec, folder in zip(EMBEDDED, sets, strict=True):
        if not is_finished(folder):
            build(spec, folder, available_cores())
    now = versioned.now()
    if now != versioned.md5:
        raise DataError(
            f"expected version {versioned.md5}, but got {now} ({versioned.folder})",
            hint=_why(versioned, sets),
        )
    DvcRepository(versioned).keep()
    return f"{versioned.folder} is version {now}: {versioned.files:,} files"


def _why(versioned: VersionedFolder, sets: Sequence[Path]) -> str:
    """What can be done where the files are not those of the version."""
    others = (path for path in versioned.paths() if not any(s in path.parents for s in sets))
    other = next(others, None)
    if other is not None:
        return (
            f"files besides the embedded dataset, such as {other}: move them away,"
            " or `dvc add data` to name a version with them"
        )
    return (
        f"delete {versioned.folder} and draw again; if that does not help, this machine writes"
        " other bytes: make data-pull REMOTE=<address> fetches the version"
    )


def _statistics(versioned: VersionedFolder, _: Namespace) -> str:
    """A row for every split, class and origin of each set that has a manifest."""
    lines = [
        f"Version `{versioned.md5}`",
        "",
        "| set | split | class | origin | images |",
        "|---|---|---|---|---:|",
    ]
    for path in sorted(versioned.folder.rglob(MANIFEST_NAME)):
        name = path.parent.relative_to(versioned.folder).as_posix()
        counts = Counter((r.split, r.label.key, r.origin) for r in read_manifest(path))
        lines += [
            f"| {name} | {' | '.join(row)} | {count:,} |" for row, count in sorted(counts.items())
        ]
    return "\n".join(lines)


def _push(versioned: VersionedFolder, args: Namespace) -> str:
    sent = DvcRepository(versioned, args.remote).push()
    return f"version {versioned.md5}: {sent:,} files sent"


def _pull(versioned: VersionedFolder, args: Namespace) -> str:
    DvcRepository(versioned, args.remote).pull()
    return f"{versioned.folder} is version {versioned.md5}"
