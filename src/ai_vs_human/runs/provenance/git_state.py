"""A folder to the state of the git repository around it: commit, changes, untracked files."""

import hashlib
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from stat import S_ISLNK, S_ISREG
from typing import Any, Final

from ai_vs_human.runs.masking import mask_text
from ai_vs_human.runs.provenance.git_program import Git

COMMIT_VARIABLE: Final = "AI_VS_HUMAN_COMMIT"
"""Names the commit where code was copied without its repository: a container image sets it."""

_DIFF_BYTES: Final = 1_000_000
_LIST_BYTES: Final = 1_000_000
_MOST_UNTRACKED: Final = 200
_HASHED_BYTES: Final = 1_000_000  # 200 such files are hashed in a quarter of a second
# What a person's git config could change, and a submodule's changes line by line.
_DIFF = (
    *("diff", "--no-color", "--no-ext-diff", "--no-textconv", "--no-renames", "--full-index"),
    *("--src-prefix=a/", "--dst-prefix=b/", "--submodule=diff", "--ignore-submodules=none"),
    *("--unified=3", "--diff-algorithm=myers"),
)


@dataclass(frozen=True)
class GitState:
    """A repository in plain values.

    Attributes:
        root: the folder of the repository's files.
        commit: the hash of HEAD; None before the first commit.
        branch: None where HEAD is detached.
        remote: the address of `origin`, or of the first remote, without credentials.
        diff: the tracked files against HEAD, staged or not, binary files by name and hash only;
            bytes that are no UTF-8 are escaped as by `surrogateescape`. Not masked.
        untracked: `path`, `bytes` and `sha256` of the files that git neither tracks nor ignores.
            The hash is None for files above 1 MB and for what cannot be read.
        untracked_left_out: how many more there are; at least, where there are very many.
    """

    root: Path
    commit: str | None
    branch: str | None
    remote: str | None = None
    diff: str = field(default="", repr=False)
    untracked: list[dict[str, Any]] = field(default_factory=list)
    untracked_left_out: int = 0

    @property
    def dirty(self) -> bool:
        """Whether the tracked files differ from the commit."""
        return self.diff != ""


def read_git(folder: Path, timeout_seconds: float = 10.0) -> GitState | None:
    """The state of the repository that a folder lies in.

    Args:
        folder: anywhere inside it.
        timeout_seconds: for each of six questions. An answer that takes longer is cut or missing.

    Returns:
        Outside a repository's files, and where git cannot be asked, the commit that
        `AI_VS_HUMAN_COMMIT` names; None if that is no commit's hash either.
    """
    git = Git(folder, timeout_seconds)
    top = git.ask("rev-parse", "--show-toplevel")
    if not top:
        return _told(folder)
    root = Path(os.fsdecode(top.removesuffix(b"\n")))
    git = Git(root, timeout_seconds)
    commit = git.line("rev-parse", "--verify", "--quiet", "HEAD")
    untracked, left_out = _untracked(git)
    return GitState(
        root=root,
        commit=commit,
        branch=git.line("symbolic-ref", "--quiet", "--short", "HEAD"),
        remote=_remote(git),
        diff=_diff(git, "HEAD" if commit else _empty_tree(git)),
        untracked=untracked,
        untracked_left_out=left_out,
    )


def _told(folder: Path) -> GitState | None:
    """The state of a clean commit, whose files were copied to a folder without its history."""
    commit = os.environ.get(COMMIT_VARIABLE, "")
    is_hash = re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", commit)
    return GitState(root=folder, commit=commit, branch=None) if is_hash else None


def _empty_tree(git: Git) -> str:
    """What the first commit will be compared with; another name under SHA-256."""
    return git.line("hash-object", "-t", "tree", "--stdin") or "HEAD"


def _diff(git: Git, against: str) -> str:
    answer = git.read(*_DIFF, against, "--", limit_bytes=_DIFF_BYTES)
    text = answer.head.decode("utf-8", "surrogateescape")
    if not answer.cut:
        return text
    whole_lines = text[: text.rfind("\n") + 1]
    return f"{whole_lines}cut here: {answer.total_bytes:,} bytes, sha256 {answer.sha256}\n"


def _remote(git: Git) -> str | None:
    lines = git.ask("config", "--get-regexp", r"^remote\..*\.url$").decode("utf-8", "replace")
    urls = dict(line.split(" ", 1) for line in lines.splitlines() if " " in line)
    url = urls.get("remote.origin.url", next(iter(urls.values()), None))
    return None if url is None else mask_text(url)


def _untracked(git: Git) -> tuple[list[dict[str, Any]], int]:
    listing = ("ls-files", "--others", "--exclude-standard", "-z")
    answer = git.read(*listing, limit_bytes=_LIST_BYTES)
    names = sorted(answer.head.split(b"\0")[:-1])
    shown = [_describe(git.folder, name) for name in names[:_MOST_UNTRACKED]]
    return shown, len(names) - len(shown) + answer.cut


def _describe(root: Path, name: bytes) -> dict[str, Any]:
    size_bytes, sha256 = _measure(root / os.fsdecode(name))
    return {
        "path": name.decode("utf-8", "backslashreplace"),
        "bytes": size_bytes,
        "sha256": sha256,
    }


def _measure(path: Path) -> tuple[int | None, str | None]:
    """Size and hash; of a link, those of its target's name. A pipe would never end."""
    try:
        status = path.lstat()
        if S_ISLNK(status.st_mode):
            content = os.fsencode(path.readlink())
        elif S_ISREG(status.st_mode) and status.st_size <= _HASHED_BYTES:
            content = path.read_bytes()
        else:
            return status.st_size, None
    except OSError:
        return None, None  # gone or shut since git listed it
    return len(content), hashlib.sha256(content).hexdigest()
