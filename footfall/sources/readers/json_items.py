"""Items of a list in a JSON document, one by one, however large the document."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ijson

from footfall.errors import BadInput
from footfall.sources.readers.compressed import compression_of

__all__ = ["MOST_DEPTH", "items", "text"]

MOST_DEPTH = 64


def items(path: Path, prefix: str) -> Iterator[Any]:
    """What stands at ``prefix`` (``features.item``), in order; numbers as floats.

    Raises:
        BadInput: it is no JSON, is packed or broken off, or is nested too deep.
    """
    if compression_of(path) != "none":
        raise BadInput("The file is packed; of this format it is read as it is. Unpack it first.")
    try:
        with path.open("rb") as file:
            yield from ijson.items(_bounded(file), prefix)
    except (ijson.JSONError, UnicodeDecodeError):
        raise BadInput("The file is no JSON, or is broken off before its end. Fetch it again.") from None


def text(value: object) -> str | None:
    """As a column holds it: text as it is, numbers without a needless fraction, all else as JSON words."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return str(value) if isinstance(value, int | float) else None


def _bounded(file: Any) -> Iterator[tuple[str, str, Any]]:
    """Events of the document, as long as it is no deeper than it may be."""
    depth = 0
    for prefix, event, value in ijson.parse(file, use_float=True):
        depth += (event in ("start_map", "start_array")) - (event in ("end_map", "end_array"))
        if depth > MOST_DEPTH:
            raise BadInput("The file nests more than {most} levels deep; such files are not read.", most=MOST_DEPTH)
        yield prefix, event, value
