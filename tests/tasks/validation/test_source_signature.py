"""What a source text tells of a target, held against what the imported target tells."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ai_vs_human.tasks.validation.fits import fits, readable
from ai_vs_human.tasks.validation.signature import NoTargetError, imported_signature
from ai_vs_human.tasks.validation.source_signature import source_signature
from tests.conftest import CONF


def targets(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "_target_" in node:
            yield node["_target_"]
        for child in node.values():
            yield from targets(child)


OURS = [path for path in CONF.rglob("*.yaml") if "hydra" not in path.relative_to(CONF).parts]
"""The rest is Hydra's to check."""
TARGETS = sorted(
    {name for path in OURS for name in targets(yaml.safe_load(path.read_text()))}
    | {"ai_vs_human.image.augment.Augment", "ai_vs_human.image.preprocess.Preprocess"}
)


@pytest.mark.parametrize("target", TARGETS)
def test_the_text_of_every_target_tells_what_the_object_tells(target: str) -> None:
    read, asked = source_signature(target), imported_signature(target)

    assert read is not None
    assert (set(read.names), read.required, read.open_ended) == (
        set(asked.names),
        asked.required,
        asked.open_ended,
    )
    for name in read.names:
        both = read.hint(name), asked.hint(name)
        if Any not in both:  # the one does not tell, or the other has no hints
            # Python remembers a union by its members: their order is that of its first user.
            one, other = (sorted(readable(hint).split(" | ")) for hint in both)
            assert one == other, name


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: Any) -> str:
    """A package of the test's own, under a name that no other test has."""
    name = f"toys_of_{request.node.name.partition('[')[0]}"
    folder = tmp_path / name
    folder.mkdir()
    (folder / "__init__.py").write_text("from .parts import Part as Renamed\n")
    (folder / "parts.py").write_text(PARTS)
    monkeypatch.syspath_prepend(str(tmp_path))
    return name


PARTS = """
from __future__ import annotations
import collections.abc as abc
import typing as t
from dataclasses import KW_ONLY, dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, ClassVar, Literal, Optional, Protocol, TypedDict, Union, Unpack

if TYPE_CHECKING:
    from somewhere import Thing

Size = Literal["small", "large"]
Sizes = t.List[Size]

class Options(TypedDict, total=False):
    depth: int

class Base:
    def __init__(self, width: int, *, size: "Size" = "small") -> None: ...

class Part(Base): ...

class Made:
    def __new__(cls, width: int): ...

def decorate(function): return function

@decorate
def decorated(width: int) -> None: ...

def factory(sizes: Sizes, thing: Thing, first: abc.Sequence[float], **options: Unpack[Options]): ...

def anything(width: Optional[int] = None, *rest: int, **more: str) -> None: ...

def odd(shape: lambda: 0, circle: Circle, pair: tuple[int, ...], nothing: None = None): ...

Circle = Union["Circle", int]

class Shape(Protocol): ...

class Colour(Enum):
    RED = "red"

def draw(shape: Shape, colour: Colour, part: Part) -> None: ...

@dataclass
class Point:
    kind: ClassVar[str] = "point"
    x: int
    y: float = 0.0
    _: KW_ONLY
    names: list[str] = field(default_factory=list)
    z: int = field(repr=False)

@dataclass
class Solid(Point):
    weight: float
"""


def told(target: str) -> tuple[dict[str, str], set[str], bool]:
    signature = source_signature(target)
    assert signature is not None
    hints = {name: readable(signature.hint(name)) for name in signature.names}
    return hints, set(signature.required), signature.open_ended


def test_a_re_export_and_the_constructor_of_a_base_are_followed(package: str) -> None:
    assert told(f"{package}.Renamed") == (
        {"width": "int", "size": "one of small, large"},
        {"width"},
        False,
    )


def test_aliases_and_the_keys_of_a_typed_dict_are_followed(package: str) -> None:
    hints, required, open_ended = told(f"{package}.parts.factory")

    assert hints == {
        "sizes": "list[one of small, large]",
        "thing": "Any",
        "first": "Sequence[float]",
        "depth": "int",
    }
    assert (required, open_ended) == ({"sizes", "thing", "first"}, False)


def test_any_key_is_taken_where_the_function_takes_any(package: str) -> None:
    assert told(f"{package}.parts.anything") == ({"width": "int | null"}, set(), True)


def test_what_is_not_understood_counts_as_anything(package: str) -> None:
    assert told(f"{package}.parts.odd")[0] == {
        "shape": "Any",
        "circle": "Any",
        "pair": "tuple[int, ...]",
        "nothing": "null",
    }


def test_a_plain_value_may_fit_a_protocol_or_an_enumeration_but_no_other_class(
    package: str,
) -> None:
    hints, _, _ = told(f"{package}.parts.draw")

    assert hints == {"shape": "Any", "colour": "Any", "part": "Part"}


def test_a_dataclass_takes_its_fields_and_those_of_its_base(package: str) -> None:
    hints, required, _ = told(f"{package}.parts.Solid")

    assert hints == {
        "x": "int",
        "y": "float",
        "names": "list[str]",
        "z": "int",
        "weight": "float",
    }
    assert required == {"x", "z", "weight"}


@pytest.mark.parametrize("name", ["Made", "decorated"])
def test_a_signature_that_something_else_decides_is_not_known(name: str, package: str) -> None:
    assert source_signature(f"{package}.parts.{name}") is None


@pytest.mark.parametrize("name", ["os.getcwd", "builtins.print", "torch.nn.functional.relu_"])
def test_what_has_no_source_is_not_known(name: str) -> None:
    assert source_signature(name) is None


def test_a_module_that_is_broken_is_left_to_the_import(package: str, tmp_path: Path) -> None:
    (tmp_path / package / "broken.py").write_text("def f(:\n")

    assert source_signature(f"{package}.broken.f") is None


def test_a_name_that_certainly_is_not_there_is_told_with_those_that_are(package: str) -> None:
    with pytest.raises(NoTargetError, match="there is no such name") as error:
        source_signature(f"{package}.parts.Parts")

    assert {"Part", "Base", "factory"} <= set(error.value.known)


def test_a_package_that_is_not_there_is_told() -> None:
    with pytest.raises(NoTargetError, match="there is no such name"):
        source_signature("nowhere.Nothing")


def test_a_module_that_makes_names_as_it_runs_may_have_any(package: str, tmp_path: Path) -> None:
    (tmp_path / package / "made.py").write_text("def __getattr__(name): return int\n")

    assert source_signature(f"{package}.made.Anything") is None


def test_reading_a_package_does_not_import_it(package: str) -> None:
    source_signature(f"{package}.Renamed")

    assert package not in sys.modules


@pytest.mark.parametrize(
    ("value", "hint", "answer"),
    [
        (1, float, True),
        (1.5, int, False),
        ("a", int | None, False),
        (None, int | None, True),
        ([1, 2, "c"], list[int], False),
        ([1, 2], tuple[int, ...], True),
        ([1], tuple[int, int], False),
        ({"a": ["b", 1]}, dict[str, list[str]], False),
        ({"a": 1}, int, False),
        ({"_target_": "a.B"}, int, True),
        ([{"_target_": "a.B"}], list[int], True),
        ("small", Any, True),
    ],
)
def test_every_item_of_a_value_is_looked_at(value: object, hint: Any, answer: bool) -> None:  # noqa: FBT001 -- a table's column
    assert fits(value, hint) is answer
