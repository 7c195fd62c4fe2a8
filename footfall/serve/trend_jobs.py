"""The jobs of trends: every hour its series are made and looked at; history is filled in beside, a little at a time."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from footfall.collect.days import day_of
from footfall.control.funnels import list_funnels
from footfall.control.items import titles_of
from footfall.control.trends import Card, cards_since, forget_old_cards, save_cards, strictness_of
from footfall.sentences import NOTHING, Sentence
from footfall.serve.drawn_trends import watch_drawn
from footfall.serve.house import Desk
from footfall.serve.jobs import Job, Stopped, Waits
from footfall.serve.measure_trends import watch_measures
from footfall.serve.pages.job_words import FILL_SERIES, LOOK_FOR_TRENDS
from footfall.serve.planned import calendar_of
from footfall.serve.secret import Signer
from footfall.serve.telling_again import Again, PutOff, tell_again
from footfall.store.item_topics import pages_by_topic
from footfall.store.series import HOUR_S, day_start_s
from footfall.trends.detecting import Detecting
from footfall.trends.filling import AFTER_MIDNIGHT_S, Filling, Kept, Left, making_of
from footfall.trends.panel import Step
from footfall.trends.reading import SECONDS
from footfall.trends.states import rules_of
from footfall.trends.telling import Telling, is_refused_more
from footfall.trends.watching import When, cards_of, look

__all__ = ["fill", "kept_of", "look_back", "series_jobs", "trend_jobs", "watch"]

HOUR_MS = 3_600_000
AFTER_HOUR_MS = 15_000
"""By then the last events of the hour are in the store; a card is there within two minutes of it."""
FILL_EVERY_MS = 600_000
SLICE_MS, NEW_DAYS_MS = 30_000, 20_000
AGAIN_MS = 60_000
"""For cards that go on; an hour's new ones are there before."""
NOT_LOADED = "It waits until every event of the hour is counted."
MORE = "{days} days of portals are left to fill in, {day} and older; it goes on in a minute."
ROUND = "trends {site}"
"""Of a portal's days: the last that was looked at."""


def trend_jobs(desk: Desk, signer: Signer, stopped: Callable[[], bool]) -> list[Job]:
    """Looks at each complete hour, and at each day that is over. Due by the clock; asks no database to be listed."""
    return [
        Job(
            name="trends",
            title=LOOK_FOR_TRENDS,
            last_due=lambda now_ms: (now_ms - AFTER_HOUR_MS) // HOUR_MS * HOUR_MS + AFTER_HOUR_MS,
            next_due=lambda now_ms: (now_ms - AFTER_HOUR_MS) // HOUR_MS * HOUR_MS + HOUR_MS + AFTER_HOUR_MS,
            work=partial(_look, desk, stopped),
        )
    ]


def series_jobs(desk: Desk, signer: Signer, stopped: Callable[[], bool]) -> list[Job]:
    """Fills in days that are over and not made: history, when it is new here or was imported, and days that something came late for."""
    return [
        Job(
            name="series",
            title=FILL_SERIES,
            last_due=lambda now_ms: now_ms // FILL_EVERY_MS * FILL_EVERY_MS,
            next_due=lambda now_ms: now_ms // FILL_EVERY_MS * FILL_EVERY_MS + FILL_EVERY_MS,
            work=partial(_fill, desk, stopped),
        )
    ]


def fill(desk: Desk, is_over: Callable[[], bool]) -> Left:
    """Make days that are over and not made, the newest first, until there are none or ``is_over``; what is left. Raises Unavailable."""
    now_ms = desk.now()
    until_s = min(now_ms, desk.loader.complete_until_ms()) // 1000
    return Filling(desk.engine, kept_of(desk), now_ms).days(until_s, is_over)


def kept_of(desk: Desk) -> list[Kept]:
    """Portals whose events make series: not sealed ones, of which `drawn_trends` has whole days. Raises Unavailable."""
    found = [portal for portal in desk.control.portals() if not portal.is_sealed(day_of(portal.timezone, desk.now()))]
    return [Kept(portal, desk.control.goals(portal.id), list_funnels(desk.control, portal.id)) for portal in found]


def watch(desk: Desk, until_s: int, stopped: Callable[[], bool] = lambda: False, *, beside: Callable[[], object] = lambda: None) -> int:
    """Make and look at the hour that ends at that instant, and at days that ended since; how many cards began or went on.

    Cards that go on are told anew after all new ones, and after what is looked at ``beside``, as many as a minute holds.

    Raises:
        Unavailable: control or store is away; the same again completes it.
        Stopped: the server stops.
    """
    kept, began_ms = kept_of(desk), desk.now()
    filling = Filling(desk.engine, kept, began_ms)
    filling.hours(until_s)
    filling.days(until_s, lambda: stopped() or desk.now() - began_ms > NEW_DAYS_MS)
    changed, strictness = 0, strictness_of(desk.control)
    again: list[Again] = []
    for one in kept:
        if stopped():
            raise Stopped
        factor = strictness.get(one.portal.id, 1.0)
        changed += _look_at(desk, one, "hour", until_s - HOUR_S, factor, again)
        day = _day_over(one, until_s)
        name = ROUND.format(site=one.portal.id)
        if desk.control.last_day(name) < str(day):
            changed += _look_at(desk, one, "day", day_start_s(day), factor, again)
            desk.control.set_last_day(name, str(day))
    beside()
    began_ms = desk.now()
    tell_again(desk.control, again, lambda: stopped() or desk.now() - began_ms > AGAIN_MS)
    return changed


