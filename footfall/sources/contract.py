"""What a dataset's contract says, as values. ``sources.odcs`` reads them from YAML in the shape of ODCS 3.1."""

from typing import Literal

import msgspec

__all__ = ["COARSER", "FEWEST_PAYEES", "FINEST_COHORT", "GRAINS", "Column", "Contract", "Grain", "Measure", "Rung", "Use"]

Grain = Literal["hour", "day", "week", "month", "quarter", "year"]
GRAINS: tuple[Grain, ...] = ("hour", "day", "week", "month", "quarter", "year")
"""Finest first."""
COARSER: dict[Grain, tuple[Grain, ...]] = {
    "hour": ("day", "week", "month", "quarter", "year"),
    "day": ("week", "month", "quarter", "year"),
    "week": (),
    "month": ("quarter", "year"),
    "quarter": ("year",),
    "year": (),
}
"""What a bucket can be put into whole."""
FINEST_COHORT = 20
"""Smallest cohort of data from outside; a contract may ask for more, never for less."""

Kind = Literal["text", "integer", "number", "money", "instant", "date", "period", "boolean"]
Use = Literal[
    "drop", "time", "latitude", "longitude", "place", "category", "measure", "cohort", "device", "track", "payee", "question", "score",
    "check",
]  # fmt: skip
FEWEST_PAYEES = 3
"""Who take money in a cell whose sum is told: of two, each would know the other's."""


class Column(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A column of the file as it comes. A column that no contract names is refused with its file."""

    name: str
    """As the file writes it."""
    kind: Kind = "text"
    use: Use = "drop"
    """``drop``: never read. ``time``: several are joined by a space in the contract's order. ``category``: part of the cell's key.
    ``device``: told apart within a day under a salt that is thrown away, never stored. ``track``: points that belong together.
    ``payee``: who is paid, told apart as devices are; a sum of fewer than FEWEST_PAYEES is not told.
    ``check``: it must hold what is said of it, and goes no further."""
    required: bool = False
    """A row without a value is refused."""
    values: tuple[str, ...] = ()
    """Allowed, whole; empty allows any that the guard lets through."""
    minimum: float | str | None = None
    maximum: float | str | None = None
    """Inclusive: numbers, or ISO dates for times."""
    pattern: str = ""
    """RE2; the whole value has to match."""
    format: str = ""
    """Of a date or instant: Joda tokens, such as ``dd/MM/yyyy HH:mm``, several with `` | `` between; empty reads ISO 8601."""
    unit: str = ""
    place: str = ""
    """Kind of place that a ``place`` column names: district, ward, stop, station, service point …"""
    missing: tuple[str, ...] = ("",)
    """Values that say there is none."""
    decimal: Literal[".", ","] = "."
    sign: Literal["as is", "negated", "absolute"] = "as is"


class Measure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A number of each cell."""

    name: str
    aggregate: Literal["count", "sum", "mean", "distinct"] = "count"
    """``count`` is the cohort itself. ``distinct`` estimates devices or tracks of a day (error below 2 %)."""
    column: str = ""
    unit: str = ""


class Rung(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How fine a cell may be; what is too small there waits for the next."""

    time: Grain
    place: str = "city"
    """``h3:9``; a kind of place that a column names; a kind above it (``okrug``); or ``city``, all of it."""
    categories: bool = True
    """Whether cells are told apart by category."""


class Contract(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One dataset: what it is for, what its file looks like, and what is kept of it."""

    id: str
    version: str
    name: str
    module: Literal["geodata", "payments", "wifi", "transit", "restrictions", "events", "surveys", "counters"]
    purpose: str
    legal_basis: str
    owner: str
    granularity: str
    """What a row of the file is, in words."""
    limitations: str = ""
    licence: str = ""
    format: str = "csv"
    """Names the reader: see ``sources.readers``."""
    options: dict[str, str] = {}
    """Of the reader: delimiter, member of an archive, path of a record … ``date`` is that of all rows, where no column says when."""
    encoding: str = "utf-8"
    timezone: str = "Etc/UTC"
    """Of times without an offset, and of the buckets."""
    reduce: Literal["cells", "tracks", "survey"] = "cells"
    columns: tuple[Column, ...]
    measures: tuple[Measure, ...]
    ladder: tuple[Rung, ...]
    """Finest first; each rung holds the one before it."""
    cohort: str = "rows"
    """``rows``: a row is a person, a trip, a payment. A column's name: its numbers add up to the people of a cell. ``certified``: the
    supplier states that every row stands for ``min_cohort`` or more (``certificate``)."""
    certificate: str = ""
    min_cohort: int = FINEST_COHORT
    most_refused: float = 0.05
    """Share of rows that may be refused; above it the whole file is. 0: one is enough."""
    freshness_hours: int = 0
    """After which it is late; 0: never."""
    retention_days: int
    schedule: str = ""
    """Cron, five fields in the contract's time zone; empty: by hand."""
    source: str = ""
    """Where objects are listed: a path or glob, or a URL of http(s), s3, postgresql or mysql."""
    query: str = ""
    """SQL of a database source. ``{since}`` stands for the cursor."""
    cursor: str = ""
    """Column of a database source that grows."""
    overlap_hours: int = 24
    """How far back of the cursor is read again."""
    readers: tuple[str, ...] = ("viewer",)
    """Roles that may see it."""

    @property
    def kept(self) -> tuple[Column, ...]:
        """Columns that are read."""
        return tuple(column for column in self.columns if column.use != "drop")

    def used(self, use: Use) -> tuple[Column, ...]:
        """Columns of that use, in the contract's order."""
        return tuple(column for column in self.columns if column.use == use)
