"""What drives a card, out of events and through the gate: no number that is hidden makes a driver, and a fall has those that are gone."""

from datetime import UTC, datetime
from itertools import count

from footfall.trends.explain import Driver, Window, drivers_of
from footfall.trends.filling import Kept
from footfall.trends.telling import asker
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
