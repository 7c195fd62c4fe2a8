"""What recommendations are learned from: the catalogue, what was drawn of pages and pairs of pages, and what placements showed.

Drawn numbers are read through the gate, as anybody's. Events are read by nothing here: lists are read by anybody, who may make up any
history, so no visit may move them but as far as it moves what was drawn.
"""

import math
from collections.abc import Hashable, Iterable, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any, cast

import msgspec

from footfall.collect.days import day_of
from footfall.control.items import all_live, items_version
from footfall.control.placements import list_placements
from footfall.control.places import count_places, list_places
from footfall.interests.explore import Shown
from footfall.interests.fading import weight_of
from footfall.interests.items import Item
from footfall.interests.learning import Counts, learn
from footfall.interests.recommender import ALIKE, Model
from footfall.interests.taxonomy import taxonomy
from footfall.interests.text import Base, Likenesses, TextIndex, likenesses_of, rows_of, text_of
from footfall.privacy.budget import noise_of
from footfall.privacy.policy import CITY
from footfall.reports.mart_keys import MARTS_BY_NAME
from footfall.serve.answers import drawn_of
from footfall.serve.house import Desk
from footfall.serve.learning_apart import Order, learned
from footfall.serve.own_process import Apart
from footfall.serve.sorting import Sorter
from footfall.store.shown import shown_by
from footfall.vocabulary import Answer, Place, Portal, Scalar

__all__ = ["CatalogueLearner"]

WINDOW_MS = 600_000
"""How long drawn counts are learned from before they are read again; a change of the catalogue does not wait for it."""
WEEKS, RISING_DAYS, SHOWN_DAYS = 12, 7, 28
MOST_PAIRS = 10_000
MOST_RISE = 5.0
AHEAD_FROM, AHEAD_MOST = 500, 20_000
"""Texts that are read in a process of their own, and whose likenesses are found out ahead: a kilobyte of memory each, and 10,000 take a
quarter of a minute."""
STEP = 10
"""Sums of what was shown and clicked are taken in whole tens, as they are told to the portal's own people."""
PAIR = ["mart:pair_page", "mart:pair_other"]


