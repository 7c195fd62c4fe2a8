"""A released answer as the API's JSON."""

from typing import Any

from footfall.privacy import Released
from footfall.vocabulary import Answer, Row

__all__ = ["as_json"]


def as_json(released: Released[Answer]) -> dict[str, Any]:
    """``{"results": […], "meta": {…}, "query": {…}}``; the cohort behind a row is never served."""
    answer = released.answer
    return {"results": [_row(row) for row in answer.rows], "meta": answer.meta, "query": answer.query}


def _row(row: Row) -> dict[str, Any]:
    shown: dict[str, Any] = {"dimensions": list(row.dimensions), "metrics": list(row.metrics)}
    if row.plus_minus is not None:
        shown |= {"plus_minus": row.plus_minus, "display": row.display}
    if row.comparison is not None:
        other = row.comparison
        shown["comparison"] = {
            "dimensions": list(other.dimensions),
            "metrics": list(other.metrics),
            "change": list(row.change or ()),
        }
    return shown
