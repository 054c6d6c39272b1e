"""What is remembered of files, in spite of damage, locks, kills and other processes."""

import logging
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from ai_vs_human.data.index.cache import Entry, IndexCache
from ai_vs_human.data.index.facts import ImageFacts
from ai_vs_human.image.decode import DEFAULT_LIMITS, DecodeLimits

FACTS = ImageFacts(
    sha256="a" * 64,
    pixels_sha256="b" * 64,
    perceptual_hash=2**48 - 1,
    thumbnail=bytes(range(192)),
    size=1_000,
    width=5,
    height=3,
    format="JPEG",
    mode="RGB",
    has_alpha=False,
    has_icc=True,
    has_exif=False,
    jpeg_quality=90,
    jpeg_tables="c" * 16,
    jpeg_subsampling="4:2:0",
)
ENTRIES = {"a/ä.jpg": Entry(1_000, 2**60, FACTS), "b.png": Entry(7, -5, "no image")}


def cache(folder: Path, limits: DecodeLimits = DEFAULT_LIMITS) -> IndexCache:
    return IndexCache(folder, folder / "root", limits, patience_seconds=0.05)


def test_entries_come_back_as_they_were(tmp_path: Path) -> None:
    cache(tmp_path / "new").add(ENTRIES)

    again = cache(tmp_path / "new").load()

    assert again == ENTRIES
    assert repr(again) == repr(ENTRIES)  # False is equal to 0


def test_later_entries_replace_earlier_ones_and_leave_the_others(tmp_path: Path) -> None:
    cache(tmp_path).add(ENTRIES)
    cache(tmp_path).add({"b.png": Entry(8, 9, FACTS)})

    assert cache(tmp_path).load() == ENTRIES | {"b.png": Entry(8, 9, FACTS)}


def test_other_limits_share_the_file_and_not_its_entries(tmp_path: Path) -> None:
    first, second = cache(tmp_path), cache(tmp_path, DecodeLimits(max_side=7))
    first.add(ENTRIES)

    second.add({"b.png": Entry(1, 2, "too large")})

    assert second.load() == {"b.png": Entry(1, 2, "too large")}
    assert first.load() == {"a/ä.jpg": ENTRIES["a/ä.jpg"]}


@pytest.mark.parametrize(
    "damage", [b"{" * 5_000, b"SQLite format 3\0" + bytes(5_000), "head", "schema", "row"]
)
def test_a_damaged_memory_is_empty_and_replaced(
    tmp_path: Path, damage: bytes | str, caplog: pytest.LogCaptureFixture
) -> None:
    one = cache(tmp_path)
    one.add({str(number): Entry(1, 2, FACTS) for number in range(100)})
    if isinstance(damage, bytes):
        one.path.write_bytes(damage)
    elif damage == "head":
        one.path.write_bytes(one.path.read_bytes()[:20_000])
    else:
        with closing(sqlite3.connect(one.path)) as database, database:
            if damage == "row":
                database.execute("UPDATE files SET thumbnail = NULL WHERE reason IS NULL")
            else:
                database.executescript("DROP TABLE files; CREATE TABLE files (path)")

    assert cache(tmp_path).load() == {}
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert f"{one.path} cannot be read (" in caplog.text
    cache(tmp_path).add(ENTRIES)
    assert cache(tmp_path).load() == ENTRIES
    assert [one.path] == list(tmp_path.iterdir())


def test_damage_seen_late_is_gone_with_the_next_run(tmp_path: Path) -> None:
    one = cache(tmp_path)
    one.add(ENTRIES)
    one.path.write_bytes(one.path.read_bytes()[:4_100])  # SQLite takes this for an empty table

    for _ in range(2):
        cache(tmp_path).add(ENTRIES)

    assert cache(tmp_path).load() == ENTRIES


def test_a_locked_memory_is_empty_and_kept(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    one = cache(tmp_path)
    one.add(ENTRIES)
    with closing(sqlite3.connect(one.path)) as other:
        other.execute("BEGIN EXCLUSIVE")

        assert one.load() == {}
        one.add(ENTRIES)
        one.add(ENTRIES)

    assert [record.getMessage().partition(" (")[2] for record in caplog.records] == [
        "database is locked): files are checked again",
        "database is locked): the next run checks again",
    ]
    assert cache(tmp_path).load() == ENTRIES


ADDING = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from tests.data.index.test_cache import ENTRIES, FACTS, Entry, IndexCache, DEFAULT_LIMITS
cache = IndexCache(Path(sys.argv[2]), Path(sys.argv[2]) / "root", DEFAULT_LIMITS)
for number in range(20):
    cache.add({f"{sys.argv[3]}-{number}-{part}": Entry(part, 2, FACTS) for part in range(50)})
    print(number, flush=True)
"""


def adding(folder: Path, name: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", ADDING, str(Path(__file__).parents[3]), str(folder), name]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_two_processes_add_at_once_and_a_killed_one_leaves_whole_parts(tmp_path: Path) -> None:
    first, second = adding(tmp_path, "first"), adding(tmp_path, "second")
    assert first.stdout is not None
    for _ in range(3):
        first.stdout.readline()
    os.kill(first.pid, signal.SIGKILL)
    first.communicate()
    second.communicate()

    found = cache(tmp_path).load()

    counts = {n: sum(path.startswith(n) for path in found) for n in ("first", "second")}
    assert (first.returncode, second.returncode) == (-signal.SIGKILL, 0)
    assert counts["second"] == 20 * 50
    assert counts["first"] >= 3 * 50
    assert counts["first"] % 50 == 0