class CatalogueLearner:
    """Learns of all portals. It belongs to one thread at a time."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._topics = taxonomy(desk.settings.topics_file)
        self._within = {topic.id: tuple(one.id for one in self._topics if one.parent == topic.id) for topic in self._topics}
        self._sorter = Sorter(desk.control, self._topics)
        self._texts, self._said = TextIndex(), dict[int, int]()
        self._ahead_of: Base | None = None
        self._ahead: Apart[Likenesses] | None = None
        self._items: tuple[Item, ...] = ()
        self._items_version = -1
        self._window = -1
        self._districts: dict[str, Place] = {}
        self._counted: dict[int, Counts] = {}

    def version(self) -> Hashable:
        """Moves with the catalogue and with every window. Raises Unavailable."""
        return items_version(self._desk.control), self._now_window()

    def items(self) -> Iterable[Item]:
        """All that live, sorted by topic; read where the catalogue has changed. Raises Unavailable."""
        version = items_version(self._desk.control)
        if version != self._items_version:
            self._items, self._items_version = tuple(self._sorter.sort(all_live(self._desk.control))), version
        return self._items

    def learn(self, items: Sequence[Item]) -> Model:
        """A model of these. Raises Unavailable."""
        control = self._desk.control
        portals = {portal.id: portal for portal in control.portals()}
        if self._window != self._now_window():
            wanted = {item.site for item in items} & portals.keys()
            self._counted = {site: self._count(portals[site], self._today(portals[site])) for site in sorted(wanted)}
            self._districts = {id: place for kind in count_places(control) for id, place in list_places(control, kind).items()}
            self._window = self._now_window()
            self._texts.refresh()
        self._read(items)
        items = [_faded(item, self._desk.now()) for item in items]
        found = learned(Order(items=items, counts=self._counted))
        return Model(found.known, self._texts, found.version)

    def look_ahead(self) -> None:
        """Have likenesses found out in a process of its own, once for texts as they were weighed: the first question of a page need not.

        Raises:
            subprocess.SubprocessError: that process ended otherwise than it should.
        """
        base = self._texts.weighed
        if self._ahead is not None:
            if self._ahead.is_done:
                done, self._ahead = self._ahead, None
                self._texts.know(cast(Base, self._ahead_of), done.found())
        elif base is not None and base is not self._ahead_of and AHEAD_FROM <= len(base.ids) <= AHEAD_MOST:
            self._ahead_of, self._ahead = base, Apart(partial(likenesses_of, n=ALIKE), base)

    def learn_as_of(self, portal: Portal, items: Sequence[Item], day: date) -> Model:
        """A model of the portal's items as it would have been when that day began: from weeks drawn before. Raises Unavailable."""
        self._read(items)
        return learn(items, {portal.id: self._count(portal, day)}, self._texts)

    def name_of(self, kind: str, id: str, language: str) -> str:
        """What people call a topic or a district; empty where nobody knows."""
        if kind == "topic":
            return self._topics[id].name(language) if id in self._topics else ""
        if kind == "district":
            found = self._districts.get(id)
            return found.names.get(language, found.name) if found else ""
        return ""

    def within(self, topic: str) -> Sequence[str]:
        """Topics that lie in this one."""
        return self._within.get(topic, ())

    def _now_window(self) -> int:
        return self._desk.now() // WINDOW_MS

    def _read(self, items: Sequence[Item]) -> None:
        """Have the texts of these items in the index, and of no others."""
        said = {item.id: hash((item.title, item.summary, item.text, item.language)) for item in items}
        for id in self._said.keys() - said.keys():
            self._texts.remove(id)
        new = [item for item in items if self._said.get(item.id) != said[item.id]]
        texts = [(item.id, text_of(item.title, item.summary, item.text), item.language) for item in new]
        if 2 * len(new) > len(items):
            rows = partial(rows_of, idf=self._texts.idf)
            self._texts.fill_rows(rows(texts) if len(texts) < AHEAD_FROM else Apart(rows, texts).found())
        else:
            for id, text, language in texts:
                self._texts.add(id, text, language)
        self._said = said

    def _today(self, portal: Portal) -> date:
        return date.fromisoformat(day_of(portal.timezone, self._desk.now()))

    def _count(self, portal: Portal, today: date) -> Counts:
        monday = today - timedelta(days=today.weekday())
        weeks = [str(monday - timedelta(weeks=WEEKS)), str(monday - timedelta(days=1))]
        return Counts(
            pairs={(row.dimensions[0], row.dimensions[1]): _number(row.metrics[0]) for row in self._drawn(portal, PAIR, weeks).rows},
            pages={row.dimensions[0]: _number(row.metrics[0]) for row in self._drawn(portal, ["event:page"], weeks).rows},
            visitors=sum(_number(row.metrics[0]) for row in self._drawn(portal, [], weeks).rows),
            sigma=noise_of(CITY.name, MARTS_BY_NAME["co_visit"]).sigma * math.sqrt(WEEKS),
            rising=self._rising(portal, today),
            shown={one.id: self._shown(portal, one.id, today) for one in list_placements(self._desk.control, portal.id)},
        )

    def _rising(self, portal: Portal, today: date) -> dict[str, float]:
        """Pages that the last week saw clearly more of than the one before, by how much."""
        week = [str(today - timedelta(days=RISING_DAYS)), str(today - timedelta(days=1))]
        answer = self._drawn(portal, ["event:page"], week, include={"comparisons": {"mode": "previous_period"}})
        changes = ((row.dimensions[0], row.change[0]) for row in answer.rows if row.change)
        return {page: min(MOST_RISE, change / 100) for page, change in changes if isinstance(change, int | float) and change > 0}

    def _shown(self, portal: Portal, placement: str, today: date) -> Shown:
        """How often each item was shown there and clicked, on days that are over: what exploration draws by."""
        days = today - timedelta(days=SHOWN_DAYS), today - timedelta(days=1)
        found = shown_by(self._desk.engine, portal.id, placement, "item", days)
        tens = ((int(item), sums.shown // STEP * STEP, sums.clicked // STEP * STEP) for item, sums in found)
        return {item: (shown, clicked) for item, shown, clicked in tens if shown}

    def _drawn(self, portal: Portal, by: list[str], days: list[str], **rest: Any) -> Answer:
        body = {"metrics": ["visitors"], "dimensions": by, "date_range": days, "pagination": {"limit": MOST_PAIRS}} | rest
        return drawn_of(self._desk, portal, body, CITY.name).answer


def _faded(item: Item, now_ms: int) -> Item:
    return msgspec.structs.replace(item, weight=weight_of(item, now_ms)) if item.state == "fading" else item


def _number(value: Scalar) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
