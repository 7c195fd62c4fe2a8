"""What a channel is told, in its language. A card's numbers are those that passed the gate when it was written; there are no others."""

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

import msgspec

from footfall.control.alerts import Channel
from footfall.control.targets import Change
from footfall.control.trends import Card
from footfall.serve.alerting.news import News
from footfall.serve.pages import alert_words as words
from footfall.serve.pages.language import Language, language
from footfall.trends.explain import Explained
from footfall.vocabulary import Portal

__all__ = ["Item", "Letter", "letter_of", "trial"]

LONGEST_NAME = 120
MOST_ITEMS = 20
decode = msgspec.json.Decoder(Explained).decode


class Item(msgspec.Struct, frozen=True):
    """One thing that is told."""

    id: str
    title: str
    lines: tuple[str, ...]
    link: str
    """Empty where this server has no address of its own."""


class Letter(msgspec.Struct, frozen=True):
    """One message."""

    title: str
    items: tuple[Item, ...]

    @property
    def text(self) -> str:
        """As channels without letters of their own show it."""
        alone = len(self.items) == 1
        parts = ["\n".join(line for line in (*(() if alone else (one.title,)), *one.lines, one.link) if line) for one in self.items]
        return "\n\n".join(parts)


def letter_of(base: str, portal: Portal, channel: Channel, news: Sequence[News]) -> Letter:
    """A message that tells all of it, the first 20. ``base``: the address of this server, or empty."""
    spoken = language(channel.plan.language)
    items = tuple(_item(base, portal, spoken, one) for one in news[:MOST_ITEMS])
    title = items[0].title if len(items) == 1 else spoken.text(words.DIGEST, count=spoken.number(len(news)))
    return Letter(f"{_about(portal, spoken, news)}: {title}", items)


def trial(portal: Portal, channel: Channel) -> Letter:
    """What the test button sends."""
    spoken = language(channel.plan.language)
    title = spoken.text(words.TEST_TITLE)
    return Letter(f"{portal.domain}: {title}", (Item("test", title, (spoken.text(words.TEST_BODY),), ""),))


def _about(portal: Portal, spoken: Language, news: Sequence[News]) -> str:
    """The portal, unless all of it is of the city's data."""
    is_city = all(one.card is not None and one.card.site is None for one in news)
    return spoken.text(words.CITY) if is_city else portal.domain


def _item(base: str, portal: Portal, spoken: Language, news: News) -> Item:
    here = f"{base}/portals/{quote(portal.domain, safe='')}" if base else ""
    if news.card is not None:
        title, lines = _of_card(portal, spoken, news.card)
        return Item(news.id, title, lines, here and f"{base if news.card.site is None else here}/trends/{news.card.id}")
    assert news.change is not None and news.target is not None
    title = spoken.text(words.CHANGE_TITLES[news.change.state], name=news.target.name)
    return Item(news.id, title, _of_change(spoken, news.change), here and f"{here}/targets/{news.target.id}")


def _of_card(portal: Portal, spoken: Language, card: Card) -> tuple[str, tuple[str, ...]]:
    told = decode(card.body)
    name = (told.name or portal.domain)[:LONGEST_NAME]
    lines = [_counted(spoken, told), _since(portal, spoken, card)]
    if told.reason.kind in words.REASONS:
        lines.append(spoken.text(words.REASONS[told.reason.kind], value=told.reason.value[:LONGEST_NAME]))
    if card.kind not in ("outage", "broken_tag"):
        lines.append(spoken.text(words.SURE, word=spoken.text(words.LIKELY[told.confidence])))
    title = words.INCOMPLETE if told.reason.kind == "incomplete" else words.CARD_TITLES[card.kind]
    return spoken.text(title, name=name), tuple(line for line in lines if line)


def _since(portal: Portal, spoken: Language, card: Card) -> str:
    if card.step == "day":
        return spoken.text(words.SINCE_DAY, day=spoken.day(datetime.fromtimestamp(card.since_ms / 1000, UTC).date()))
    since = datetime.fromtimestamp(card.since_ms / 1000, ZoneInfo(portal.timezone))
    return spoken.text(words.SINCE, day=spoken.day(since.date()), time=spoken.time(since))


def _counted(spoken: Language, told: Explained) -> str:
    """Nothing where the count is under the cohort, or nothing is expected."""
    if told.observed is None or told.expected is None or told.low is None or told.high is None:
        return ""
    expected, low, high = (spoken.number(value) for value in (told.expected, told.low, told.high))
    counts = spoken.text(words.COUNTS.get(told.counts, told.counts))
    return spoken.text(words.COUNTED, counts=counts, observed=spoken.number(told.observed), expected=expected, low=low, high=high)


def _of_change(spoken: Language, change: Change) -> tuple[str, ...]:
    if change.chance is None or change.state not in ("on_track", "at_risk"):
        return ()
    return (spoken.text(words.CHANCE, chance=spoken.percent(100 * change.chance, 0)),)
