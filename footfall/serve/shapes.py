"""What bodies and answers of the API look like, for its schema; ``tests/engine`` holds real answers to them."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from footfall import errors
from footfall.reports.catalogue import METRICS
from footfall.serve.label import Label
from footfall.vocabulary import Blank, Step

__all__ = [
    "Aggregate",
    "AnswerBody",
    "Breakdown",
    "Checked",
    "Error",
    "FunnelAnswer",
    "FunnelBody",
    "Health",
    "JourneyAnswer",
    "JourneyBody",
    "Live",
    "QueryBody",
    "State",
    "Timeseries",
    "Verified",
]

CODES = sorted({getattr(errors, name).code for name in errors.__all__} | {"method_not_allowed"})
Metric = Annotated[str, Meta(extra_json_schema={"enum": list(METRICS)})]
DateRange = Annotated[
    str | tuple[str, str],
    Meta(description="day, 24h, 7d, 28d, 30d, 91d, month, 6mo, 12mo, year, all; or two ISO dates, both days in, or two instants."),
]
Scalar = str | int | float | None


class Error(msgspec.Struct):
    """Every error."""

    error: Annotated[str, Meta(description="One sentence: what is wrong, and what is valid.")]
    code: Annotated[str, Meta(extra_json_schema={"enum": CODES})]


class Comparisons(msgspec.Struct, kw_only=True):
    """An earlier period beside the one asked for."""

    mode: Literal["previous_period", "year_over_year", "custom"]
    date_range: DateRange | None = None
    same_moment: Annotated[bool, Meta(description="Of a range that is not over: only as much of the other period as has passed.")] = False
    calendar: Annotated[bool, Meta(description="Before month and year: the calendar month or year.")] = False


class Include(msgspec.Struct, kw_only=True):
    """What else the answer should hold."""

    time_labels: bool = False
    total_rows: bool = False
    imports: bool = False
    comparisons: Comparisons | None = None


class Pagination(msgspec.Struct, kw_only=True):
    """Which rows."""

    limit: Annotated[int, Meta(ge=1, le=10_000)] = 10_000
    offset: Annotated[int, Meta(ge=0)] = 0


class QueryBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A question."""

    site_id: Annotated[str, Meta(min_length=1, description="A portal's domain, any of its own, or its id.")]
    metrics: Annotated[list[Metric], Meta(min_length=1)]
    date_range: DateRange
    dimensions: list[str] = []
    filters: Annotated[list[Any], Meta(description='Such as ["is", "visit:source", ["Google"]]; all must hold.')] = []
    order_by: list[tuple[str, Literal["asc", "desc"]]] = []
    include: Include = msgspec.field(default_factory=Include)
    pagination: Pagination = msgspec.field(default_factory=Pagination)


Filters = Annotated[list[Any], Meta(description='Such as ["is", "visit:source", ["Google"]]; all must hold.')]
Portal = Annotated[str, Meta(min_length=1, description="A portal's domain, any of its own, or its id.")]


class FunnelBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A question for the steps of a funnel, or of a saved one."""

    site_id: Portal
    date_range: DateRange
    filters: Filters = []
    steps: Annotated[list[Step], Meta(max_length=8, description="Two to eight, each a goal or a page.")] = []
    funnel: Annotated[str, Meta(description="A saved funnel's name, instead of steps.")] = ""


class StepTaken(msgspec.Struct, kw_only=True):
    """A step of a funnel. Its numbers are null where they, or differences of them, rest on fewer visitors than the policy asks for."""

    name: str
    visitors: int | None
    blank: Annotated[
        Blank, Meta(description="Why it is null: few, or none, took it; near all took it, so few, or none, were lost; or either.")
    ]
    share: Annotated[float | None, Meta(description="Percent of the first step's visitors.")]
    lost: Annotated[int | None, Meta(description="Visitors who took step ``since`` and not this one.")]
    lost_share: float | None
    since: Annotated[int | None, Meta(description="The last step before it that has a number, from 1.")]


class JourneyBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A question for the pages just before and just after a page."""

    site_id: Portal
    date_range: DateRange
    page: Annotated[str, Meta(description="A path, which starts with /.")]
    filters: Filters = []
    limit: Annotated[int, Meta(ge=1, le=1000, description="Most pages a side.")] = 100


class PageBeside(msgspec.Struct):
    """A page beside another; (entry) and (exit) where there is none. Null: it is counted with the others."""

    page: str
    visitors: int | None
    share: float | None


