"""What drives a card, out of events and through the gate: no number that is hidden makes a driver, and a fall has those that are gone."""

from datetime import UTC, datetime
from itertools import count

import msgspec
import numpy as np

from footfall.control.trends import Card
from footfall.trends.calendar import Calendar
from footfall.trends.explain import Driver, Explained, Window, drivers_of
from footfall.trends.filling import Kept
from footfall.trends.panel import Expected, Finding, Panel
from footfall.trends.telling import Telling, asker
from footfall.trends.watching import Look
from tests.support.build import ms

BEFORE, NOW = "2026-03-03", "2026-03-10"
WINDOW = Window(datetime(2026, 3, 10, tzinfo=UTC), datetime(2026, 3, 11, tzinfo=UTC))


def told(home, before, now):
    """Drivers of /a, whose visitors by source on the day and a week earlier are these."""
    numbers = count(1)
    home.load(
        *(
            home.hit(f"{day}T10:00:00", next(numbers), path="/a", source=source)
            for day, sources in ((BEFORE, before), (NOW, now))
            for source, visitors in sources.items()
            for _ in range(visitors)
        )
    )
    ask = asker(home.engine, Kept(home.portal), policy="staff", now_ms=ms("2026-03-31T12:00:00"))
    filters = [["is", "event:page", ["/a"]]]
    return drivers_of(ask, (home.portal.id, "page", "/a"), filters, WINDOW)


def test_what_the_gate_hides_of_the_week_before_is_not_taken_for_nothing(home):
    """Google fell from 27 to 25, and its 27 are hidden beside few of others: it is no driver of the rise."""
    found = told(home, {"Google": 27, "Yandex": 30, "Direct": 36, "News": 4}, {"Google": 25, "Yandex": 30, "Direct": 36, "News": 114})
    assert [(one.value, one.visitors, one.before) for one in found] == [("News", 114, 0)]
    assert 0.7 < found[0].share <= 1.0


def test_a_source_that_is_gone_drives_the_fall(home):
    """Both numbers of the day are hidden, as a whole less one of them would tell the other: at least 17 of the 57 are the news."""
    assert told(home, {"Google": 40, "News": 60}, {"Google": 40, "News": 3}) == (Driver("source", "News", 0, 60, 0.3),)


def test_sources_that_are_all_told_have_their_exact_shares(home):
    found = told(home, {"Google": 20, "News": 20}, {"Google": 30, "News": 50})
    assert [(one.value, one.visitors, one.before, one.share) for one in found] == [("News", 50, 20, 0.75), ("Google", 30, 20, 0.25)]


def test_a_story_of_more_than_a_week_keeps_what_drove_its_first(home):
    """The week before is the story's own, so nothing seems to drive it any more."""
    sources = {"Google": 20, "News": 60}
    assert told(home, sources, sources) == ()
    key = (home.portal.id, "page", "/a")
    ones = np.ones((1, 1))
    panel = Panel(keys=(key,), first=WINDOW.begins, step="day", values=80 * ones, groups=np.zeros(1, dtype=np.int32))
    expected = Expected(mu=20 * ones, dispersion=ones, factor=ones, outage=np.array([[False]]))
    seen = Look(panel, expected, 5 * ones, (), {key: 80}, False)
    numbers = {"observed": 80.0, "mu": 20.0, "low": 12.0, "high": 28.0, "lift": 4.0, "z": 5.0, "p": 1.0, "q": 1.0, "record": 0.0}
    found = Finding(key=key, bucket=0, direction="up", new=False, **numbers)
    tell = Telling(home.engine, Kept(home.portal), Calendar("", ()), policy="staff", now_ms=ms("2026-03-31T12:00:00"))
    ends_ms, card = ms("2026-03-11T00:00:00"), {"key": "/a", "members": (("page", "/a"),), "state": "trend", "marks": "1", "strength": 5.0}
    whole = Card(site=key[0], step="day", kind="rise", dimension="page", since_ms=0, found_ms=ends_ms, seen_ms=ends_ms, body="", **card)

    def drivers(body, since):
        card = msgspec.structs.replace(whole, body=body, since_ms=ms(since))
        explained = msgspec.json.decode(tell(seen, found, card), type=Explained)
        return explained.drivers, explained.reason.kind

    body = tell(seen, found, msgspec.structs.replace(whole, since_ms=ms(f"{NOW}T00:00:00")))
    first = msgspec.structs.replace(msgspec.json.decode(body, type=Explained), drivers=(Driver("source", "News", 60, 0, 0.9),))
    before = msgspec.json.encode(first).decode()
    assert drivers(before, "2026-03-03T00:00:00") == (first.drivers, "source")
    assert drivers(before, f"{NOW}T00:00:00") == ((), "unknown")
