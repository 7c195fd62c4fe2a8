"""What bodies and answers of the API look like, for its schema; ``tests/engine`` holds real answers to them."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from footfall import errors
from footfall.reports.catalogue import METRICS
from footfall.serve.label import Label
from footfall.vocabulary import Blank, Step

__all__ = [
    "Aggregate",
    "AnswerBody",
    "Breakdown",
    "Checked",
    "Deleted",
    "Error",
    "FunnelAnswer",
    "FunnelBody",
    "GoalBody",
    "GoalChange",
    "GoalPage",
    "GoalShown",
    "Health",
    "JourneyAnswer",
    "JourneyBody",
    "Live",
    "QueryBody",
    "Site",
    "SiteBody",
    "SiteChange",
    "SitePage",
    "State",
    "Timeseries",
    "Verified",
]

Names = tuple[str, ...]
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
    """What the gate did; from ``source`` on only of numbers with noise, with more keys about that."""

    policy: str
    smallest_cohort: int
    withheld: int
    rounded: bool
    source: str = ""
    mart: str = ""
    lines: list[int] = []


class AnswerMeta(msgspec.Struct, kw_only=True):
    """What a reader of the numbers must know; further keys as the question asks for them."""

    release: Release
    complete_until: str | None = None
    metric_notes: dict[str, str] | None = None
    time_labels: list[str] | None = None
    total_rows: int | None = None


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


class SiteChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Settings of a portal; what is not named stays. In a form, lists have commas between."""

    domain: Annotated[str, Meta(description="Host name; the one before stays one of the portal's own.")] | UnsetType = UNSET
    domains: Annotated[Names, Meta(description="Further host names that count as this portal.")] | UnsetType = UNSET
    timezone: Annotated[str, Meta(description="IANA name; Etc/UTC unless given.")] | UnsetType = UNSET
    group: Annotated[str, Meta(description="Portals that share the service day; city unless given.")] | UnsetType = UNSET
    keep_events: Annotated[int, Meta(ge=0, le=760, description="Days; 90 unless given.")] | UnsetType = UNSET
    allowed_query: Annotated[Names, Meta(description="Query parameters kept in paths.")] | UnsetType = UNSET
    allowed_props: Annotated[Names, Meta(description="Custom properties kept; none named keeps all.")] | UnsetType = UNSET
    privacy_signal: Annotated[Literal["count", "refuse", "ignore"], Meta(description="count unless given.")] | UnsetType = UNSET


class SiteBody(SiteChange, kw_only=True, forbid_unknown_fields=True):
    """A portal to be made."""

    domain: str


class Site(msgspec.Struct, kw_only=True):
    """A portal with all its settings."""

    id: Annotated[int, Meta(description="Also Matomo's idsite.")]
    umami_id: Annotated[str, Meta(description="Umami's website.")]
    domain: str
    domains: list[str]
    timezone: str
    group: str
    keep_events: int
    allowed_query: list[str]
    allowed_props: list[str]
    custom_properties: list[str]
    privacy_signal: str
    snippet: Annotated[str, Meta(description="The line to paste into the portal's pages.")]


class SiteLine(msgspec.Struct):
    """A portal in a list."""

    domain: str
    timezone: str
    id: int


class PageMeta(msgspec.Struct):
    """Where the list goes on: send ``after`` or ``before`` as they are; null at the ends."""

    after: str | None
    before: str | None
    limit: int


class SitePage(msgspec.Struct):
    """Portals by id."""

    sites: list[SiteLine]
    meta: PageMeta


class GoalBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A goal to find or create."""

    site_id: str
    goal_type: Literal["event", "page"]
    event_name: Annotated[str, Meta(max_length=120)] | None = None
    page_path: Annotated[str, Meta(max_length=2000, description="* and ** match anything.")] | None = None
    display_name: str | None = None
    custom_props: dict[str, str] | None = None
    scroll_threshold: Annotated[int, Meta(ge=1, le=100, description="Percent; of a page goal.")] | None = None


class GoalChange(msgspec.Struct):
    """Whose goal is meant; it may stand in the address instead."""

    site_id: str


class GoalShown(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A goal."""

    id: int
    domain: str
    goal_type: Literal["event", "page"]
    display_name: str
    custom_props: dict[str, str]
    event_name: str | None
    page_path: str | None
    scroll_threshold: int | None = None


class GoalPage(msgspec.Struct):
    """Goals by id."""

    goals: list[GoalShown]
    meta: PageMeta


class Deleted(msgspec.Struct):
    """It is gone."""

    deleted: bool


class Waiting(msgspec.Struct):
    """Closed segments that are not in the store yet."""

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
    """Visitor-days below which a portal is said to count nothing, and step to which refusals are rounded down."""
    counts: dict[str, bool]
    """By domain, in the order of ids: whether a whole cohort came in 30 days. Few and none look alike, and nothing says when."""
    refusals: dict[str, int]
    """Of 24 hours on all portals by reason, rounded down to whole cohorts, most first; empty for a key for some portals."""


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
