"""Classes of somebody's own, written in many ways: none that works is refused."""

import importlib
from collections.abc import Mapping
from typing import Any

import pytest

from ai_vs_human.tasks.validation.signature import imported_signature
from ai_vs_human.tasks.validation.source_signature import source_signature
from ai_vs_human.tasks.validation.targets import faults_of

SOURCE = """
import abc, dataclasses, enum, os, typing
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import InitVar, dataclass
from pathlib import Path
from typing import NamedTuple, Tuple, TypedDict, TYPE_CHECKING

class Fallback:
    def __init__(self, size: int): ...

try:
    from nowhere import Tried
except ImportError:
    class Tried:
        def __init__(self, size: int): ...

Sometimes = None
if os.sep:
    Sometimes = Fallback

if TYPE_CHECKING:
    class Checked: ...
else:
    class Checked:
        def __init__(self, size: int): ...

First, (Second, *Rest) = Fallback, (Fallback, Fallback)
Alias = Again = Fallback
for Looped in (Fallback,): ...

class Old(object): ...
class Older(Old): ...
class Failure(RuntimeError): ...

class Inner:
    if os.sep:
        def __init__(self, size: int): ...

class Borrowed:
    def _make(self, size: int): ...
    __init__ = _make

@dataclass
class OnPlain(Fallback):
    depth: int = 0

@dataclass
class Root:
    size: int

class Stem(Root): ...

@dataclass
class Leaf(Stem):
    depth: int = 0

@dataclass
class Own:
    depth: int
    def __init__(self, size: int): ...

@dataclasses.dataclass(init=False)
class Bare:
    depth: int

@dataclass
class Named:
    kind: typing.ClassVar[str] = "x"
    size: InitVar[int] = 0

class Pair(NamedTuple):
    size: int

class Keys(TypedDict):
    size: int

class MoreKeys(Keys):
    depth: int

class Name(str): ...
class Count(int): ...

class Tone(enum.Enum):
    RED = "red"

class Base(enum.Enum): ...

class Hue(Base):
    RED = "red"

def words(a: "not a type", b: "int |", c: Tuple[()] = ()): ...
def bare(a: Iterable, b: tuple, c: typing.Sequence, d: typing.List, e: set, f: set[int]): ...
def paths(a: Path, b: os.PathLike, c: "Path | None" = None): ...
def served(name: Name, count: Count, tone: Tone, hue: Hue, keys: MoreKeys): ...

async def late(size: int): ...
"""

WORK: Mapping[str, Mapping[str, Any]] = {
    **{
        name: {"size": 1}
        for name in (
            *("Tried", "Sometimes", "Checked", "First", "Second", "Alias", "Again", "Looped"),
            *("Inner", "Borrowed", "Root", "Stem", "Own", "Named", "Pair", "Keys"),
        )
    },
    **{name: {} for name in ("Old", "Older", "Failure", "Bare", "Name", "Count", "OnPlain")},
    "Leaf": {"size": 1, "depth": 2},
    "words": {"a": 1, "b": 2, "c": []},
    "bare": {key: [1, 2] for key in "abcdef"},
    "paths": {"a": "x", "b": "x", "c": "x"},
    "served": {
        "name": "x",
        "count": 1,
        "tone": "red",
        "hue": "RED",
        "keys": {"size": 1, "depth": 2},
    },
}


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("user")
    (folder / "written_by_a_user.py").write_text(SOURCE, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        yield importlib.import_module("written_by_a_user")


@pytest.mark.parametrize("name", WORK)
def test_a_class_that_takes_its_keys_is_not_refused(name: str, module: Any) -> None:
    getattr(module, name)(**WORK[name])

    config = {"mine": {"_target_": f"{module.__name__}.{name}", **WORK[name]}}
    assert list(faults_of(config, source_signature)) == []
    assert list(faults_of(config, imported_signature)) == []


def test_what_is_awaited_is_there_as_well(module: Any) -> None:
    assert source_signature(f"{module.__name__}.late") is None


@pytest.mark.parametrize(
    ("key", "value"),
    [("name", 1), ("count", "x"), ("tone", "green"), ("tone", [1]), ("keys", 1)],
)
def test_what_a_plain_value_cannot_stand_for_is_refused(
    key: str, value: object, module: Any
) -> None:
    config = {"mine": {"_target_": f"{module.__name__}.served", **WORK["served"], key: value}}

    assert [fault.key for fault in faults_of(config, imported_signature)] == [f"mine.{key}"]


def test_a_path_is_text(module: Any) -> None:
    config = {"mine": {"_target_": f"{module.__name__}.paths", "a": 1, "b": "x"}}

    assert [fault.key for fault in faults_of(config, source_signature)] == ["mine.a"]
    assert [fault.key for fault in faults_of(config, imported_signature)] == ["mine.a"]


def test_a_value_that_cannot_be_called_is_no_target() -> None:
    (fault,) = faults_of({"mine": {"_target_": "os.sep"}}, imported_signature)

    assert "but got os.sep: it is nothing to call (mine._target_)" in fault.sentence
