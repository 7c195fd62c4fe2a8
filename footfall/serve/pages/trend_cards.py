"""A card of trends as its pages show it: times in the portal's own zone, its graph, and links to what can be done next."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import msgspec

from footfall.interests.taxonomy import Taxonomy
from footfall.serve.pages.graph import Ahead, draw_ahead
from footfall.serve.pages.language import N_, Language
from footfall.serve.pages.trend_choices import BROKEN
from footfall.serve.pages.trend_words import KIND_WORDS
from footfall.serve.trend_shapes import TrendShown
from footfall.vocabulary import Portal

__all__ = ["Next", "ShownCard", "as_shown", "called"]

BEFORE = timedelta(days=14)
"""What the graph shows of the time before, where a note is added."""


class Next(msgspec.Struct, frozen=True):
    """Something to do about a card."""

    words: str
    """To be translated."""
    href: str


class ShownCard(msgspec.Struct, frozen=True, kw_only=True):
    """One card."""

    card: TrendShown
    portal: Portal | None
    """``None``: of the city's data."""
    name: str
    zone: str
    """Whose hours it tells."""
    since: datetime
    """In that zone; of a card of days midnight of the first."""
    looked: datetime
    """The end of what was looked at last."""
    graph: Ahead | None
    """``None`` where nothing is to be drawn."""
    next: tuple[Next, ...]

    @property
    def is_broken(self) -> bool:
        return self.card.kind in BROKEN

    @property
    def is_by_hour(self) -> bool:
        return self.card.step == "hour"

    @property
    def bucket(self) -> str:
        """Of its number, as its graph has it; empty without a graph."""
        return self.card.spark[-1].label if self.card.spark else ""

    @property
    def path(self) -> str:
        return f"/portals/{self.portal.domain}/trends/{self.card.id}" if self.portal else f"/trends/{self.card.id}"


def as_shown(card: TrendShown, portal: Portal | None, spoken: Language, topics: Taxonomy, zones: Mapping[str, ZoneInfo] = {}) -> ShownCard:
    """The card for a reader of that language, in the time of its portal, or of its dataset out of ``zones``."""
    zone = ZoneInfo(portal.timezone) if portal else zones.get(card.key.partition(":")[0], ZoneInfo("UTC"))
    card = card if portal else _in_zone(card, zone)
    since, looked = _local(card.since, card, zone), _local(card.looked, card, zone)
    name = called(card.dimension, card.name, spoken, topics)
    return ShownCard(
        card=card,
        portal=portal,
        name=name,
        zone=zone.key,
        since=since,
        looked=looked,
        graph=_graph(card),
        next=_next(card, portal, name, spoken, since, looked) if portal else (Next(N_("Open in the city's data"), _city(card)),),
    )


def called(dimension: str, value: str, spoken: Language, topics: Taxonomy) -> str:
    """What a series is called; a topic by its name in the reader's language."""
    return topics[value].name(spoken.code) if dimension == "topic" and value in topics else value


def _local(text: str, card: TrendShown, zone: ZoneInfo) -> datetime:
    """A card of days has 00:00 UTC for the portal's own midnight."""
    at = datetime.fromisoformat(text)
    return (at.astimezone(zone) if card.step == "hour" else at).replace(tzinfo=None)


def _in_zone(card: TrendShown, zone: ZoneInfo) -> TrendShown:
    """A card of the city's data, which has its hours in UTC, in its dataset's own."""
    if card.step == "day":
        return card
    spark = (msgspec.structs.replace(one, label=_hour(one.label, zone)) for one in card.spark)
    return msgspec.structs.replace(card, spark=tuple(spark))


def _hour(label: str, zone: ZoneInfo) -> str:
    return datetime.fromisoformat(label).replace(tzinfo=UTC).astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def _graph(card: TrendShown) -> Ahead | None:
    if len(card.spark) < 2 or all(one.observed is None and one.expected is None for one in card.spark):
        return None
    labels, observed = [one.label for one in card.spark], [one.observed for one in card.spark]
    ends = [one.low for one in card.spark], [one.high for one in card.spark]
    return draw_ahead(labels, observed, [one.expected for one in card.spark], ends, 0)


def _next(card: TrendShown, portal: Portal, name: str, spoken: Language, since: datetime, looked: datetime) -> tuple[Next, ...]:
    here = f"/portals/{portal.domain}"
    found = []
    if "placement" in card.next:
        found.append(Next(N_("Add to a placement"), f"{here}/placements{_asked(item=_page(card))}"))
    target = _target(card, name) if "target" in card.next else {}
    if target:
        found.append(Next(N_("Set a target"), f"{here}/targets{_asked(**target)}#new"))
    said = f"{spoken.text(KIND_WORDS[card.kind])}: {name}"
    note = {"day": f"{since:%Y-%m-%d}", "time": f"{since:%H:%M}" if card.step == "hour" else "", "text": said[:200]}
    view = f"?period=custom&from={since - BEFORE:%Y-%m-%d}&to={looked:%Y-%m-%d}"
    return (*found, Next(N_("Annotate"), f"{here}/notes{_asked(**note, view=view)}#notes"))


def _city(card: TrendShown) -> str:
    dataset, _, rest = card.key.partition(":")
    measure, _, place = rest.partition(":")
    return f"/city{_asked(measure=f'{dataset}/{measure}', place=place)}"


def _page(card: TrendShown) -> str:
    """A path by which items are found; empty where the story is of a topic alone."""
    paths = {one.dimension: one.key for one in reversed(card.members)}
    return paths.get("page") or paths.get("section") or ""


def _target(card: TrendShown, name: str) -> dict[str, str]:
    """Fields of the form that sets one; none where its fields cannot say what the card counts."""
    keys = {one.dimension: one.key for one in reversed(card.members)}
    if card.dimension == "goal":
        return {"name": name, "what": "metric:visitors", "goal": name}
    if page := _page(card):
        return {"name": name, "what": "metric:pageviews", "page": page}
    return {"name": name, "what": "metric:pageviews"} if "portal" in keys else {}


def _asked(**fields: str) -> str:
    pairs = {name: value for name, value in fields.items() if value}
    return f"?{urlencode(pairs)}" if pairs else ""
