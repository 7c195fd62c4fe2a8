"""What is recommended, out of memory: the last good model, the catalogue's items and the placements, read again when they change.

A thread looks every few seconds (``look``); requests never wait for it. A new item is in lists at the next look. Where there is no model,
or it fails, editors' pins and the newest items are answered. Nothing of a request is kept or logged.
"""

import random
import subprocess
import threading
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, Protocol

import msgspec
import structlog

from footfall.control.placements import Arm, Placement, Rules, list_placements
from footfall.control.transactions import Database
from footfall.errors import FootfallError, NotFound
from footfall.interests.items import Item
from footfall.interests.reasons import Reason, sentence_of
from footfall.interests.request import Choice, Request
from footfall.sentences import Sentence
from footfall.serve.audiences import Audiences, Visit, fitting, read_audiences, varied, widened
from footfall.serve.content_items import path_named
from footfall.serve.recommendation_ids import WINDOW_MS, Served, bucket_of, read_id, seed_of, write_id
from footfall.vocabulary import Clock, Portal

__all__ = ["Asked", "Learner", "List", "NoCatalogue", "Recommended", "Recommending", "Recommends", "draw_arm", "may_stand", "window_arm"]

log = structlog.get_logger()
DAY_MS = 86_400_000
AGAIN_MS = 60_000
"""After a model could not be made, or items not be sorted."""
REST_SHARE, LONGEST_REST_MS = 9, 40_000
QUICK_ITEMS = 20_000
NEW = Sentence("New here")
EDITORS = sentence_of(Reason("editors"))


class Recommends(Protocol):
    """A model: an immutable snapshot of what was learned."""

    @property
    def version(self) -> str: ...

    def recommend(self, request: Request) -> Sequence[Choice]: ...


class Learner(Protocol):
    """Where items come from, and what is learned of them."""

    def version(self) -> Hashable:
        """What differs once there is something to learn again; asked every few seconds."""

    def items(self) -> Iterable[Item]:
        """Everything that may be recommended."""

    def learn(self, items: Sequence[Item]) -> Recommends:
        """A model of these; may take seconds."""

    def look_ahead(self) -> None:
        """Begin, or go on with, what makes first questions quick; asked for after each look, and does not wait."""

    def name_of(self, kind: str, id: str, language: str) -> str:
        """What a ``topic`` or a ``district`` is called in that language, or else in English; empty where nobody knows."""

    def within(self, topic: str) -> Sequence[str]:
        """Topics that lie in this one."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a list is to be made for; it is dropped with the answer."""

    site: int
    placement: Placement | None = None
    arm: Arm | None = None
    current: int | None = None
    recent: tuple[int, ...] = ()
    topics: Mapping[str, float] = {}
    pages: tuple[str, ...] = ()
    """Paths that the request names, also of what is no item."""
    district: str = ""
    language: str = ""
    n: int = 6
    now_ms: int


class Recommended(msgspec.Struct, frozen=True, kw_only=True):
    """An item of a list, and why it is there."""

    item: Item
    score: float
    kind: str
    """Of the reason: ``looked``, ``topic`` … or ``new``."""
    reason: Sentence
    propensity: float = 1.0


class List(msgspec.Struct, frozen=True, kw_only=True):
    """An answer."""

    id: str
    model: str
    """Version of the model; ``none`` where editors' pins and newest items were answered."""
    placement: str
    arm: str
    items: tuple[Recommended, ...]


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """All that answers are made of; replaced whole."""

    number: int = 0
    """Grows with each change."""
    placements: Mapping[str, Placement] = {}
    audiences: Audiences = {}
    items: Mapping[int, Item] = {}
    newest: Mapping[int, tuple[Item, ...]] = {}
    """By site."""
    ids: Mapping[tuple[int, str], int] = {}
    """By site and address, or path as events have it."""
    model: Recommends | None = None


