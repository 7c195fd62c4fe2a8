"""What the catalogue tells of datasets: the API's JSON, and the same values for pages and the command line. Instants are ms since 1970."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from footfall.sources.outcome import Refusal, Step, Summed

__all__ = [
    "DatasetBody",
    "DatasetLine",
    "DatasetList",
    "DatasetShown",
    "LoadBody",
    "LoadLines",
    "LoadList",
    "LoadOutcome",
    "LoadShown",
    "LoadedUnder",
    "Rows",
    "RungKept",
    "Stage",
    "WithdrawnShown",
    "builtins",
]

State = Literal["waiting", "loading", "loaded", "late", "refused", "failed", "withdrawn"]


class RungKept(Step, frozen=True, kw_only=True):
    """What was kept at a rung of the ladder."""


class LoadedUnder(msgspec.Struct, frozen=True, kw_only=True):
    """What the contract said that loads ran under: it holds for what they stored, whatever a newer one says."""

    version: str
    cohort: str
    """``rows``, ``certified``, or the column that counts people; empty where the contract is not known any more."""
    min_cohort: int
    ladder: tuple[str, ...]
    """Time × place, finest first."""


class LoadShown(msgspec.Struct, frozen=True, kw_only=True):
    """A load: what came of one object in one version of it. Who may not load sees rows in tens, and 0 for fewer than 20 or none."""

    number: int
    object: str
    """File, address, or day of a database; who may not load sees a file's name alone."""
    state: str
    """running, current, replaced, refused, failed or withdrawn."""
    contract_version: str
    under: LoadedUnder
    rounded: bool
    """Whether rows are in tens: why some were refused is not told then."""
    cleared: bool
    """Whether the counts went with the data."""
    rows_in: int
    kept: int
    folded: int
    refused: int
    cells: int
    steps: tuple[RungKept, ...]
    """Rows kept, by rung of the ladder."""
    summed: tuple[Summed, ...]
    """Rows in the sums and means that are told; none of these where rows are in tens."""
    refusals: tuple[Refusal, ...]
    """Rows refused, by reason, with the numbers of the first; never a value."""
    started_ms: int
    ended_ms: int
    said: str
    """Why it was refused or failed; else empty."""


class DatasetLine(msgspec.Struct, frozen=True, kw_only=True):
    """A dataset as a list shows it."""

    id: str
    name: str
    module: str
    version: str
    owner: str
    state: State
    """``waiting``: nothing was loaded yet. ``late``: nothing was taken for longer than its contract says. ``refused`` and ``failed``: the
    newest load was; what was read before goes on being read."""
    late_since_ms: int
    """0: it is not late."""
    readers: tuple[str, ...]
    """Roles that may see it."""
    schedule: str
    next_ms: int
    """When it is loaded next; 0: by hand."""
    taken_ms: int
    """When the newest load that is read was taken; 0: none is."""
    objects: int
    """Files, addresses or days that are read."""
    rounded: bool
    """Whether rows are in tens, and 0 for fewer than 20 or none: for all who may not load."""
    rows_in: int
    kept: int
    folded: int
    refused: int
    cells: int


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """A place that data go through, from source to release."""

    stage: Literal["source", "table", "measure", "mart", "release"]
    """``mart``: answers derived of the table when they are asked for, by time or by place; nothing else is derived of it."""
    name: str
    about: tuple[str, ...] = ()
    """Of a mart the steps of time, or kinds of place, that it answers by; of a release the roles that may have it."""


class DatasetShown(DatasetLine, frozen=True, kw_only=True):
    """A dataset with its contract, lineage and last loads."""

    purpose: str
    legal_basis: str
    limitations: str
    licence: str
    granularity: str
    source: str
    """Without its password; who may not load sees the last part of its path or address alone, here, in ``lineage`` and in ``contract``."""
    timezone: str
    columns: dict[str, str]
    """Columns that are read, by what is done with them."""
    dropped: tuple[str, ...]
    """Columns that are never read."""
    measures: dict[str, str]
    """Name → unit."""
    ladder: tuple[str, ...]
    """Time × place, finest first."""
    min_cohort: int
    cohort: str
    """``rows``, ``certified``, or the column that counts people."""
    stored_under: tuple[LoadedUnder, ...]
    """Of the loads that are read, by contract, that of the newest first."""
    freshness_hours: int
    retention_days: int
    first: str
    """Beginning of the first bucket in the store, UTC; empty: there is none."""
    last: str
    stored_rows: int
    lineage: tuple[Stage, ...]
    loads: tuple[LoadShown, ...]
    """Newest first, at most ten."""
    contract: str
    """YAML in the shape of ODCS 3.1; its source as above."""
    created_ms: int
    changed_ms: int


class DatasetList(msgspec.Struct, frozen=True):
    """Every dataset, by id."""

    datasets: tuple[DatasetLine, ...]


class LoadList(msgspec.Struct, frozen=True):
    """A dataset's loads, newest first."""

    loads: tuple[LoadShown, ...]


class LoadOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What would come of a file; nothing was written."""

    state: Literal["kept", "refused"]
    said: str
    """Why the whole file would be refused; else empty."""
    rows_in: int
    kept: int
    folded: int
    refused: int
    cells: int
    steps: tuple[RungKept, ...]
    summed: tuple[Summed, ...]
    refusals: tuple[Refusal, ...]


class LoadLines(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a load came to, by objects; of a dry run ``dry_run`` alone."""

    lines: tuple[LoadShown, ...] = ()
    """Of the loads that ran."""
    unchanged: tuple[str, ...] = ()
    """Objects that were loaded, or refused, in this version before."""
    vanished: tuple[str, ...] = ()
    """Objects that are read and that the source has no more."""
    dry_run: LoadOutcome | None = None


class LoadBody(msgspec.Struct, kw_only=True):
    """Where to load from; without it the contract's own source."""

    source: Annotated[str, Meta(description="An address of http(s) or s3; empty is the contract's own source.")] = ""


class DatasetBody(msgspec.Struct, kw_only=True):
    """A contract."""

    contract: Annotated[str, Meta(min_length=1, description="YAML in the shape of ODCS 3.1, whose id is the one in the address.")]


class Rows(msgspec.Struct, frozen=True):
    """Rows counted in the table."""

    before: int
    after: int
    """Those in files that the store has put aside are counted too."""


class WithdrawnShown(msgspec.Struct, frozen=True):
    """What a withdrawal did, with its proof."""

    id: str
    loads: tuple[int, ...]
    """That were read, or ran."""
    rows: Rows


def builtins(value: msgspec.Struct) -> dict[str, Any]:
    """As JSON has it; sentences in English."""
    return dict(msgspec.to_builtins(value, enc_hook=str))
