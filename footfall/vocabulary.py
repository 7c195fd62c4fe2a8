"""The nouns every room shares. Frozen values, no behaviour; this module imports nothing of ours."""

from collections.abc import Callable
from typing import Literal

import msgspec

__all__ = [
    "ENGAGEMENT",
    "FIRST_LATE_ID",
    "PAGEVIEW",
    "SCROLL_UNKNOWN",
    "Above",
    "Answer",
    "Blank",
    "Cell",
    "Clock",
    "Coarser",
    "Drawn",
    "Goal",
    "Hit",
    "Item",
    "Measured",
    "Order",
    "Place",
    "Portal",
    "ReachGroup",
    "Ring",
    "RolledUp",
    "Row",
    "Scalar",
    "Share",
]

PAGEVIEW = "pageview"
ENGAGEMENT = "engagement"
FIRST_LATE_ID = 0xFFFF_FFFF_0000_0000
"""Visitors from here on sent events that came a day late, and are in no mart. One in four billion others is among them."""
SCROLL_UNKNOWN = 255
"""A scroll depth that was not measured; depths are 0..100 percent."""

Clock = Callable[[], int]
"""Now, in milliseconds since 1970-01-01 UTC. Only ``serve`` and ``cli`` make one; everyone else is handed it."""

Scalar = str | int | float | None


class Portal(msgspec.Struct, frozen=True, kw_only=True):
    """One of the city's sites, as its team set it up."""

    id: int
    """Positive, never reused; also Matomo's ``idsite``."""
    domain: str
    """The name it is asked for by, lower case, without ``www.``."""
    domains: tuple[str, ...] = ()
    """Further host names that count as this portal."""
    umami_id: str
    """A random UUID; Umami's ``website``."""
    timezone: str = "Etc/UTC"
    """IANA name; labels and whole days are in it."""
    group: str = "city"
    """Portal group: shares the service day (its local midnight) and the salt's life."""
    keep_events: int = 90
    """Days for which events are kept, 0..760. With 0 the portal is sealed: its events are on tmpfs only, and end with their service day."""
    turns_on: str = ""
    """The first service day, YYYY-MM-DD, of being sealed where it was not, or the other way round; empty: it always was as it is."""
    moved: tuple[str, ...] = ()
    """Service days, YYYY-MM-DD, on which it changed its group or time zone: its visitors have two ids on each. Older ones are left out."""
    allowed_query: tuple[str, ...] = ()
    """Query parameters kept in paths besides utm_*, ref and source."""
    allowed_props: tuple[str, ...] = ()
    """Custom property names kept; empty keeps all."""
    privacy_signal: Literal["count", "refuse", "ignore"] = "count"
    """What Sec-GPC and DNT do: ``count`` without visit detail, ``refuse`` the event, or ``ignore`` the signal."""

    def is_sealed(self, day: str) -> bool:
        """Whether events of that service day, YYYY-MM-DD, may be nowhere but on tmpfs. A day is so from its beginning to its end."""
        return (self.keep_events == 0) == (day >= self.turns_on)

    def has_moved(self, first: str, last: str) -> bool:
        """Whether a visitor may be two on any of these service days."""
        return any(first <= day <= last for day in self.moved)

    @property
    def may_be_sealed(self) -> bool:
        """Whether it is worth asking of which day."""
        return self.keep_events == 0 or self.turns_on != ""


class Goal(msgspec.Struct, frozen=True, kw_only=True):
    """What a portal's team wants to happen: a custom event, a page reached, or a depth scrolled to."""

    id: int
    portal_id: int
    event_name: str | None = None
    """The custom event that reaches it; ``None`` for page and scroll goals."""
    page_path: str | None = None
    """A path, ``*`` and ``**`` match anything; ``None`` for event goals."""
    scroll_threshold: int | None = None
    """1..100 percent; makes a page goal a scroll goal."""
    display_name: str = ""
    """The goal's name in answers and filters; never empty once stored."""
    custom_props: dict[str, str] = {}
    """Properties that must all hold."""


