"""JSON with a schema version to its keys and values."""

import json
from typing import Any


def parse_object(text: str, newest: int) -> dict[str, Any]:
    """The object that the text holds; one without a version is taken as it is.

    Args:
        text: JSON.
        newest: the schema version that we write.

    Raises:
        ValueError: if it is no JSON, or was written by a newer version.
        TypeError: if it holds no object.
    """
    values = json.loads(text)
    if not isinstance(values, dict):
        raise TypeError(f"a {type(values).__name__} instead of an object")
    version = values.get("schema_version")
    if isinstance(version, int) and version > newest:
        raise ValueError(f"schema_version {version}, which is newer than {newest}")
    return values
