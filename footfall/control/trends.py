"""Cards of trends: what stands out in a portal's series, one a story, with its state; and what people say of them.

What is kept of a card's numbers is what passed the gate when it was written.
"""

from collections.abc import Collection, Iterable
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from footfall.control.audit import acting, note
from footfall.control.tables import datasets, portals
from footfall.control.transactions import Database
from footfall.control.trend_tables import trend_cards, trend_feedback, trend_merges, trend_strictness
from footfall.errors import BadInput, NotFound

__all__ = [
    "STATES",
    "VERDICTS",
    "Card",
    "Kind",
    "State",
    "Step",
    "Verdict",
    "cards_since",
    "city_news",
    "dataset_of",
    "find_card",
    "forget_dataset_cards",
    "forget_old_cards",
    "give_feedback",
    "kept_of",
    "list_cards",
    "save_cards",
    "strictness_of",
    "verdicts_of",
]

State = Literal["candidate", "emerging", "trend", "fading", "closed"]
Kind = Literal["rise", "fall", "new", "outage", "broken_tag"]
Step = Literal["hour", "day"]
Verdict = Literal["useful", "noise"]
STATES: tuple[State, ...] = ("candidate", "emerging", "trend", "fading", "closed")
VERDICTS: tuple[Verdict, ...] = ("useful", "noise")
KEPT_MS = 400 * 86_400_000
STRICTER, LOOSER, LOOSEST, STRICTEST = 1.1, 0.95, 1.0, 2.0
"""What a card that is noise, and one that is useful, do to the threshold of its portal; and how far it goes."""
encode, decode_members = msgspec.json.Encoder().encode, msgspec.json.Decoder(tuple[tuple[str, str], ...]).decode


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """A story that stands out."""

    id: int = 0
    """0 until it is stored."""
    site: int | None
    """``None``: of the city's data."""
    step: Step
    kind: Kind
    dimension: str
    """Of its head, as in ``series``."""
    key: str
    members: tuple[tuple[str, str], ...]
    """Dimension and key of each of its series, the head first."""
    state: State
    marks: str
    """A character a bucket, the last at ``seen_ms``: 1 where it held, else 0."""
    since_ms: int
    found_ms: int
    seen_ms: int
    closed_ms: int = 0
    strength: float
    """The largest score so far, in standard deviations."""
    body: str
    """JSON of what may be told."""
    news_ms: int = 0
    """Of the city's data, which may come late: when it was first more than a candidate, by the clock; else 0."""
    merged: tuple[int, ...] = ()
    """Cards that turned out to tell the same story: they are gone once this one is stored, and what people said of them is said of it."""


def list_cards(
    database: Database, sites: Collection[int | None], *, states: Collection[str] = (), since_ms: int = 0, most: int = 200
) -> list[Card]:
    """Cards of these portals (``None`` is the city's), what began last first; of these states, or of all; looked at since then."""
    own = trend_cards.c.site.in_([site for site in sites if site is not None])
    which = sa.or_(own, trend_cards.c.site.is_(None)) if None in sites else own
    wanted = sa.select(trend_cards).where(which, trend_cards.c.seen_ms >= since_ms)
    if states:
        wanted = wanted.where(trend_cards.c.state.in_(list(states)))
    with database.reading() as connection:
        rows = connection.execute(wanted.order_by(trend_cards.c.since_ms.desc(), trend_cards.c.id.desc()).limit(most))
        return [_card(row) for row in rows]


def cards_since(database: Database, step: Step, closed_since_ms: int) -> list[Card]:
    """Every card of that step that is open, or was closed since then: what a new finding may go on with."""
    late = sa.or_(trend_cards.c.closed_ms == 0, trend_cards.c.closed_ms >= closed_since_ms)
    with database.reading() as connection:
        wanted = sa.select(trend_cards).where(trend_cards.c.step == step, late).order_by(trend_cards.c.id)
        return [_card(row) for row in connection.execute(wanted)]


def city_news(database: Database, since_ms: int) -> list[Card]:
    """Cards of the city's data that became more than candidates after then, by the clock."""
    wanted = sa.select(trend_cards).where(trend_cards.c.site.is_(None), trend_cards.c.news_ms > since_ms)
    with database.reading() as connection:
        return [_card(row) for row in connection.execute(wanted.order_by(trend_cards.c.id))]


def kept_of(database: Database, ids: Collection[int]) -> dict[int, int]:
    """Of cards that are gone since they told the same story as another, by id the other's."""
    wanted = sa.select(trend_merges).where(trend_merges.c.card.in_(list(ids)))
    with database.reading() as connection:
        return {row.card: row.kept for row in connection.execute(wanted)}


def find_card(database: Database, id: int) -> Card:
    """The card, or the one with another id that took it in. Raises NotFound where there is none."""
    with database.reading() as connection:
        return _find(connection, id)


def save_cards(database: Database, cards: Iterable[Card]) -> list[Card]:
    """The cards, stored together: new ones with their ids; of portals that are gone, and of datasets that are withdrawn, none."""
    saved = []
    with database.writing() as connection:
        there = set(connection.scalars(sa.select(portals.c.id)))
        read = set(connection.scalars(sa.select(datasets.c.id).where(datasets.c.state == "active")))
        for card in cards:
            if dataset_of(card) in read if card.site is None else card.site in there:
                saved.append(_put(connection, card))
    return saved


