"""A portal is looked at when a bucket is complete: its series are scored, what stands out becomes stories, and cards go on or begin."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Literal, Protocol

import msgspec
import numpy as np

from footfall.control.trends import Card, Kind, State
from footfall.store.engine import Engine
from footfall.store.series import Making, Met, met
from footfall.trends.discovery import ORDINARY
from footfall.trends.panel import Expected, Finding, Floats, Key, Panel, Step, step_of
from footfall.trends.reading import SECONDS, read_panel, visitors_of
from footfall.trends.scoring import score_hour
from footfall.trends.states import is_held, onset, state_of
from footfall.trends.stories import Shared, Story, stories_of
from footfall.trends.tails import ends

__all__ = ["BUCKETS", "LEAST_VISITORS", "Detector", "Look", "Tell", "When", "cards_of", "look"]

BUCKETS: dict[Step, int] = {"hour": 6 * 7 * 24, "day": 12 * 7}
"""How far back a series is compared with itself."""
MOST_WHOLE, LARGEST, CLOSER_Z = 400, 300, 2.0
"""Of an hour with more series the largest are looked at, and those that a quick look finds so far off."""
LEAST_VISITORS = 10
"""Distinct visitors of the bucket that a card tells of, whatever the policy."""
MOST_OF_ONE = 0.2
"""What one visitor may have of it: more is a machine."""
MARKS = 48
BROKEN: tuple[Kind, ...] = ("outage", "broken_tag")
Direction = Literal["up", "down"]


class Detector(Protocol):
    """The mathematics: what is expected, how far off a bucket is, and which are too far off."""

    def is_special(self, when: date | datetime) -> bool: ...
    def expect(self, panel: Panel) -> Expected: ...
    def score(self, panel: Panel, expected: Expected) -> Floats: ...
    def find(self, panel: Panel, expected: Expected, at: int, among: int) -> tuple[Finding, ...]: ...


class When(msgspec.Struct, frozen=True):
    """The bucket that is looked at."""

    step: Step
    at_s: int
    """Its start, seconds since 1970; of a day 00:00 UTC of its date."""


class Look(msgspec.Struct, frozen=True, eq=False):
    """A portal's series in the bucket that was looked at, the last of the panel."""

    panel: Panel
    expected: Expected
    z: Floats
    stories: tuple[Story, ...]
    visitors: Mapping[Key, int]
    is_outage: bool

    @property
    def at(self) -> int:
        return int(self.panel.values.shape[1]) - 1

    @property
    def ends_ms(self) -> int:
        return int((self.panel.start_of(self.at) + step_of(self.panel.step)).timestamp() * 1000)

    @property
    def ends(self) -> str:
        """When the bucket ended, ISO; of a day its date's end in UTC."""
        return datetime.fromtimestamp(self.ends_ms / 1000, UTC).isoformat(timespec="seconds")

    @property
    def whole(self) -> tuple[str, str]:
        """Dimension and key of the portal as a whole; of the city's data the first series."""
        return ("portal", "") if self.panel.keys[0][0] else self.panel.keys[0][1:]

    def row_of(self, dimension: str, key: str) -> int | None:
        """Of the panel; ``None`` where the series is not in it any more."""
        return next((row for row, known in enumerate(self.panel.keys) if known[1:] == (dimension, key)), None)

    def only(self, dimension: str, key: str) -> "Look":
        """That series alone, the first where it is not in the panel any more: a card that is told later needs no more to be kept."""
        row = self.row_of(dimension, key) or 0
        rows = slice(row, row + 1)
        panel = msgspec.structs.replace(
            self.panel, keys=self.panel.keys[rows], values=self.panel.values[rows].copy(), groups=self.panel.groups[rows].copy()
        )
        expected = msgspec.structs.replace(
            self.expected, mu=self.expected.mu[rows].copy(), dispersion=self.expected.dispersion[rows].copy()
        )
        visitors = {key: self.visitors[key] for key in panel.keys if key in self.visitors}
        return Look(panel, expected, self.z[rows].copy(), (), visitors, self.is_outage)


Tell = Callable[[Look, Finding | None, Card], str]
"""What a card tells, as JSON that passed the gate. Without a finding it is an outage."""


Titles = Callable[[Collection[str]], Mapping[str, str]]
"""What those of the portal's paths are called that the catalogue knows."""