class Recommending:
    """The holder of the current ``Known``; from any thread."""

    def __init__(self, control: Database, learner: Learner, *, secret: bytes, now: Clock) -> None:
        self._control, self._learner, self._secret, self._now = control, learner, secret, now
        self.known = Known()
        self._putting, self._reading, self._looking = threading.Lock(), threading.Lock(), threading.Lock()
        self._seen: Hashable = None
        self._is_stale, self._learns_from_ms, self._reads_from_ms = False, 0, 0

    @property
    def is_quick(self) -> bool:
        """Whether a list is made in a millisecond or two."""
        return len(self.known.items) <= QUICK_ITEMS

    def look(self) -> None:
        """Read what changed, and learn again where there is something to learn.

        Raises:
            Unavailable: control or store is away; what was known stays.
        """
        with self._looking:
            self.look_at_placements()
            version = self._learner.version()
            if version != self._seen and self._now() >= self._reads_from_ms:
                items = self._read()
                if items != tuple(self.known.items.values()):
                    ids = {(item.site, name): item.id for item in items for name in (item.path, item.url)}
                    self._put(items={item.id: item for item in items}, newest=_newest(items), ids=ids)
                self._seen, self._is_stale = version, True
            if self._is_stale and self._now() >= self._learns_from_ms:
                self._learn()
            self._learner.look_ahead()

    def look_at_placements(self) -> None:
        """Know at once what was changed here, however long a model takes just now."""
        with self._reading:
            found = {placement.id: placement for placement in list_placements(self._control)}
            audiences = read_audiences(self._control, found.values())
            if (found, audiences) != (self.known.placements, self.known.audiences):
                self._put(placements=found, audiences=audiences)

    def placement(self, name: str) -> Placement:
        """Raises NotFound where there is none of that name."""
        found = self.known.placements.get(name)
        if found is None:
            raise NotFound("No placement {name!r} here.", name=name[:100])
        return found

    def item_of(self, portal: Portal, name: int | str) -> int | None:
        """The id of the portal's item of that id, address or path; ``None`` where there is none."""
        if isinstance(name, str):
            ids = self.known.ids
            return ids.get((portal.id, name)) or ids.get((portal.id, path_named(portal, name)))
        found = self.known.items.get(name)
        return name if found and found.site == portal.id else None

    def name_of(self, kind: str, id: str, language: str) -> str:
        """What a ``topic`` or a ``district`` is called; empty where nobody knows."""
        return self._learner.name_of(kind, id, language)

    def served(self, id: str) -> Served:
        """The list that was answered under that id. Raises BadInput where none was, or more than a day ago."""
        return read_id(id, self._secret, self._now())

    def recommend(self, asked: Asked) -> List:
        """A list for that request: at most ``n`` items, each with a reason; none where the portal has none that fit."""
        known = self.known
        asked = _for_audience(known, _widened(asked, self._learner.within))
        found = _asked_of(known, asked, self._learner.name_of)
        model = known.model.version if known.model and found else "none"
        found = found or _fallback(known, asked)
        name, arm = asked.placement.id if asked.placement else "", asked.arm.name if asked.arm else ""
        served = Served(
            site=asked.site,
            placement=name,
            arm=arm,
            window=asked.now_ms // WINDOW_MS,
            items=tuple(one.item.id for one in found),
            buckets=tuple(bucket_of(one.propensity) for one in found),
        )
        return List(id=write_id(served, self._secret), model=model, placement=name, arm=arm, items=tuple(found))

    def _read(self) -> tuple[Item, ...]:
        try:
            return tuple(self._learner.items())
        except subprocess.SubprocessError:
            # A process of its own ended otherwise than it should: it is not begun again every few seconds.
            self._reads_from_ms = self._now() + AGAIN_MS
            raise

    def _learn(self) -> None:
        """It takes a core from requests, so it rests nine times as long as it took; new items wait for it less than a minute."""
        began_ms, rest_ms = self._now(), AGAIN_MS
        try:
            self._put(model=self._learner.learn(tuple(self.known.items.values())))
            self._is_stale, rest_ms = False, min(LONGEST_REST_MS, REST_SHARE * (self._now() - began_ms))
        except FootfallError as error:
            log.warning("recommendations are made by the model of before", reason=str(error))
        except Exception:
            log.exception("a model could not be made; the one of before stays")
        self._learns_from_ms = self._now() + rest_ms

    def _put(self, **changes: Any) -> None:
        with self._putting:
            self.known = msgspec.structs.replace(self.known, number=self.known.number + 1, **changes)


