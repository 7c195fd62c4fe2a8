"""What open data look like, for the API's schema."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

__all__ = ["Card", "Cell", "OpenMart"]


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
