"""Frictionless table schemas, as TIDES and open data portals publish them, become drafts of contracts. Foreign keys are left out."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from footfall.errors import BadInput
from footfall.sources.contract import Column, Contract, Kind
from footfall.sources.drafting import RETENTION_DAYS, measures_of, one_of_each, rungs_of
from footfall.sources.guard import look_at_header
from footfall.sources.guesses import IDENTIFIER, guess_use
from footfall.sources.values import shown

__all__ = ["from_table_schema"]

KINDS: dict[str, Kind] = {
    "string": "text",
    "integer": "integer",
    "year": "integer",
    "number": "number",
    "boolean": "boolean",
    "date": "date",
    "datetime": "instant",
    "yearmonth": "date",
}
"""Type → kind; what is not among them (time, duration, geopoint, object, array, any) is text, and dropped."""
TOKENS = {
    "%Y": "yyyy",
    "%y": "yy",
    "%m": "MM",
    "%d": "dd",
    "%H": "HH",
    "%I": "hh",
    "%M": "mm",
    "%S": "ss",
    "%b": "MMM",
    "%B": "MMMM",
    "%p": "a",
    "%z": "Z",
}
"""Python's way to write a format → Joda's."""


def from_table_schema(schema: object, *, id: str, looks_like: Callable[[str], object] = look_at_header) -> Contract:
    """A draft with the schema's columns: types, formats, ``missingValues``, and constraints but ``unique`` and lengths.

    Purpose, legal basis and owner are empty, so that it is refused until a person fills them in.

    Raises:
        BadInput: it is no table schema.
    """
    fields = schema.get("fields") if isinstance(schema, Mapping) else None
    if not isinstance(fields, list) or not fields or not isinstance(schema, Mapping):
        raise BadInput("This is no table schema of Frictionless: it has no list of fields.")
    missing = tuple(str(text) for text in schema.get("missingValues") or ("",))
    columns = one_of_each([_column(field, missing, looks_like) for field in fields])
    return Contract(
        id=id,
        version="1.0.0",
        name=str(schema.get("title") or schema.get("name") or id),
        module="geodata" if any(column.use == "latitude" for column in columns) else "counters",
        purpose="",
        legal_basis="",
        owner="",
        granularity=" ".join(str(schema.get("description") or "One row of the file").split()),
        columns=columns,
        measures=measures_of(columns),
        ladder=rungs_of(columns),
        retention_days=RETENTION_DAYS,
    )


def _column(field: Any, missing: tuple[str, ...], looks_like: Callable[[str], object]) -> Column:
    if not isinstance(field, Mapping) or not isinstance(field.get("name"), str):
        raise BadInput("A field of the table schema has no name: {value}.", value=shown(field))
    name, kind = field["name"], KINDS.get(str(field.get("type", "string")), "text")
    bounds = field.get("constraints") or {}
    values = tuple(str(value) for value in bounds.get("enum") or ()) if kind in ("text", "integer") else ()
    use, place = guess_use(Column(name=name, kind=kind), list(values) * 2)
    if values and use == "drop" and not IDENTIFIER.search(name):
        use = "category"
    if use == "drop" or looks_like(name):
        return Column(name=name)
    return Column(
        name=name,
        kind=kind,
        use=use,
        place=place,
        required=bounds.get("required") is True or use in ("time", "latitude", "longitude"),
        values=values,
        pattern=str(bounds.get("pattern", "")) if kind == "text" else "",
        format=_format(str(field.get("format") or ""), str(field.get("type"))) if kind in ("date", "instant") else "",
        missing=missing,
        **_bounds(bounds, kind),
    )


def _bounds(bounds: Mapping[str, Any], kind: Kind) -> dict[str, Any]:
    valid: tuple[type, ...] = (int, float) if kind in ("integer", "number") else (str,) if kind in ("date", "instant") else ()
    return {name: value for name in ("minimum", "maximum") if isinstance(value := bounds.get(name), valid)} if valid else {}


def _format(text: str, kind: str) -> str:
    """The default of a type is ISO 8601."""
    if kind == "yearmonth":
        return "yyyy-MM"
    return re.sub(r"%.", lambda found: TOKENS.get(found[0], found[0]), text) if "%" in text else ""
