"""Config, command lines and text to the same without their secrets.

A secret is found by its name (`secret_names.py`) or, in any text, because an environment variable
with such a name holds it.
"""

import os
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ai_vs_human.runs.secret_names import is_secret, names_secret

MASK: Final = "***"

_SHORTEST = 6  # a shorter value (test, admin) stands in half of all texts and keeps no secret
_SHORTEST_LINE = 12  # of a secret of several lines, such as a private key
_LONGEST_LINE = 2000  # of code that a person may have typed a key into
_NOT_SECRET = frozenset(("PWD", "OLDPWD"))  # the shell's working directory, no password

_IN_URL = re.compile(r"""://[^\s/?#"'<>]+@""")
_IN_QUERY = re.compile(r"""([?&]([\w.-]+)=)([^\s&#"'<>]+)""")
_OVERRIDE = re.compile(r"([\w+~@/.-]+)=(.+)", re.DOTALL)
_KEY = re.compile(r"""(?<![\w.-])([\w.-]++)["'\]]*\s*[:=]\s*""")
_QUOTED = r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'"""
_WORD_VALUE = re.compile(
    rf"{_QUOTED}|\{{[^{{}}]*\}}|\[[^\[\]]*\]|[\[{{].*|[^,{{}}\[\]]+", re.DOTALL
)
# Code is full of `token = next(tokens)`: only what can be nothing but a literal is taken for one.
_CODE_VALUE = re.compile(rf"{_QUOTED}|(?=\S*\d)[^\s\"'(){{}}\[\],;]{{8,}}(?=\s*(?:#.*)?$)")


def mask_config(values: Mapping[str, Any]) -> dict[str, Any]:
    """A deep copy of plain values; secret ones are masked, by their key or by what they hold."""
    known = _known_secrets()
    return {key: _masked(value, str(key), known) for key, value in values.items()}


def mask_strings(value: Any) -> Any:
    """A deep copy of plain values whose every string, keys too, went through `mask_text`."""
    known = _known_secrets()

    def masked(part: Any) -> Any:
        if isinstance(part, Mapping):
            return {masked(key): masked(inner) for key, inner in part.items()}
        if isinstance(part, list | tuple):
            return [masked(inner) for inner in part]
        return _without(known, part) if isinstance(part, str) else part

    return masked(value)


def mask_text(text: str) -> str:
    """Text without the secrets of the environment, and without credentials inside URLs."""
    return _without(_known_secrets(), text)


def mask_words(words: Sequence[str]) -> list[str]:
    """A command line without secrets in overrides (`a.token=…`) and options (`--api-key …`)."""
    masked = []
    option = ""
    for word in words:
        hidden = not word.startswith("-") and is_secret(option, word)
        masked.append(MASK if hidden else mask_text(_mask_word(word)))
        option = word if word.startswith("-") and "=" not in word else ""
    return masked


def mask_sweep(values: Mapping[str, Any]) -> dict[str, Any]:
    """What Hydra writes of a sweep, without secrets in its config or in its command line."""
    masked = mask_config(values)
    for kind, words in masked.get("hydra", {}).get("overrides", {}).items():
        masked["hydra"]["overrides"][kind] = mask_words(words)
    return masked


def mask_diff(diff: str) -> str:
    """A diff without secrets, those in the literals of its new lines (`api_key: …`) included."""
    lines = diff.split("\n")
    return mask_text("\n".join(_mask_line(line) for line in lines))


def _mask_line(line: str) -> str:
    new = line.startswith("+") and not line.startswith("+++") and len(line) <= _LONGEST_LINE
    return _mask_values(line, _CODE_VALUE) if new else line


def _mask_word(word: str) -> str:
    override = _OVERRIDE.fullmatch(word)
    if override is not None and is_secret(override[1], override[2]):
        return f"{override[1]}={MASK}"
    return _mask_values(word, _WORD_VALUE)


def _mask_values(text: str, values: re.Pattern[str]) -> str:
    """Mask what stands behind the name of a secret, where it looks like one of the values."""
    done, shown = [], 0
    for key in _KEY.finditer(text):
        if key.end() <= shown or not names_secret(key[1]):
            continue
        value = values.match(text, key.end())
        if value is not None and is_secret(key[1], value[0]):
            done += [text[shown : key.end()], MASK]
            shown = value.end()
    return "".join(done) + text[shown:]


def _masked(value: Any, path: str, known: re.Pattern[str] | None) -> Any:
    if isinstance(value, Mapping):
        return {key: _masked(inner, f"{path}.{key}", known) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(inner, path, known) for inner in value]
    if is_secret(path, value):
        return MASK
    return _without(known, value) if isinstance(value, str) else value


def _without(known: re.Pattern[str] | None, text: str) -> str:
    if known is not None:
        text = known.sub(MASK, text)
    if "://" in text:
        text = _IN_URL.sub(f"://{MASK}@", text)
        text = _IN_QUERY.sub(_mask_parameter, text)
    return text


def _mask_parameter(found: re.Match[str]) -> str:
    return found[1] + MASK if is_secret(found[2], found[3]) else found[0]


def _known_secrets() -> re.Pattern[str] | None:
    """What to look for: the secret values of the environment, longest first."""
    parts = set[str]()
    for name, value in os.environ.items():
        if name not in _NOT_SECRET and is_secret(name, value):
            parts |= _parts(value.strip())
    longest_first = sorted(parts, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))) if longest_first else None


def _parts(secret: str) -> set[str]:
    """A secret and its lines: in a diff, a sign stands before each."""
    lines = {line.strip() for line in secret.splitlines()}
    return {part for part in (secret,) if len(part) >= _SHORTEST} | {
        line for line in lines if len(line) >= _SHORTEST_LINE
    }
