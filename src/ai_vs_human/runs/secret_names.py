"""The name of a config key, option or environment variable to whether its value is a secret."""

import re
from functools import lru_cache
from typing import Final

_WORD: Final = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+")
_SECRET: Final = re.compile(
    r"\b(?:"
    r"(?:api|access|secret|private|account|kaggle|openai|signing|encryption|deploy|ssh) ?keys?"
    r"|(?:api|access|auth|bearer|refresh) ?tokens?"
    r"|[a-z]*(?:passwords?|passwd|passphrase)|(?:db|user|smtp|mail|ssh) ?pass|pwd|pat|jwt|bearer"
    r"|token|secrets?|credentials?|auth|authorization|connection string"
    r")\b"
)
_NO_SECRET: Final = frozenset(
    (
        *("dir", "directory", "env", "file", "files", "folder", "path", "paths", "sock"),
        *("uri", "url", "type", "mode", "method", "provider", "scheme"),
    )
)
_PATH_ALL_THE_SAME: Final = "application credentials"  # GOOGLE_APPLICATION_CREDENTIALS is a file
_FLAG_OR_NOTHING: Final = frozenset(("", "~", "none", "null", "true", "false"))
_NUMBER: Final = re.compile(r"[+-]?[\d_]+(?:\.\d*)?(?:e[+-]?\d+)?", re.IGNORECASE)


def names_secret(name: str) -> bool:
    """Whether text under this name must not be shown."""
    return _after_secret(name) is not None


def is_secret(name: str, value: object) -> bool:
    """Whether a plain value must not be shown, by the words of its name.

    The words of `wandb.apiKey` are wandb, api and key. What merely says where a secret lies, or
    of what kind it is, is none (`token_path`, `auth_type`); truth values and None are none; a
    number is one where the name ends with the secret (`db_password`), not where it goes on
    (`token_count`).

    Args:
        name: a key, the dotted path of one, or a variable.
        value: a scalar, or its text.
    """
    if value is None or isinstance(value, bool):
        return False
    text = str(value).strip()
    if text.lower() in _FLAG_OR_NOTHING:
        return False
    rest = _after_secret(name)
    return rest is not None and (not rest or not _NUMBER.fullmatch(text))


@lru_cache(maxsize=4096)
def _after_secret(name: str) -> str | None:
    """The words behind the one that names a secret; None where none does."""
    words = " ".join(word.lower() for word in _WORD.findall(name))
    found = list(_SECRET.finditer(words))
    if not found or words.endswith(_PATH_ALL_THE_SAME):
        return None
    rest = words[found[-1].end() :].strip()
    return None if _NO_SECRET & set(rest.split()) else rest
