"""Order and pages of rows: one way of doing it, for what was found and for what may be seen."""

from collections.abc import Sequence

from footfall.vocabulary import Order, Row, Scalar

__all__ = ["ordered"]


def ordered(rows: Sequence[Row], order: tuple[Order, ...]) -> list[Row]:
    """The rows by the first rule, ties by the next, the rest by their dimensions. Unknown metrics come after all others if descending."""
    found = sorted(rows, key=_keys)
    for rule in reversed(order):
        if rule.by_metric:
            found.sort(key=lambda row: _number(row.metrics[rule.place]), reverse=rule.descending)
        else:
            found.sort(key=lambda row: _keys(row)[rule.place], reverse=rule.descending)
    return found


def _keys(row: Row) -> tuple[str | int, ...]:
    return row.keys or row.dimensions


def _number(value: Scalar) -> tuple[bool, int | float]:
    return (value is not None, value if isinstance(value, int | float) else 0)
