"""Real repositories to what a run's record says of them."""

import hashlib
import os
import re
import subprocess
from pathlib import Path

import pytest

from ai_vs_human.runs.provenance.git_state import read_git


def git(folder: Path, *words: str) -> str:
    names = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "protocol.file.allow=always")
    command = ["git", *names, "-c", "commit.gpgsign=false", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """One commit on branch main, with a text and a binary file."""
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    (folder / "a.py").write_text("one\n")
    (folder / "image.bin").write_bytes(b"\0\1\2")
    (folder / ".gitignore").write_text("ignored/\n")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message=first")
    return folder


def test_a_clean_repository_is_its_commit_and_branch(repository: Path) -> None:
    (repository / "sub").mkdir()

    state = read_git(repository / "sub")

    assert state is not None
    assert state.root == repository
    assert state.commit == git(repository, "rev-parse", "HEAD")
    assert (state.branch, state.dirty, state.diff, state.untracked) == ("main", False, "", [])


def test_staged_and_unstaged_changes_stand_in_one_diff_that_git_can_apply(repository: Path) -> None:
    (repository / "a.py").write_text("two\n")
    git(repository, "add", "a.py")
    (repository / "a.py").write_text("thr\u00e9e\n")
    git(repository, "config", "color.ui", "always")
    git(repository, "config", "diff.noprefix", "true")
    git(repository, "config", "diff.external", "false")

    state = read_git(repository)

    assert state is not None
    assert state.dirty
    git(repository, "reset", "--quiet", "--hard")
    patch = repository.parent / "patch"
    patch.write_bytes(state.diff.encode("utf-8", "surrogateescape"))
    git(repository, "apply", "-p1", str(patch))
    assert (repository / "a.py").read_text() == "thr\u00e9e\n"


def test_a_changed_binary_file_is_named_and_two_changes_are_told_apart(repository: Path) -> None:
    diffs = []
    for content in (b"\0changed", b"\0another"):
        (repository / "image.bin").write_bytes(content)
        state = read_git(repository)
        assert state is not None
        diffs.append(state.diff)

    assert "Binary files a/image.bin and b/image.bin differ" in diffs[0]
    assert "changed" not in diffs[0]
    assert re.search(r"^index [0-9a-f]{40}\.\.[0-9a-f]{40} ", diffs[0], re.MULTILINE)
    assert diffs[0] != diffs[1]


def test_a_large_diff_is_cut_at_a_line_and_says_what_it_was_in_all(repository: Path) -> None:
    (repository / "a.py").write_text("a line of changes\n" * 100_000)
    diffs = []
    for behind_the_cut in (b"\0x", b"\0y"):
        (repository / "image.bin").write_bytes(behind_the_cut)
        state = read_git(repository)
        assert state is not None
        diffs.append(state.diff)

    assert 990_000 < len(diffs[0]) < 1_000_200
    assert diffs[0].splitlines()[-2] == "+a line of changes"
    assert diffs[0].splitlines()[-1].startswith("cut here: 1,900,")
    assert diffs[0] != diffs[1]


def test_text_in_another_encoding_survives_as_bytes(repository: Path) -> None:
    (repository / "a.py").write_bytes(b"na\xefve\r\n")

    state = read_git(repository)

    assert state is not None
    assert b"+na\xefve\r\n" in state.diff.encode("utf-8", "surrogateescape")


def test_untracked_files_are_listed_with_their_hash_and_ignored_ones_are_not(
    repository: Path,
) -> None:
    (repository / "ignored").mkdir()
    (repository / "ignored" / "x.py").write_text("x")
    (repository / "n\u00e9w.py").write_text("new")
    (repository / "large.csv").write_bytes(b"1" * 1_000_001)
    (repository / "link").symlink_to("/nowhere")

    state = read_git(repository)

    assert state is not None
    assert not state.dirty
    assert state.untracked == [
        {"path": "large.csv", "bytes": 1_000_001, "sha256": None},
        {"path": "link", "bytes": 8, "sha256": hashlib.sha256(b"/nowhere").hexdigest()},
        {"path": "n\u00e9w.py", "bytes": 3, "sha256": hashlib.sha256(b"new").hexdigest()},
    ]


def test_of_many_untracked_files_two_hundred_are_listed_and_the_rest_counted(
    repository: Path,
) -> None:
    for number in range(203):
        (repository / f"{number:03}.txt").touch()

    state = read_git(repository)

    assert state is not None
    assert [file["path"] for file in state.untracked][-1] == "199.txt"
    assert state.untracked_left_out == 3


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_before_the_first_commit_what_is_staged_is_a_change(
    tmp_path: Path, object_format: str
) -> None:
    git(tmp_path, "init", "--quiet", "-b", "main", f"--object-format={object_format}")
    (tmp_path / "a.py").write_text("one\n")
    git(tmp_path, "add", "a.py")

    state = read_git(tmp_path)

    assert state is not None
    assert (state.commit, state.branch) == (None, "main")
    assert state.diff.endswith("@@ -0,0 +1 @@\n+one\n")


def test_a_detached_head_has_a_commit_and_no_branch(repository: Path) -> None:
    git(repository, "checkout", "--quiet", "--detach")

    state = read_git(repository)

    assert state is not None
    assert state.commit == git(repository, "rev-parse", "HEAD")
    assert state.branch is None


def test_a_change_inside_a_submodule_is_a_change(repository: Path, tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    whole.mkdir()
    git(whole, "init", "--quiet", "-b", "main")
    git(whole, "submodule", "--quiet", "add", str(repository), "part")
    git(whole, "commit", "--quiet", "-m", "first")
    clean = read_git(whole)
    (whole / "part" / "a.py").write_text("inside\n")

    state = read_git(whole)

    assert clean is not None
    assert not clean.dirty
    assert state is not None
    assert "+inside" in state.diff


@pytest.mark.parametrize(
    ("name", "url", "expected"),
    [
        ("origin", "https://ann:pw1@host/x.git", "https://***@host/x.git"),
        ("origin", "git@github.com:a/b.git", "git@github.com:a/b.git"),
        ("upstream", "https://host/x.git", "https://host/x.git"),
    ],
)
def test_the_remote_is_named_without_its_credentials(
    repository: Path, name: str, url: str, expected: str
) -> None:
    git(repository, "remote", "add", name, url)

    state = read_git(repository)

    assert state is not None
    assert state.remote == expected


@pytest.mark.parametrize("variable", ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"])
def test_variables_that_name_another_repository_are_not_heeded(
    repository: Path, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "/nowhere/at/all")

    state = read_git(repository)

    assert state is not None
    assert (state.branch, state.dirty) == ("main", False)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root gives files away")
def test_a_repository_of_another_user_is_read(repository: Path) -> None:
    for path in (repository, repository / ".git"):
        os.chown(path, 12345, 12345)
    refused = subprocess.run(["git", "status"], cwd=repository, capture_output=True, check=False)

    state = read_git(repository)

    assert b"dubious ownership" in refused.stderr
    assert state is not None
    assert state.commit is not None


def test_a_file_that_was_only_touched_is_no_change_and_the_index_stays_as_it_is(
    repository: Path,
) -> None:
    for name in ("a.py", "image.bin"):
        os.utime(repository / name, ns=(0, 0))
    (repository / ".gitignore").write_text("")
    before = (repository / ".git" / "index").read_bytes()

    state = read_git(repository)

    assert (repository / ".git" / "index").read_bytes() == before
    assert state is not None
    assert state.diff.startswith("diff --git a/.gitignore b/.gitignore\nindex ")
    assert state.diff.count("diff --git") == 1


def test_there_is_no_state_outside_git_nor_inside_its_own_folder(
    tmp_path: Path, repository: Path
) -> None:
    assert read_git(tmp_path) is None
    assert read_git(tmp_path / "missing") is None
    assert read_git(repository / "a.py") is None
    assert read_git(repository / ".git") is None


def test_code_without_its_repository_is_of_the_commit_it_is_told(
    tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AI_VS_HUMAN_COMMIT", "c0" * 20)

    copied, checked_out = read_git(tmp_path), read_git(repository)

    assert copied is not None
    assert (copied.commit, copied.branch, copied.dirty) == ("c0" * 20, None, False)
    assert checked_out is not None
    assert checked_out.commit == git(repository, "rev-parse", "HEAD")


@pytest.mark.parametrize("told", ["", "unknown", "c0c0c0c", "c0" * 20 + "-dirty"])
def test_what_is_no_hash_is_no_commit(
    told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AI_VS_HUMAN_COMMIT", told)

    assert read_git(tmp_path) is None


def test_there_is_no_state_without_a_git_program(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert read_git(repository) is None


@pytest.mark.skipif(os.name != "posix", reason="pipes and shell")
@pytest.mark.timeout(20)
def test_a_git_that_never_answers_is_stopped_with_what_it_started(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    os.mkfifo(tmp_path / "never")
    program.write_text(f"#!/bin/sh\ncat {tmp_path / 'never'}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")

    assert read_git(repository, timeout_seconds=0.2) is None


def test_a_diff_that_fails_is_no_clean_repository(repository: Path) -> None:
    for path in (repository / ".git" / "objects").rglob("*"):
        if path.is_file() and git(repository, "cat-file", "-t", path.parent.name + path.name) == (
            "tree"
        ):
            path.unlink()

    state = read_git(repository)

    assert state is not None
    assert state.dirty
    assert state.diff.startswith("cut here: 0 bytes")
