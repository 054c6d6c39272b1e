"""Which version of each file was fetched to a log, and back."""

from pathlib import Path

from ai_vs_human.cloud.remote_folder import RemoteFile
from ai_vs_human.data.fetch.copy_log import CopyLog


def test_a_line_that_was_cut_off_costs_only_its_own_file(tmp_path: Path) -> None:
    for name in ("a", "b", "ü c"):
        (tmp_path / name).write_bytes(b"123")
    log, file = CopyLog(tmp_path), RemoteFile(3, "v1")
    assert log.load(tmp_path) == {}
    log.begin()
    log.add(tmp_path, "a", file)
    log.add(tmp_path, "b", file)
    path = tmp_path / "fetched.jsonl"
    path.write_bytes(path.read_bytes()[:-7])

    log.begin()
    log.add(tmp_path, "ü c", file)

    assert log.load(tmp_path) == {"a": file, "ü c": file}
    assert not log.is_whole


def test_a_later_line_comes_before_an_earlier_one(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"123")
    log = CopyLog(tmp_path)
    log.begin()
    log.add(tmp_path, "a", RemoteFile(3, "v1"))
    log.add(tmp_path, "a", RemoteFile(3, "v2"))

    assert log.load(tmp_path) == {"a": RemoteFile(3, "v2")}
    log.end(tmp_path, {"a": RemoteFile(3, "v2")})
    assert log.is_whole
    assert log.load(tmp_path) == {"a": RemoteFile(3, "v2")}