class SideOfPage(msgspec.Struct):
    """What stood on one side of a page, most visitors first; ``others`` are the visitors of all pages without a number here."""

    pages: list[PageBeside]
    others: int
    others_share: float | None


class Comparison(msgspec.Struct):
    """The same row of the earlier period; ``change`` beside each metric."""

    dimensions: list[str]
    metrics: list[Scalar]
    change: list[int | float | None]


class AnswerRow(msgspec.Struct, omit_defaults=True):
    """Values in the order of the question's dimensions and metrics."""

    dimensions: list[str]
    metrics: list[Scalar]
    comparison: Comparison | None = None
    plus_minus: int | None = None
    display: str | None = None


class Release(msgspec.Struct, omit_defaults=True):
    """What the gate did; from ``mart`` on only of numbers with noise, with more keys about that."""

    policy: str
    smallest_cohort: int
    withheld: int
    rounded: bool
    source: Annotated[str, Meta(description="events or marts.")] = ""
    unit: Annotated[str, Meta(description="Whom a number counts once.")] = ""
    mart: str = ""
    rho: float | None = None
    sigma: float | None = None
    threshold: int | None = None
    lines: list[int] = []


class AnswerMeta(msgspec.Struct, kw_only=True):
    """What a reader of the numbers must know; further keys as the question asks for them."""

    release: Release
    complete_until: str | None = None
    metric_notes: dict[str, str] | None = None
    comparison_range: tuple[str, str] | None = None
    time_labels: list[str] | None = None
    total_rows: int | None = None
    coarser: Annotated[
        str | None, Meta(description="Where all of a mart's cells are absent, or off by more than 10 %: what is left to ask.")
    ] = None


class AnswerBody(msgspec.Struct):
    """A released answer; ``query`` is the question as it was understood."""

    results: list[AnswerRow]
    meta: AnswerMeta
    query: dict[str, Any]


class FunnelAnswer(msgspec.Struct):
    """A released funnel, a row a step."""

    steps: list[StepTaken]
    meta: AnswerMeta
    query: dict[str, Any]


class JourneyAnswer(msgspec.Struct):
    """The released pages beside a page. Each visitor counts once, by the first time they saw it."""

    page: str
    visitors: int | None
    before: SideOfPage
    after: SideOfPage
    meta: AnswerMeta
    query: dict[str, Any]


class Value(msgspec.Struct, omit_defaults=True):
    """A metric of a whole period."""

    value: Scalar
    change: int | float | None = None


class Aggregate(msgspec.Struct):
    """Values by metric."""

    results: dict[str, Value]


class Timeseries(msgspec.Struct):
    """A row a bucket: ``date`` and every metric."""

    results: list[dict[str, Scalar]]


class Breakdown(msgspec.Struct):
    """A row a value of the property: its name and every metric."""

    results: list[dict[str, Scalar]]


class Waiting(msgspec.Struct):
    """Closed segments that are not in the store yet, rounded down to tens and whole megabytes."""

    segments: int
    bytes: int


class Health(msgspec.Struct):
    """Whether the server can answer questions, and what waits."""

    live: bool
    ready: bool
    store: Literal["ok", "slow", "away"]
    waiting: Waiting
    complete_until: str
    version: str


class Live(msgspec.Struct):
    """The process answers."""

    live: bool


class State(msgspec.Struct, frozen=True, kw_only=True):
    """What ``footfall doctor`` looks at; times are milliseconds since 1970."""

    now_ms: int
    waiting_segments: int
    waiting_bytes: int
    complete_until_ms: int
    """Every event accepted before is counted."""
    waiting_migrations: tuple[str, ...]
    smallest_cohort: int
    """Visitor-days below which a portal is said to count nothing."""
    counts: dict[str, bool]
    """By domain, in the order of ids: whether a whole cohort came in 30 days. Few and none look alike, and nothing says when."""
    refusals: dict[str, int]
    """Of 24 hours on all portals by reason, most first: robots in steps of a cohort, others of ten; empty for a key for some portals."""


class Checked(msgspec.Struct, frozen=True):
    """One thing looked at by ``footfall verify``."""

    check: str
    level: Literal["ok", "note", "bad"]
    """``note`` is worth knowing and no fault."""
    says: str


class Verified(msgspec.Struct, frozen=True):
    """What ``footfall verify`` found, and what this home promises."""

    checks: tuple[Checked, ...]
    lines: int
    """Number of the ledger's newest line; 0 where there is none, or where the chain does not hold."""
    head: str
    """Its hash; who keeps it can tell later whether a line before it was changed."""
    label: Label
