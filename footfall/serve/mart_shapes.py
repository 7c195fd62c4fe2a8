"""What open data and reach look like, for the API's schema."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from footfall.control.reach import State
from footfall.serve.shapes import AnswerRow, Release

__all__ = [
    "Card",
    "Cell",
    "InterestAnswer",
    "InterestMart",
    "ListedMart",
    "ListedMarts",
    "MeasuresAnswer",
    "OpenMart",
    "ReachAnswer",
    "Source",
]


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """What the numbers are, and what it cost those who are in them."""

    portal: str
    mart: str
    grain: Annotated[Literal["day", "week"], Meta(description="week: Monday to Sunday, named by its Monday.")]
    first: Annotated[str, Meta(description="First day asked for.")]
    last: str
    policy: str
    unit: Annotated[str, Meta(description="Whom a cell counts once, and who is protected.")]
    rho: Annotated[float, Meta(description="What the mart costs a unit (zero-concentrated differential privacy).")]
    sigma: Annotated[float, Meta(description="Standard deviation of a cell's noise, visitors.")]
    tau: Annotated[int, Meta(description="Cells below it are absent.")]
    plus_minus: Annotated[int | None, Meta(description="Nine in ten times the truth is no farther away; null without cells.")]
    lines: Annotated[list[int], Meta(description="Of the ledger.")]
    license: str


class Cell(msgspec.Struct, frozen=True):
    """A cell: its keys in the order of ``columns``, and the visitors with noise."""

    keys: list[str]
    visitors: int


class OpenMart(msgspec.Struct, frozen=True):
    """A mart's cells as they were drawn for everybody; the first of the ``columns`` is the day or week."""

    card: Card
    columns: list[str]
    cells: list[Cell]


class ListedMart(msgspec.Struct, frozen=True):
    """A mart of interest that can be asked for."""

    mart: str
    says: str
    columns: list[str]
    of: Annotated[list[str], Meta(description="The drawn marts that it is made of.")]


class ListedMarts(msgspec.Struct, frozen=True):
    """All of them."""

    marts: list[ListedMart]


class Source(msgspec.Struct, frozen=True):
    """A drawn mart that numbers are made of."""

    portal: str
    mart: str
    rho: Annotated[float, Meta(description="What the mart costs a unit (zero-concentrated differential privacy).")]
    sigma: Annotated[float, Meta(description="Standard deviation of a cell's noise, visitors.")]
    tau: Annotated[int, Meta(description="Cells below it are absent.")]
    lines: Annotated[list[int], Meta(description="Of the ledger.")]


class InterestMart(msgspec.Struct, frozen=True, kw_only=True):
    """A mart of interest, as it may be seen."""

    mart: str
    says: str
    policy: str
    columns: list[str]
    rows: list[list[Any]]
    sources: list[Source]


class InterestMeta(msgspec.Struct):
    """What a reader of the numbers must know."""

    says: str
    policy: str
    columns: list[str]
    sources: list[Source]


class InterestAnswer(msgspec.Struct):
    """Rows of a mart of interest by the names of its columns."""

    mart: str
    results: list[dict[str, Any]]
    meta: InterestMeta


class ReachMeta(msgspec.Struct, kw_only=True):
    """What a reader of the numbers must know."""

    label: Annotated[str, Meta(description="That this is outside the exemption for audience measurement.")]
    is_on: Annotated[bool, Meta(description="Whether it is counted now; older days may have numbers all the same.")]
    days: Annotated[dict[str, State], Meta(description="By day: published, or why it has no number.")]
    release: Release


class MeasureNumber(msgspec.Struct):
    """A number with what it is made of; by time it has ``time``, by place ``place``."""

    value: float | None
    cohort: int
    time: str = ""
    place: str = ""


class CoarserNumber(msgspec.Struct):
    """What is counted more coarsely than was asked."""

    grain: str
    place_kind: str
    place: str
    value: float | None
    cohort: int


class MeasuresAnswer(msgspec.Struct):
    """A measure of the city's data by time or by place; what rests on fewer than twenty is absent."""

    results: list[MeasureNumber]
    coarser: list[CoarserNumber]
    meta: dict[str, Any]
    query: dict[str, Any]


class ReachAnswer(msgspec.Struct):
    """Visitors of several portals together, by day and declared group; a group under the threshold is absent."""

    results: list[AnswerRow]
    meta: ReachMeta
    query: dict[str, Any]