def look_back(desk: Desk, until_s: int, *, days: int, hours: int, stopped: Callable[[], bool] = lambda: False) -> int:
    """Look at so many days and hours before that instant, the oldest first, each as if it had just ended; how many cards began or went on.

    For history that came all at once, and only once: a card that was closed long ago is begun again. Raises as ``watch``.
    """
    kept, strictness, changed = kept_of(desk), strictness_of(desk.control), 0
    for ends_s in range(until_s - max(days * 24, hours) * HOUR_S + HOUR_S, until_s + 1, HOUR_S):
        for one in kept:
            if stopped():
                raise Stopped
            factor, day = strictness.get(one.portal.id, 1.0), _day_over(one, ends_s)
            if ends_s > until_s - hours * HOUR_S:
                changed += _look_at(desk, one, "hour", ends_s - HOUR_S, factor)
            if day > _day_over(one, ends_s - HOUR_S):
                changed += _look_at(desk, one, "day", day_start_s(day), factor)
    return changed


def _look(desk: Desk, stopped: Callable[[], bool], due_ms: int) -> str:
    until_ms = due_ms // HOUR_MS * HOUR_MS
    if desk.loader.complete_until_ms() < min(until_ms, desk.now()):
        raise Waits(NOT_LOADED)

    def beside() -> None:
        watch_measures(desk, until_ms // 1000, stopped)
        watch_drawn(desk, stopped)

    watch(desk, until_ms // 1000, stopped, beside=beside)
    forget_old_cards(desk.control, now_ms=desk.now())
    return NOTHING


def _fill(desk: Desk, stopped: Callable[[], bool], due_ms: int) -> str:
    began_ms = desk.now()
    left = fill(desk, lambda: stopped() or desk.now() - began_ms > SLICE_MS)
    if left.days:
        raise Stopped if stopped() else Waits(Sentence(MORE, days=left.days, day=left.newest))
    return NOTHING


def _look_at(desk: Desk, kept: Kept, step: Step, at_s: int, strictness: float, again: list[Again] | None = None) -> int:
    """How many cards changed; those that go on are told anew at once, or put into ``again``."""
    calendar, zone = calendar_of(desk.settings, datetime.fromtimestamp(at_s, UTC).date()), ZoneInfo(kept.portal.timezone)
    detector = Detecting(calendar, zone, pages_by_topic(desk.engine, kept.portal.id), strictness=strictness)
    ends_ms = (at_s + SECONDS[step]) * 1000
    known, elsewhere = _known(desk, kept.portal.id, step, ends_ms)
    titles = partial(titles_of, desk.control, kept.portal.id)
    seen = look(desk.engine, making_of(kept), detector, When(step, at_s), known=known, titles=titles)
    if seen is None:
        return 0
    tell = Telling(desk.engine, kept, calendar, policy=desk.settings.policy, now_ms=desk.now())
    more = seen.is_outage and is_refused_more(desk.engine, kept.portal.id, at_s * 1000, seen.ends_ms)
    put_off = PutOff(tell, known)
    changed = cards_of(seen, known, tell if again is None else put_off, elsewhere=elsewhere, refused_more=more)
    saved = save_cards(desk.control, changed)
    if again is not None:
        again += put_off.again
    return len(saved)


def _known(desk: Desk, site: int, step: Step, ends_ms: int) -> tuple[Sequence[Card], Sequence[Card]]:
    """The portal's cards that may go on: those of the step, and those of the other one, whose stories need no second card."""
    other: Step = "day" if step == "hour" else "hour"
    mine, elsewhere = (_going_on(desk, one, ends_ms) for one in (step, other))
    return [card for card in mine if card.site == site], [card for card in elsewhere if card.site == site]


def _going_on(desk: Desk, step: Step, ends_ms: int) -> list[Card]:
    """Open, or closed so late that what is found of it again is the same."""
    return cards_since(desk.control, step, ends_ms - rules_of(step).refractory * SECONDS[step] * 1000)


def _day_over(kept: Kept, until_s: int) -> date:
    """The portal's newest day that is over."""
    return datetime.fromtimestamp(until_s - AFTER_MIDNIGHT_S, ZoneInfo(kept.portal.timezone)).date() - timedelta(days=1)