def look(engine: Engine, making: Making, detector: Detector, when: When, *, known: Sequence[Card] = (), titles: Titles) -> Look | None:
    """The portal's series in that bucket, those of ``known`` cards too; ``None`` where nothing is known of it. Raises Unavailable."""
    site, step, at_s = making.sites[0], when.step, when.at_s
    first_s = at_s - (BUCKETS[step] - 1) * SECONDS[step]
    visitors = visitors_of(engine, [site], at_s, step)
    panel = read_panel(engine, [site], first_s, at_s, step, keys=_looked_at(engine, detector, when, visitors, known))
    if not len(panel.keys) or not np.isfinite(panel.values[:, -1]).any():
        return None
    expected, at = detector.expect(panel), panel.values.shape[1] - 1
    is_outage = bool(expected.outage[0, at])
    is_told = (one for one in detector.find(panel, expected, at, len(visitors)) if visitors.get(one.key, 0) >= LEAST_VISITORS)
    found = [] if is_outage else list(is_told)
    shared = met(engine, making, [one.key[1:] for one in found], at_s, at_s + SECONDS[step])
    human = [one for place, one in enumerate(found) if shared.top_share.get(place, 0.0) < MOST_OF_ONE]
    called = titles([one.key[2] for one in human if one.key[1] == "page"])
    stories = stories_of(human, _by_key(found, shared), {one.key: called[one.key[2]] for one in human if one.key[2] in called})
    return Look(panel, expected, detector.score(panel, expected), stories, visitors, is_outage)


def _looked_at(
    engine: Engine, detector: Detector, when: When, visitors: Mapping[Key, int], known: Sequence[Card]
) -> set[tuple[str, str]] | None:
    """Dimensions and keys of series to be looked at with care; ``None``: all of them."""
    if when.step == "day" or len(visitors) <= MOST_WHOLE:
        return None
    sites = sorted({site for site, *_ in visitors})
    largest = sorted(visitors, key=lambda key: (-visitors[key], key))[:LARGEST]
    off = score_hour(engine, sites, datetime.fromtimestamp(when.at_s, UTC), least=CLOSER_Z, is_special=detector.is_special)
    ours = {(card.dimension, card.key) for card in known}
    return {("portal", ""), *ours, *(key[1:] for key in largest), *(one.key[1:] for one in off)}


def cards_of(seen: Look, known: Sequence[Card], tell: Tell, *, elsewhere: Sequence[Card] = (), refused_more: bool = False) -> list[Card]:
    """The portal's cards after that bucket, those that changed: known ones go on, and what stands out and is in none of them begins one.

    A bucket that was looked at before changes nothing. ``elsewhere`` are cards of the other step, whose stories need no second one;
    ``refused_more``: events are turned away as they were not before.
    """
    taken = _taken(seen.stories, known)
    merged = {card.id for cards in taken for card in cards[1:]}
    changed: list[Card] = []
    for card in known:
        place = next((place for place, cards in enumerate(taken) if card in cards[:1]), None)
        if card.seen_ms < seen.ends_ms and card.id not in merged and (place is not None or not card.closed_ms):
            one = card if place is None else _merged(taken[place])
            changed.append(_gone_on(one, None if place is None else seen.stories[place], seen, tell))
    new = [story for story in seen.stories if not _cards_of(story, known) and not _cards_of(story, elsewhere)]
    changed += [_begun(story, seen, tell) for story in new]
    if seen.is_outage and not any(card.kind in BROKEN and not card.closed_ms for card in (*known, *elsewhere)):
        changed.append(_outage(seen, tell, "broken_tag" if refused_more else "outage"))
    return changed


def _by_key(found: Sequence[Finding], told: Met) -> Shared:
    pairs = ((found[one].key, found[other].key, count) for (one, other), count in told.visits.items())
    return {(min(one, other), max(one, other)): count for one, other, count in pairs}


def _taken(stories: Sequence[Story], known: Sequence[Card]) -> list[list[Card]]:
    """Of each story the cards that it goes on with. A card goes on with one story, the strongest."""
    taken: list[list[Card]] = []
    for story in stories:
        before = [card for cards in taken for card in cards]
        taken.append([card for card in _cards_of(story, known) if card not in before])
    return taken


def _cards_of(story: Story, known: Sequence[Card]) -> list[Card]:
    """Its open cards, the one that began first in front; without any, the last that was closed so late that it is the same story."""
    keys, kinds = {one.key[1:] for one in story.members}, _kinds(story.head.direction)
    mine = [card for card in known if card.kind in kinds and keys & set(card.members)]
    return sorted((card for card in mine if not card.closed_ms), key=lambda card: (card.since_ms, card.id)) or mine[-1:]