def draw_arm(placement: Placement, chance: float) -> Arm | None:
    """The arm that a number from 0 to 1 falls on, by their shares; none without a test."""
    left = chance * sum(arm.share for arm in placement.arms)
    for arm in placement.arms:
        left -= arm.share
        if left < 0:
            return arm
    return placement.arms[-1] if placement.arms else None


def window_arm(placement: Placement, now_ms: int) -> Arm | None:
    """The arm of a window: for lists that are the same for everybody, an arm has windows instead of requests."""
    return draw_arm(placement, random.Random(seed_of(placement.id, now_ms // WINDOW_MS)).random())


def _widened(asked: Asked, within: Callable[[str], Sequence[str]]) -> Asked:
    """With the topics that lie in those that are named: an item about parking is about transport, and has the inner topic alone."""
    topics = {inner: weight for topic, weight in asked.topics.items() for inner in within(topic)} | dict(asked.topics)
    return msgspec.structs.replace(asked, topics=topics, placement=asked.placement and widened(asked.placement, within))


def _for_audience(known: Known, asked: Asked) -> Asked:
    """With the placement as it is for the visit that the request tells of."""
    if asked.placement is None or not asked.placement.variants:
        return asked
    seen = [known.items[id] for id in (asked.current, *asked.recent) if id is not None and id in known.items]
    visit = Visit(
        pages=(*asked.pages, *(item.path for item in seen)),
        topics=frozenset(
            (*(topic for topic, weight in asked.topics.items() if weight > 0), *(one for item in seen for one, _ in item.topics))
        ),
        district=asked.district,
        language=asked.language,
    )
    variant = fitting(asked.placement, visit, known.audiences)
    return asked if variant is None else msgspec.structs.replace(asked, placement=varied(asked.placement, variant))


def _asked_of(known: Known, asked: Asked, name_of: Callable[[str, str, str], str]) -> list[Recommended]:
    """What the model recommends that may be shown at this moment; nothing where there is no model, or it fails."""
    if known.model is None:
        return []
    bridge = _bridge(known, asked)
    request = Request(
        site=asked.site,
        current=asked.current,
        recent=asked.recent,
        topics=bridge | dict(asked.topics) if bridge else asked.topics,
        district=asked.district,
        language=asked.language,
        n=asked.n,
        placement=asked.placement,
        weights=asked.arm.settings if asked.arm else {},
        now_ms=asked.now_ms,
        seed=seed_of(asked.placement.id if asked.placement else "", asked.now_ms // WINDOW_MS),
    )
    try:
        choices = known.model.recommend(request)
    except Exception:
        log.exception("a recommendation met an unexpected error; editors' and newest items are answered")
        return []
    may = ((choice, known.items[choice.item]) for choice in choices if choice.item in known.items)
    shown = [(choice, item) for choice, item in may if may_stand(item, asked.site, asked.now_ms) and item.id not in _blocked(asked)]
    return [_recommended(known, _crossed(choice, bridge, asked), item, asked.language, name_of) for choice, item in shown[: asked.n]]


def _bridge(known: Known, asked: Asked) -> dict[str, float]:
    """Topics of the page that is looked at, where it is in another language than the list: texts find nothing across languages."""
    current = known.items.get(asked.current) if asked.current is not None and asked.language else None
    return dict(current.topics) if current and current.language not in ("", asked.language) else {}


def _crossed(choice: Choice, bridge: Mapping[str, float], asked: Asked) -> Choice:
    """What the page's topics found is like the page; nobody said that they are an interest."""
    if choice.reason.kind != "topic" or choice.reason.of not in bridge or choice.reason.of in asked.topics:
        return choice
    return msgspec.structs.replace(choice, reason=Reason("similar", asked.current or ""))


def _recommended(known: Known, choice: Choice, item: Item, language: str, name_of: Callable[[str, str, str], str]) -> Recommended:
    reason = choice.reason
    if reason.kind in ("looked", "similar"):
        of = known.items.get(reason.of) if isinstance(reason.of, int) else None
        name = of.title if of else ""
    else:
        name = name_of(reason.kind, str(reason.of), language) if reason.of else ""
    return Recommended(item=item, score=choice.score, kind=reason.kind, reason=sentence_of(reason, name), propensity=choice.propensity)


def _fallback(known: Known, asked: Asked) -> list[Recommended]:
    """Editors' pins, then the newest items that the placement's rules allow."""
    pins = asked.placement.pins if asked.placement else ()
    pinned = [known.items[id] for id in pins if id in known.items and may_stand(known.items[id], asked.site, asked.now_ms)]
    rules = asked.placement.rules if asked.placement else Rules()
    left = {*pins, *_blocked(asked), asked.current}
    newest = (item for item in known.newest.get(asked.site, ()) if item.id not in left and may_stand(item, asked.site, asked.now_ms))
    fit = islice((item for item in newest if _fits(item, rules, asked)), asked.n)
    chosen = [Recommended(item=item, score=1.0, kind="editors", reason=EDITORS) for item in pinned]
    chosen += [Recommended(item=item, score=0.0, kind="new", reason=NEW) for item in fit]
    return chosen[: asked.n]


def may_stand(item: Item, site: int, now_ms: int) -> bool:
    """Whether it is of the portal, alive, valid now and not hidden by its editors."""
    is_valid = item.valid_from_ms <= now_ms and (not item.valid_to_ms or now_ms < item.valid_to_ms)
    return item.site == site and item.state in ("live", "fading") and item.weight > 0 and is_valid


def _fits(item: Item, rules: Rules, asked: Asked) -> bool:
    return (
        (not rules.kinds or item.kind in rules.kinds)
        and (not rules.topics or any(topic in rules.topics for topic, _ in item.topics))
        and all(not wanted or item.language in ("", *wanted) for wanted in (rules.languages, (asked.language,) if asked.language else ()))
        and _is_near(item, rules.districts)
        and (not asked.district or _is_near(item, (asked.district,)))
        and (not rules.max_age_days or item.published_ms >= asked.now_ms - rules.max_age_days * DAY_MS)
    )


def _is_near(item: Item, districts: tuple[str, ...]) -> bool:
    return not districts or not item.districts or not set(districts).isdisjoint(item.districts)


def _blocked(asked: Asked) -> tuple[int, ...]:
    return asked.placement.blocked if asked.placement else ()


def _newest(items: Iterable[Item]) -> dict[int, tuple[Item, ...]]:
    """By site, newest first."""
    found: dict[int, list[Item]] = {}
    for item in sorted(items, key=lambda item: (-item.published_ms, -item.id)):
        found.setdefault(item.site, []).append(item)
    return {site: tuple(of_site) for site, of_site in found.items()}


class NoCatalogue:
    """What is learned where nothing says what there is."""

    def version(self) -> Hashable:
        return 0

    def items(self) -> Iterable[Item]:
        return ()

    def learn(self, items: Sequence[Item]) -> Recommends:
        return NothingLearned()

    def look_ahead(self) -> None:
        """There is nothing to ask of."""

    def name_of(self, kind: str, id: str, language: str) -> str:
        return ""

    def within(self, topic: str) -> Sequence[str]:
        return ()


class NothingLearned:
    """A model of no items."""

    version = "none"

    def recommend(self, request: Request) -> Sequence[Choice]:
        return ()
