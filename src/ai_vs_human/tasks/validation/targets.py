"""A composed config to the list of its faults: do the targets exist, and do they take the keys?"""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Final, get_args, get_origin

from ai_vs_human.tasks.validation.explain import nearest
from ai_vs_human.tasks.validation.fault import Fault, got, spelt
from ai_vs_human.tasks.validation.fits import Unknown, choices, fits, readable
from ai_vs_human.tasks.validation.signature import NoTargetError, Signature

Reader = Callable[[str], Signature | None]

_PROVIDED: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "model.backbone": frozenset({"in_channels"}),
        "model.optimizer": frozenset({"params"}),
        "model.scheduler": frozenset({"optimizer", "total_steps"}),
    }
)
"""Arguments that come from elsewhere when a node is built."""

_IMPLIED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "data.preprocess": "ai_vs_human.image.preprocess.Preprocess",
        "data.augment": "ai_vs_human.image.augment.Augment",
    }
)
"""What is built from nodes that name no target."""

_ROOT: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "seed": int,
        "test": bool,
        "tags": list,
        "checkpoint": str | None,
        "optimized_metric": str | list[str] | None,
        "batch_size": int,
        "sheet": int,
        "accelerator": str,
    }
)
"""Keys that belong to no target."""

_WIDER: Final[Mapping[str, Any]] = MappingProxyType(
    {"trainer.max_time": str | timedelta | dict[str, float] | None}
)
"""Where more is taken than an annotation says."""

NAMED_PARTS: Final = ("callbacks", "logger")
"""Groups of any number of parts, each under a name of its own."""


_FOLDERS: Final = {"data_dir", "cache_dir", "output_dir", "run_dir"}
"""Below `paths`."""
_BUILT: Final = {"data", "model", "trainer", *NAMED_PARTS, "energy", "audit"}
"""Below these every node is built; elsewhere it may be there to be referred to, and completed."""


def faults_of(config: Mapping[str, Any], read: Reader) -> Iterator[Fault]:
    """Every fault of the values that signatures tell.

    Args:
        config: plain, resolved values.
        read: a target to its signature; None where that is not known.
    """
    for key, hint in _ROOT.items():
        yield from _misfits(config[key], hint, key) if key in config else ()
    for name in sorted(_FOLDERS & _keys(config.get("paths"))):
        yield from _misfits(config["paths"][name], str, f"paths.{name}")
    for group in NAMED_PARTS:
        yield from _parts_without_target(config.get(group), group)
    for group in ("data", "audit", "model", "trainer", "energy") if "model" in config else ():
        if config.get(group):  # energy=none and audit=off are empty
            yield from _without_target(config[group], group)
    yield from _faults(config, "", read)


def missing(key: str) -> Fault:
    """The fault of a key that must be given."""
    return Fault(key, f"expected a value, but got none ({key})", f"{key}=…")


def _parts_without_target(parts: Any, group: str) -> Iterator[Fault]:
    for name, node in parts.items() if isinstance(parts, Mapping) else ():
        key = f"{group}.{name}"
        if node is not None:  # callbacks.early_stopping=null leaves one out
            hint = f"{group}={name} chooses a member; {key}=null leaves it out"
            yield from _without_target(node, key, hint)


def _without_target(node: Any, key: str, hint: str | None = None) -> Iterator[Fault]:
    if not isinstance(node, Unknown) and "_target_" not in _keys(node):
        instead = "one without" if _keys(node) else got(node)
        sentence = f"expected a mapping with _target_, but got {instead} ({key})"
        yield Fault(key, sentence, f"+{key}._target_=<class>" if _keys(node) else hint)


def _keys(node: Any) -> set[str]:
    return set(node) if isinstance(node, Mapping) else set()


def _faults(node: Any, path: str, read: Reader) -> Iterator[Fault]:
    if isinstance(node, list):
        for index, child in enumerate(node):
            yield from _faults(child, f"{path}[{index}]", read)
    if not isinstance(node, Mapping):
        return
    if "_target_" in node and not isinstance(node["_target_"], Unknown):
        yield from _target_faults(node, node["_target_"], path, read)
        for key in _keys(node) & {"preprocess", "augment"}:
            where = f"{path}.{key}"
            if where in _IMPLIED and node[key] and isinstance(node[key], Mapping):
                yield from _target_faults(node[key], _IMPLIED[where], where, read)
    for key, child in node.items():
        yield from _faults(child, f"{path}.{key}" if path else str(key), read)


def _target_faults(
    node: Mapping[str, Any], target: Any, path: str, read: Reader
) -> Iterator[Fault]:
    if not isinstance(target, str):
        yield Fault(
            f"{path}._target_",
            f"expected the dotted name of a class, but got {got(target)} ({path}._target_)",
        )
        return
    try:
        signature = read(target)
    except NoTargetError as error:
        yield _not_importable(target, error, path)
        return
    if signature is None:
        return
    given = {key: value for key, value in node.items() if not str(key).startswith("_")}
    for key, value in given.items():
        if key not in signature.names:
            if not signature.open_ended:
                yield _unknown(key, value, signature, target, path)
        else:
            where = f"{path}.{key}"
            yield from _misfits(value, _WIDER.get(where, signature.hint(key)), where)
    if "_args_" in node or node.get("_partial_") or path.partition(".")[0] not in _BUILT:
        return
    needed = signature.required - _PROVIDED.get(path, frozenset())
    yield from (missing(f"{path}.{name}") for name in sorted(needed - given.keys()))


def _not_importable(target: str, error: NoTargetError, path: str) -> Fault:
    module, _, name = target.rpartition(".")
    near = nearest(name, error.known)
    return Fault(
        f"{path}._target_",
        f"expected something to import, but got {target}: {error} ({path}._target_)",
        f"{path}._target_={module}.{near}" if near else None,
    )


def _unknown(key: str, value: Any, signature: Signature, target: str, path: str) -> Fault:
    near = nearest(key, signature.names)
    return Fault(
        f"{path}.{key}",
        f"expected a key of {target}, but got {key} ({path}.{key}={spelt(value)})",
        f"{path}.{near}=…" if near else None,
    )


def _misfits(value: Any, hint: Any, key: str) -> Iterator[Fault]:
    """Each item of a mapping that is at fault, or the value itself."""
    if fits(value, hint):
        return
    if isinstance(value, Mapping) and get_origin(hint) in (dict, Mapping) and fits({}, hint):
        for name, item in value.items():
            yield from _misfits(item, get_args(hint)[-1], f"{key}.{name}")
    else:
        yield _misfit(value, hint, key)


def _misfit(value: Any, hint: Any, key: str) -> Fault:
    meant: Any = nearest(str(value), choices(hint))
    if fits([value], hint):
        meant = [value]
    elif isinstance(value, int | float) and fits(str(value), hint):
        meant = f"\"'{value}'\""  # quoted for the shell and for Hydra: text
    return Fault(
        key,
        f"expected {readable(hint)}, but got {got(value)} ({key}={spelt(value)})",
        f"{key}={spelt(meant)}" if meant else None,
    )