def give_feedback(database: Database, id: int, verdict: Verdict, *, now_ms: int) -> float:
    """Keep what the one who acts says of a card, in place of what they said before; how strict its portal's are from now on.

    A portal whose cards are called noise asks for more before there is another; one whose cards are useful comes back to the ordinary.

    Raises:
        NotFound: there is no such card.
        BadInput: the verdict is none.
    """
    if verdict not in VERDICTS:
        raise BadInput("verdict {verdict!r} is not valid. Valid: useful, noise.", verdict=str(verdict)[:20])
    with database.writing() as connection:
        card, operator = _find(connection, id), acting()[:254]
        mine = sa.and_(trend_feedback.c.card == card.id, trend_feedback.c.operator == operator)
        before = connection.scalar(sa.select(trend_feedback.c.verdict).where(mine))
        factor = _factor(connection, card.site)
        if before == verdict:
            return factor
        connection.execute(trend_feedback.delete().where(mine))
        connection.execute(trend_feedback.insert().values(card=card.id, operator=operator, verdict=verdict, at_ms=now_ms))
        factor = min(STRICTEST, max(LOOSEST, factor * (STRICTER if verdict == "noise" else LOOSER)))
        if card.site is not None:
            connection.execute(trend_strictness.delete().where(trend_strictness.c.site == card.site))
            connection.execute(trend_strictness.insert().values(site=card.site, factor=factor))
        note(connection, now_ms, "trend judged", f"{card.id}: {verdict}")
    return factor


def strictness_of(database: Database) -> dict[int, float]:
    """By portal how strict it is, 1 to 2, where people judged cards."""
    with database.reading() as connection:
        return {row.site: row.factor for row in connection.execute(sa.select(trend_strictness))}


def verdicts_of(database: Database, ids: Collection[int]) -> dict[int, dict[str, int]]:
    """By card how many said what."""
    counted = sa.select(trend_feedback.c.card, trend_feedback.c.verdict, sa.func.count().label("said"))
    wanted = counted.where(trend_feedback.c.card.in_(list(ids))).group_by(trend_feedback.c.card, trend_feedback.c.verdict)
    found: dict[int, dict[str, int]] = {}
    with database.reading() as connection:
        for row in connection.execute(wanted):
            found.setdefault(row.card, {})[row.verdict] = row.said
    return found


def forget_old_cards(database: Database, *, now_ms: int) -> None:
    """Take out cards that were looked at last more than 400 days ago."""
    with database.writing() as connection:
        connection.execute(trend_cards.delete().where(trend_cards.c.seen_ms < now_ms - KEPT_MS))


def dataset_of(card: Card) -> str:
    """The dataset that a card of the city's data is of."""
    return card.key.partition(":")[0]


def forget_dataset_cards(database: Database, dataset: str, *, seen_before_ms: int = 2**62) -> int:
    """Take out the cards of a dataset, with their numbers; those alone that were looked at last before then. How many there were."""
    of_it = sa.and_(
        trend_cards.c.site.is_(None), trend_cards.c.key.startswith(f"{dataset}:", autoescape=True), trend_cards.c.seen_ms < seen_before_ms
    )
    with database.writing() as connection:
        return connection.execute(trend_cards.delete().where(of_it)).rowcount


def _put(connection: sa.Connection, card: Card) -> Card:
    values: dict[str, Any] = msgspec.structs.asdict(card) | {"members": encode(card.members).decode()}
    del values["id"], values["merged"]
    for id in card.merged:
        _take_in(connection, card.id, id)
    if card.id:
        connection.execute(trend_cards.update().where(trend_cards.c.id == card.id).values(values))
        return card
    key = connection.execute(trend_cards.insert().values(values)).inserted_primary_key
    assert key is not None
    return msgspec.structs.replace(card, id=int(key[0]))


def _take_in(connection: sa.Connection, into: int, id: int) -> None:
    """Of who said something of both, what they said of the one that stays stands."""
    said = sa.select(trend_feedback.c.operator).where(trend_feedback.c.card == into)
    anew = sa.and_(trend_feedback.c.card == id, trend_feedback.c.operator.not_in(list(connection.scalars(said))))
    connection.execute(trend_feedback.update().where(anew).values(card=into))
    connection.execute(trend_feedback.delete().where(trend_feedback.c.card == id))
    connection.execute(trend_merges.update().where(trend_merges.c.kept == id).values(kept=into))
    there = sa.select(sa.literal(id), trend_cards.c.id).where(trend_cards.c.id == into)
    connection.execute(trend_merges.insert().from_select(["card", "kept"], there))
    connection.execute(trend_cards.delete().where(trend_cards.c.id == id))


def _find(connection: sa.Connection, id: int) -> Card:
    kept = sa.select(trend_merges.c.kept).where(trend_merges.c.card == id).scalar_subquery()
    wanted = sa.select(trend_cards).where(trend_cards.c.id == sa.func.coalesce(kept, id))
    row = connection.execute(wanted).first() if id < 2**31 else None
    if row is None:
        raise NotFound("There is no such trend.")
    return _card(row)


def _factor(connection: sa.Connection, site: int | None) -> float:
    return float(connection.scalar(sa.select(trend_strictness.c.factor).where(trend_strictness.c.site == site)) or LOOSEST)


def _card(row: sa.Row) -> Card:  # type: ignore[type-arg]
    return Card(**dict(row._mapping) | {"members": decode_members(row.members)})
