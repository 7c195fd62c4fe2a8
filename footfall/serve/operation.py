"""How the API's schema is told of an operation: one method of one path."""

from typing import Any

import msgspec

__all__ = ["ABSENT", "BAD", "BYTES", "CSV", "FILES", "FORM", "JSON", "MULTIPART", "NDJSON", "SAME", "TAGGED", "TEXT", "YAML", "Operation"]

JSON, FORM, MULTIPART, TEXT = "application/json", "application/x-www-form-urlencoded", "multipart/form-data", "text/plain"
BYTES, YAML = "application/octet-stream", "application/yaml"
CSV, NDJSON = "text/csv", "application/x-ndjson"
FILES = (BYTES, YAML, CSV, NDJSON)
"""Bodies that are no JSON, whatever the schema says of those that are."""
BAD = {400: "What was sent is not valid; the sentence says what is."}
TAGGED = {"ETag": "Of the content; send it as If-None-Match.", "Cache-Control": "A minute; public or private."}
SAME = {304: "It is as it was; the answer is empty."}
ABSENT = {404: "There is no such portal, or no such goal."}


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """One method of one path."""

    summary: str
    scope: str = ""
    """Empty: open to all."""
    or_scope: str = ""
    """Another that does too."""
    asks: type | None = None
    """Its body; ``None`` where it has none, or one that is no JSON."""
    media: tuple[str, ...] = (JSON,)
    """Kinds of body."""
    lines: type | None = None
    """What a line, or row, of a CSV or NDJSON file is; ``None`` where it takes none."""
    answers_lines: Any = None
    """Its answer to such a file."""
    given: tuple[str, ...] = ()
    """Parameters in the address, required ones with a ``!`` behind."""
    answers: Any = None
    """Its answer with status 200; ``bytes`` is a Parquet file, ``None`` something else that is no JSON of ours."""
    errors: dict[int, str] = {}
    example: Any = None
    """Of its body."""
    example_answer: Any = None
    answers_in: tuple[str, ...] = ()
    """Kinds of answer besides JSON."""
    may_be_open: bool = False
    """Sometimes it needs no key, though there is a scope for it."""
    sent: tuple[str, ...] = ()
    """Headers of a request, required ones with a ``!`` behind."""
    headers: dict[str, str] = {}
    """Of its answers, by name, with what each says."""
