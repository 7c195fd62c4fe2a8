"""One page's questions: to plan a statement takes longer than most of its answers, so what is known ahead is asked in few of them."""

from collections.abc import Callable, Hashable, Iterable
from typing import Any, TypeVar

from footfall.errors import BadQuestion
from footfall.reports.statements import Part, Rows, Statement
from footfall.store.rollup import Asked

__all__ = ["Together"]

T = TypeVar("T")


class Together:
    """A store as one page sees it: what is asked twice is found once, and ``fetch`` finds what is known ahead."""

    def __init__(self, engine: Asked) -> None:
        self._engine = engine
        self._held: dict[tuple[str, str], Rows] = {}

    @property
    def sharded(self) -> bool:
        return self._engine.sharded

    def remember(self, key: Hashable, find: Callable[[], T]) -> T:
        return self._engine.remember(key, find)

    def query(self, sql: str, parameters: dict[str, Any], *, name: str = "") -> Rows:
        """As of an engine, whose errors it raises."""
        key = (sql, repr(parameters))
        if key not in self._held:
            self._held[key] = self._engine.query(sql, parameters, name=name)
        return self._held[key]

    def fetch(self, statements: Iterable[Statement]) -> None:
        """Find the rows of those that can be asked as one. What takes too long so, or too much memory, is left to ``query``.

        On a cluster each machine would send the rows of every group: there all is left to it.
        """
        for family in () if self.sharded else _families(statements):
            joint = family[0][1].join([one for one, _ in family])
            try:
                rows = self._engine.query(joint.sql, joint.parameters, name="together")
            except BadQuestion:
                continue
            for one, _ in family:
                self._held[one.sql, repr(one.parameters)] = joint.rows_for(one, rows)


def _families(statements: Iterable[Statement]) -> list[list[tuple[Statement, Part]]]:
    """Two or more, all different."""
    families: dict[Hashable, dict[tuple[str, str], tuple[Statement, Part]]] = {}
    for one in statements:
        if (part := one.part) is not None:
            family = families.setdefault(part.family, {})
            if all(part.agrees(other) for _, other in family.values()):
                family[one.sql, repr(one.parameters)] = one, part
    return [list(family.values()) for family in families.values() if len(family) > 1]
