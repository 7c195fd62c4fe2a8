"""What a reader hands over: a part of an object that ClickHouse reads in one statement, every value still text."""

from collections.abc import Iterable

import msgspec

__all__ = ["Piece", "quoted", "structure"]


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """One part of an object. It can be read until the next one is asked for; then its file may be gone."""

    sql: str
    """What stands after FROM: a table function, its values as typed parameters."""
    parameters: dict[str, str] = {}
    """Of ``sql`` and of the expressions; every name begins with ``piece_``."""
    settings: dict[str, str | int] = {}
    """Of the statement that reads it."""
    columns: dict[str, str]
    """Of the columns that the contract keeps: name there → SQL expression of type Nullable(String); NULL where the row is too short."""
    row: str = "_row_number + 1"
    """SQL expression, UInt64: number of the row in its object, from 1, a header not counted."""
    extra: str = "0"
    """SQL condition: the row holds more than it may."""


def quoted(name: str) -> str:
    """The name as an identifier of ClickHouse.

    >>> print(quoted("Ward 'A`"))
    `Ward 'A\\``
    """
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


def structure(names: Iterable[str], kind: str = "Nullable(String)") -> str:
    """Columns as a table function wants them told.

    >>> structure(["a", "b c"])
    '`a` Nullable(String), `b c` Nullable(String)'
    """
    return ", ".join(f"{quoted(name)} {kind}" for name in names)