def _merged(cards: Sequence[Card]) -> Card:
    """Cards that turned out to tell one story, as the first of them: it held where any did."""
    first, length = cards[0], max(len(card.marks) for card in cards)
    columns = zip(*(card.marks.rjust(length, "0") for card in cards), strict=True)
    return msgspec.structs.replace(
        first,
        members=tuple(dict.fromkeys(member for card in cards for member in card.members)),
        marks="".join(max(column) for column in columns),
        strength=max(card.strength for card in cards),
        found_ms=min(card.found_ms for card in cards),
        merged=tuple(card.id for card in cards[1:]),
    )


def _kinds(direction: Direction) -> tuple[Kind, ...]:
    return ("rise", "new") if direction == "up" else ("fall",)


def _gone_on(card: Card, story: Story | None, seen: Look, tell: Tell) -> Card:
    held = story is not None or _still_holds(card, seen)
    marks = (card.marks + ("1" if held else "0"))[-MARKS:]
    state: State = "emerging" if card.closed_ms else state_of(marks, card.state, card.step)
    ends_ms = seen.ends_ms
    card = msgspec.structs.replace(card, marks=marks, state=state, seen_ms=ends_ms, closed_ms=ends_ms if state == "closed" else 0)
    if story is None and card.kind in BROKEN:
        # Its graph goes on too where it does not hold: that is the recovery.
        return msgspec.structs.replace(card, body=tell(seen, None, card))
    if story is None:
        still = _still_found(card, seen) if held else None
        return card if still is None else msgspec.structs.replace(card, body=tell(seen, still, card))
    members = tuple(dict.fromkeys((*card.members, *(one.key[1:] for one in story.members))))
    card = msgspec.structs.replace(card, members=members, strength=max(card.strength, abs(story.head.z)))
    head = next((one for one in story.members if one.key[1:] == (card.dimension, card.key)), story.head)
    return msgspec.structs.replace(card, body=tell(seen, head, card))


def _still_holds(card: Card, seen: Look) -> bool:
    if card.kind in BROKEN:
        return seen.is_outage
    row = seen.row_of(card.dimension, card.key)
    return row is not None and is_held(float(seen.z[row, seen.at]), "down" if card.kind == "fall" else "up")


def _still_found(card: Card, seen: Look) -> Finding | None:
    """What a card that holds has to tell of the bucket, though that is no news: the same numbers as were it found, and no new evidence.
    ``None`` where none may be told, or nothing was expected of the series by its own past."""
    row = seen.row_of(card.dimension, card.key)
    if row is None or not np.isfinite(seen.expected.mu[row, seen.at]):
        return None
    key, observed, mu = seen.panel.keys[row], float(seen.panel.values[row, seen.at]), float(seen.expected.mu[row, seen.at])
    if seen.visitors and seen.visitors.get(key, 0) < LEAST_VISITORS:
        return None
    low, high = (float(end[0]) for end in ends(np.array([mu]), seen.expected.dispersion[row : row + 1, seen.at], ORDINARY))
    return Finding(
        key=key,
        bucket=seen.at,
        observed=observed,
        mu=mu,
        low=low,
        high=high,
        lift=observed / mu,
        z=float(seen.z[row, seen.at]),
        p=1.0,
        q=1.0,
        direction="down" if card.kind == "fall" else "up",
        new=card.kind == "new",
        record=0.0,
    )


def _begun(story: Story, seen: Look, tell: Tell) -> Card:
    head = story.head
    row = seen.row_of(*head.key[1:])
    began = seen.at if row is None else onset(seen.z[row], seen.at, head.direction)
    kind: Kind = "fall" if head.direction == "down" else "new" if head.new else "rise"
    card = _card(seen, kind, tuple(one.key[1:] for one in story.members), began, abs(head.z))
    return msgspec.structs.replace(card, body=tell(seen, head, card))


def _outage(seen: Look, tell: Tell, kind: Kind) -> Card:
    """It began with the first of the buckets in a row that are one."""
    calm = np.flatnonzero(~seen.expected.outage[0])
    card = _card(seen, kind, (seen.whole,), int(calm[-1]) + 1 if len(calm) else 0, 0.0)
    return msgspec.structs.replace(card, body=tell(seen, None, card))


def _card(seen: Look, kind: Kind, members: tuple[tuple[str, str], ...], began: int, strength: float) -> Card:
    return Card(
        site=seen.panel.keys[0][0] or None,
        step=seen.panel.step,
        kind=kind,
        dimension=members[0][0],
        key=members[0][1],
        members=members,
        state="candidate",
        marks="1",
        since_ms=int(seen.panel.start_of(began).timestamp() * 1000),
        found_ms=seen.ends_ms,
        seen_ms=seen.ends_ms,
        strength=strength,
        body="",
    )
