"""What the overview finds for many portals at once is what each portal's own answer says."""

import pytest

from footfall.privacy import release
from footfall.reports import overview, question, run
from footfall.store.migrate import migrate
from footfall.vocabulary import Portal
from tests.support.build import Store, hit, ms
from tests.support.rolling import NOW, roll, traffic

ZONES = ("Europe/Berlin", "Asia/Kathmandu", "Europe/Berlin", "Etc/UTC", "Europe/Berlin")
PORTALS = tuple(Portal(id=number, domain=f"p{number}.example", umami_id="", timezone=zone) for number, zone in enumerate(ZONES, start=1))
BERLIN, KATHMANDU, UNROLLED, UTC, EMPTY = PORTALS
WEEK, ACROSS = "7d", ["2026-03-28", "2026-03-31"]


@pytest.fixture
def embedded(emptied_engine, tmp_path):
    opened = Store(emptied_engine, tmp_path)
    opened.load(*(one for seed, portal in enumerate((BERLIN, UTC, KATHMANDU), start=1) for one in traffic(portal, seed, visitors=12)))
    return emptied_engine, opened


def alone(portal, engine, date_range, **body):
    body = {"site_id": portal.domain, "metrics": ["visitors"], "date_range": date_range} | body
    return run.answer(question.parse(body, portal=portal, goals=(), now_ms=ms(NOW)), engine).rows


def assert_same(engine, date_range, portals=PORTALS, unit="day"):
    """Totals with what was before, and buckets, as every portal's own answers have them; how many visitors in all."""
    seen = overview.glance(portals, date_range, engine, ms(NOW))
    by_time = overview.visitors_by_time(seen, portals[:4], unit, engine)
    for portal, row in zip(portals, seen.period.rows, strict=True):
        own = alone(portal, engine, date_range, include={"comparisons": {"mode": "previous_period"}})[0]
        assert (row.metrics, row.comparison.metrics, row.change) == (own.metrics, own.comparison.metrics, own.change), portal
        buckets = {one.dimensions[0]: one.metrics[0] for one in alone(portal, engine, date_range, dimensions=[f"time:{unit}"])}
        shown = {one.dimensions[1]: one.metrics[0] for one in by_time.rows if one.dimensions[0] == portal.domain}
        assert shown == {label: count for label, count in buckets.items() if count}, portal
        assert set(shown) <= set(by_time.meta["time_labels"][portal.timezone])
    return sum(row.metrics[0] for row in seen.period.rows)


def test_every_portal_reads_as_in_its_own_answer(engine, tmp_path):
    store = Store(engine, tmp_path)
    store.load(*(one for seed, portal in enumerate((BERLIN, KATHMANDU, UTC), start=1) for one in traffic(portal, seed, visitors=12)))
    assert roll(engine, BERLIN, KATHMANDU, UTC) > 0
    late = hit("2026-03-29T12:00:00", visitor=77, portal=BERLIN), hit("2026-03-28T10:00:00", visitor=78, portal=UTC)
    store.load(*traffic(UNROLLED, 9, visitors=12), *late)
    assert assert_same(engine, ACROSS) > 100


def test_many_portals_with_days_of_their_own_open_are_read_together(embedded, monkeypatch):
    engine, store = embedded
    monkeypatch.setattr(overview, "MOST_GROUPS", 2)
    roll(engine, BERLIN, UTC)
    store.load(hit("2026-03-29T12:00:00", visitor=77, portal=BERLIN), hit("2026-03-28T10:00:00", visitor=78, portal=UTC))
    assert assert_same(engine, WEEK, portals=(BERLIN, UTC, KATHMANDU), unit="week") > 50


def test_a_portal_whose_rows_might_not_add_up_is_asked_for_by_itself(embedded, monkeypatch):
    engine, store = embedded
    half_hours = (f"2026-03-{28 + n // 48}T{n // 2 % 24:02d}:{n % 2 * 30:02d}:00" for n in range(50))
    store.load(
        *(
            hit(time, visitor=9, portal=BERLIN)
            for time in ("2026-03-27T22:45:00", "2026-03-27T23:15:00", "2026-03-27T23:45:00", *half_hours)
        )
    )
    for build in (False, True):
        if build:
            roll(engine, BERLIN, UTC)
        with monkeypatch.context() as patch:
            asked = []
            patch.setattr(
                overview, "answer", lambda question, engine, asked=asked: asked.append(question.portal) or run.answer(question, engine)
            )
            assert assert_same(engine, WEEK, portals=(BERLIN, UTC)) > 20
        assert set(asked) == {BERLIN}


def test_a_portal_that_moved_to_another_zone_is_read_in_the_new_one(embedded):
    engine, store = embedded
    there = Portal(id=8, domain="p8.example", umami_id="", timezone="Australia/Sydney")
    store.load(*(hit(time, visitor=n, portal=there) for n, time in enumerate(("2026-03-28T05:00:00", "2026-03-28T16:00:00"), start=1)))
    roll(engine, there)
    moved = Portal(id=8, domain="p8.example", umami_id="", timezone="Asia/Tokyo")
    assert assert_same(engine, ["2026-03-28", "2026-03-28"], portals=(moved,)) == 1


def test_what_a_home_had_rolled_up_in_the_older_order_is_rolled_up_again(embedded):
    engine, _ = embedded
    built = roll(engine, BERLIN, UTC)
    before = assert_same(engine, WEEK, portals=(BERLIN, UTC))
    engine.command("ALTER TABLE migrations DELETE WHERE name = '0004_roll_up_by_dimension.sql' SETTINGS mutations_sync = 2")
    assert migrate(engine) == ["0004_roll_up_by_dimension.sql"]
    assert assert_same(engine, WEEK, portals=(BERLIN, UTC)) == before
    assert roll(engine, BERLIN, UTC) == built
    assert assert_same(engine, WEEK, portals=(BERLIN, UTC)) == before


def test_yesterday_stands_beside_the_same_weekday_a_week_before(embedded):
    engine, store = embedded
    store.load(*(hit("2026-03-23T10:00:00", visitor=number, portal=UTC) for number in range(1, 13)))
    row = overview.glance((UTC,), WEEK, engine, ms(NOW)).yesterday.rows[0]
    assert row.metrics == alone(UTC, engine, "1d")[0].metrics
    assert row.comparison.metrics == (12,)


def test_the_gate_leaves_small_portals_and_small_days_out(embedded):
    engine, store = embedded
    few = Portal(id=8, domain="few.example", umami_id="")
    store.load(*(hit(f"2026-03-{day}T10:00:00", visitor=day, portal=few) for day in range(20, 29)))
    many = [
        hit(f"2026-03-{day}T10:00:00", visitor=100 * day + n, portal=UNROLLED)
        for day, count in ((28, 30), (29, 9), (30, 10))
        for n in range(count)
    ]
    store.load(*many)
    portals = (few, UNROLLED, EMPTY)
    found = overview.glance(portals, WEEK, engine, ms(NOW))
    assert [(row.dimensions, row.metrics) for row in release(found.period, "staff").answer.rows] == [(("p3.example",), (49,))]
    by_day = release(overview.visitors_by_time(found, portals, "day", engine), "staff").answer
    assert [(row.dimensions, row.metrics) for row in by_day.rows] == [(("p3.example", "2026-03-28"), (30,))]