class Step(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One step of a funnel: a goal or a page, and never both."""

    goal: str = ""
    """The display name of one of the portal's goals."""
    page: str = ""
    """A path; ``*`` and ``**`` match anything."""

    @property
    def name(self) -> str:
        return self.goal or self.page


class Funnel(msgspec.Struct, frozen=True, kw_only=True):
    """Steps that a portal's team looks at again and again."""

    id: int
    portal_id: int
    name: str
    steps: tuple[Step, ...]
    """Two to eight, in order."""


class Hit(msgspec.Struct, omit_defaults=True, kw_only=True):
    """One accepted event after forgetting: what a journal line holds. No address, agent string or id of a device.

    Empty strings mean "not known". ``visitor`` 0 means counted without visit detail (a privacy signal): such a hit
    has no visit, and no source, place or device.
    """

    site: int
    time_ms: int
    """The event's own time, milliseconds since 1970 UTC."""
    day: str
    """Service day (portal's local date at ``time_ms``), YYYY-MM-DD: the partition."""
    visitor: int
    """64-bit keyed hash under the day's salt; means nothing on another site or day."""
    name: str
    """``pageview``, ``engagement`` or a custom event's name."""
    interactive: bool = True
    """False: does not end a bounce."""
    hostname: str = ""
    path: str = ""
    referrer: str = ""
    """Host and path, no query."""
    source: str = ""
    channel: str = ""
    utm_source: str = ""
    utm_medium: str = ""
    utm_campaign: str = ""
    utm_content: str = ""
    utm_term: str = ""
    device: str = ""
    """Desktop, Mobile, Tablet, …"""
    browser: str = ""
    browser_version: str = ""
    os: str = ""
    os_version: str = ""
    country: str = ""
    """ISO 3166-1 alpha-2."""
    region: str = ""
    """ISO 3166-2."""
    city: str = ""
    """GeoNames id as text, or a name where the source has only that."""
    props: dict[str, str] = {}
    engagement_ms: int = 0
    scroll_depth: int = SCROLL_UNKNOWN
    """0..100 percent, 255 = unknown."""


Blank = Literal["", "few", "near", "either"]


class Row(msgspec.Struct, frozen=True):
    """One line of an answer."""

    dimensions: tuple[str, ...]
    metrics: tuple[Scalar, ...]
    cohort: int = 0
    """Visitor-days behind the row: what the gate looks at. Never served."""
    comparison: "Row | None" = None
    change: tuple[int | float | None, ...] | None = None
    cohorts: tuple[int, ...] = ()
    """Visitor-days behind each metric, which may be fewer than the row's: not all of a page's visitors entered there. Empty: as many."""
    keys: tuple[str | int, ...] = ()
    """What each dimension sorts by; empty: by its label."""
    within: "tuple[Share, ...]" = ()
    """What it adds to the rows of coarser breakdowns (``Answer.above``). Never served."""
    cells: int = 0
    """Drawn cells that its numbers are sums of, where it is drawn: each has noise of its own."""
    plus_minus: int | None = None
    """Of its first metric, where it is drawn: nine in ten times the truth is no farther away."""
    display: str = ""
    """Its first metric as it is to be shown, where it is drawn: rounded."""
    blank: Blank = ""
    """Why its metrics are blank, where rows are related: ``few`` are behind it; it comes so ``near`` what is shown that the difference
    would be few; or ``either``, and which must not be told. None is few."""


class Share(msgspec.Struct, frozen=True):
    """The part of a row that lies in a row of a coarser breakdown, or in one of each of several at once: a source in a channel."""

    wholes: tuple[tuple[int, tuple[str | int, ...]], ...]
    """Places in ``Answer.above``, and what the row there is told apart by."""
    cohorts: tuple[int, ...]
    """Visitor-days behind each metric."""
    counts: tuple[int, ...]
    """Each metric, as far as it is counted; else visitors."""


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """Where an answer's numbers come from, if they were drawn with noise at a day's close."""

    release: str
    """city, open or reach."""
    mart: str
    rho: float
    """What the mart costs a visitor of one portal and day."""
    sigma: float
    """Standard deviation of a cell's noise, visitors."""
    threshold: int
    """Cells below it are absent."""
    lines: tuple[int, ...] = ()
    """Of the ledger, rising."""


class ReachGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Portals whose visitors are counted together, each once a day, if the reach room is on."""

    id: int
    name: str
    sites: tuple[int, ...]
    """Ids of portals, rising."""


class Order(msgspec.Struct, frozen=True):
    """One rule of an order: by the metric or the dimension at a place."""

    by_metric: bool
    place: int
    descending: bool


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What ``reports`` found, before the gate. ``serve`` and ``cli`` may hold it only inside ``privacy.Released``."""

    rows: tuple[Row, ...]
    """All of them, in order: the gate cuts the page out of what may be seen."""
    meta: dict[str, object]
    """Keys as in stats-semantics: time_labels, total_rows, complete_until, metric_notes, …"""
    query: dict[str, object]
    """The question as understood: what the caller asked, with defaults filled in."""
    every_bucket: bool = False
    """True if there is a row for every bucket of the range, empty or not."""
    order: tuple[Order, ...] = ()
    limit: int = 10_000
    offset: int = 0
    visitor_attributes: tuple[str, ...] = ()
    """Dimensions and filters that describe the visitor (device, browser, os, place), each family once, sorted."""
    related: Literal["", "chain", "parts", "paths"] = ""
    """How its rows' visitors are related, so that the gate knows what could be subtracted: in a chain each row's are among those of the row
    before it; with parts the first row is the whole, and each of its visitors is in exactly one of the others; paths are chains of two rows
    or more, one after another, each of those that have the first dimension in common, and it is its two ends that matter."""
    parts: tuple[tuple[int, ...], ...] = ()
    """By dimension, the places of the metrics that its rows divide among them: what the whole has more than the rows that are shown, the
    others have. Empty: of none."""
    above: "tuple[Above, ...]" = ()
    """Coarser breakdowns of the same, which may be asked for too: whoever has a channel and some of its sources has the rest."""
    drawn: Drawn | None = None
    """Its numbers were drawn; ``None``: they are of events."""
    rolled_up: "RolledUp | None" = None
    """Where its rows overlap: of what the counts that could be subtracted are put together again, as far as that may be seen."""
    beside: tuple[Row, ...] = ()
    """All rows of the period that is compared with, also those that no row here has beside it: they can be asked for by themselves."""


class RolledUp(msgspec.Struct, frozen=True):
    """A finer breakdown whose rows are put together to those of an answer, each in several of them, in one or in none."""

    answer: Answer
    """All its rows; its dimension that is finer stands where the coarser one does."""
    place: int
    """Of that dimension."""
    columns: tuple[int, ...]
    """Metrics that are sums of its rows."""
    topics: dict[str, tuple[str, ...]]
    """By label of the finer dimension, those of the coarser that it is in."""


class Above(msgspec.Struct, frozen=True):
    """A coarser breakdown of what an answer breaks down."""

    place: int
    """Of the dimension that is coarser there."""
    answer: Answer
    """All its rows, with the same metrics, or visitors for those that are not counted."""


class Cell(msgspec.Struct, frozen=True):
    """A number of the city's data: of a bucket or of a place."""

    key: str
    """Beginning of the bucket in the contract's own time, ``YYYY-MM-DD HH:MM:SS``; or the place's id, empty for what names none."""
    value: float | None
    cohort: int
    """People, trips, payments … that it is made of."""


class Coarser(msgspec.Struct, frozen=True):
    """What is counted more coarsely than was asked, because finer it was too small."""

    grain: str
    place_kind: str
    place: str
    """Empty where that is the whole city."""
    value: float | None
    cohort: int


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """What ``reports.measures`` found, before the gate. ``serve`` may hold it only inside ``privacy.Released``."""

    aggregate: Literal["count", "sum", "mean", "distinct"]
    unit: str
    rows: tuple[Cell, ...]
    coarser: tuple[Coarser, ...] = ()
    is_certified: bool = False
    """The supplier states that every row stands for a cohort."""
    meta: dict[str, object] = {}
    query: dict[str, object] = {}


Ring = tuple[tuple[float, float], ...]
"""Longitude and latitude of the corners of an outline, the first one again at its end."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A district, stop … of the city, as maps and ladders know it."""

    kind: str
    id: str
    """As files name it."""
    name: str
    names: dict[str, str] = {}
    """In other languages, by their code."""
    parent_kind: str = ""
    parent: str = ""
    """Id of the place of that kind that it lies in; both empty without one."""
    rings: tuple[Ring, ...] = ()
    """Outlines and holes, filled by the even-odd rule; empty for a place without a shape."""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """Something of a portal that can be recommended: a page with what is known of it."""

    id: int
    """Never reused; 0 until it is stored."""
    site: int
    path: str
    """As events have it, with the query that the portal allows; unique on the portal."""
    url: str
    title: str
    summary: str = ""
    text: str = ""
    """Plain, at most 20,000 characters."""
    kind: Literal["article", "service", "event", "form", "page"] = "page"
    language: str = ""
    """Primary tag of BCP 47, such as ``en``; empty: not known."""
    districts: tuple[str, ...] = ()
    """Ids of places; empty: everywhere."""
    valid_from_ms: int = 0
    valid_to_ms: int = 0
    """0: open."""
    weight: float = 1.0
    """The editors', 0..10; 0 hides it."""
    topics: tuple[tuple[str, float], ...] = ()
    """At most three with their scores, 0..1, best first."""
    corrected: bool = False
    """An editor chose its topics: they stand."""
    published_ms: int = 0
    seen_ms: int = 0
    """When a filling, or traffic, last saw it alive."""
    source: str = ""
    """What brought it: sitemap, feed, crawl or traffic; else api, upload, or what its maker says."""
    state: Literal["live", "fading", "dead", "hidden"] = "live"
