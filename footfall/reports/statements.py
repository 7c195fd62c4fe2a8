"""What is put to the store: one statement, or a joint one for several that read the same rows."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any

import msgspec

__all__ = ["Joint", "Part", "Rows", "Statement", "sums_of"]

Rows = list[tuple[Any, ...]]


class Statement(msgspec.Struct):
    """SQL with its parameters; columns are the dimensions d0, d1, … and then the named sums."""

    sql: str
    parameters: dict[str, Any]
    columns: tuple[str, ...]
    part: "Part | None" = None
    """What it is of a joint statement; ``None``: it is asked by itself."""


class Part(msgspec.Struct, kw_only=True):
    """What a statement has of its own, where others read the same rows."""

    family: Hashable
    """The same for all that can be asked as one."""
    group: str
    """What it groups by, empty for nothing."""
    sums: dict[str, str]
    given: dict[str, Any] = {}
    """Parameters of what is its own, by names that others may have too."""
    nothing: Rows = []
    """Its rows where nothing is found."""
    join: "Callable[[Sequence[Statement]], Joint]"
    """The joint statement for two or more of the family."""

    def agrees(self, other: "Part") -> bool:
        """Whether what has the same name is the same in both."""
        named = ((self.given, other.given), (self.sums, other.sums))
        return all(mine[name] == theirs[name] for mine, theirs in named for name in mine.keys() & theirs.keys())


class Joint(msgspec.Struct):
    """SQL for several statements. Its columns: the place of a row's group, the values of groups, the sums."""

    sql: str
    parameters: dict[str, Any]
    groups: tuple[str, ...]
    """By place, the empty one first."""
    values: int
    """Columns of values: one for all groups, or one for each but the empty one."""
    columns: tuple[str, ...]
    """The sums."""

    def rows_for(self, asked: Statement, rows: Rows) -> Rows:
        """Those that the statement would have found by itself."""
        assert asked.part is not None
        place = self.groups.index(asked.part.group)
        wanted = [1 + self.values + self.columns.index(name) for name in asked.columns]
        if place:
            wanted.insert(0, place if self.values > 1 else 1)
        found = [tuple([row[column] for column in wanted]) for row in rows if row[0] == place]
        return found or asked.part.nothing


def sums_of(statements: Sequence[Statement]) -> dict[str, str]:
    """All sums of statements with parts, each once."""
    return {name: sql for one in statements if one.part for name, sql in one.part.sums.items()}
