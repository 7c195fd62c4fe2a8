"""A day is closed once, whatever dies in the middle; what it held is forgotten in time whether it was closed or not."""

import pytest

from footfall.control.caps import overspent, spent_by_day
from footfall.control.closings import list_closings
from footfall.control.ledger import lines, open_draws, spend
from footfall.control.tables import ledger as ledger_table
from footfall.errors import BadInput, NotFound, PutBack
from footfall.privacy.budget import RHO, noise_of
from footfall.privacy.marts import BEFORE, MARTS
from footfall.serve import closing
from footfall.serve.jobs import Stopped
from footfall.serve.ledgers import entry_of
from footfall.serve.mart_lists import ROUND, began_on
from footfall.serve.retention import forget_expired, forget_sealed
from footfall.serve.verifying import verified
from footfall.store.item_topics import put_item_topics
from tests.support.closing import VISITORS, City, few_marts

MONDAY, TUESDAY, SUNDAY = "2026-03-09", "2026-03-10", "2026-03-15"
NOON = f"{TUESDAY}T12:00:00"
MOST_NOISE = 120
"""Six σ of the noisier release's portal mart, and no more than half of VISITORS."""
DAILY = [(TUESDAY, release, mart) for mart in ("page", "portal") for release in ("city", "open")]


class Killed(BaseException):
    """As if the process were gone: nothing catches it."""


@pytest.fixture
def city(embedded_engine, tmp_path, monkeypatch):
    few_marts(monkeypatch)
    opened = City(embedded_engine, tmp_path)
    yield opened
    opened.control.close()


def near(visitors, truth=VISITORS):
    return abs(visitors - truth) <= MOST_NOISE


def test_a_day_is_drawn_for_both_releases_and_once(city, monkeypatch, capsys):
    monkeypatch.setattr(closing, "MARTS", MARTS)
    portal = city.portal("a.example", timezone="Etc/UTC")
    city.control.put_goal(portal.id, page_path="/")
    city.portal("b.example", timezone="Etc/UTC")
    put_item_topics(city.engine, [(portal.id, "/", "parks", 0.9)], 1, ["parks", "waste"])
    city.visit(portal, NOON)
    closed = city.close(TUESDAY)
    daily = [mart.name for mart in MARTS if mart.grain == "day"]
    assert (closed.state, closed.drawn, closed.said) == ("closed", 2 * len(daily), "")
    assert city.lines() == city.lines("published") == [(TUESDAY, release, mart) for mart in daily for release in ("city", "open")]
    for name in ("topic_hour", "topic_place"):
        sigma = noise_of("city", next(mart for mart in MARTS if mart.name == name)).sigma
        assert abs(city.cells(name)[portal.id, TUESDAY] - VISITORS) <= 6 * sigma, "all of them at the page of parks, at noon"
    cells = [city.cells(release=release)[portal.id, TUESDAY] for release in ("city", "open")]
    assert all(map(near, cells))
    assert near(city.cells("page")[portal.id, TUESDAY])
    city.visit(portal, f"{TUESDAY}T13:00:00", first=5000)
    assert city.close(TUESDAY) == closed
    assert [city.cells(release=release)[portal.id, TUESDAY] for release in ("city", "open")] == cells
    assert len(city.lines()) == 2 * len(daily)
    assert city.held()[portal.id, TUESDAY] == 2 * VISITORS
    assert capsys.readouterr().out == ""


def test_topics_of_a_sunday_are_read_once_also_where_a_portal_keeps_too_little_for_its_week(city, monkeypatch):
    few_marts(monkeypatch, "hour", "topic_hour", "topic_place", "topic_pair")
    portal, short = city.portal("a.example", timezone="Etc/UTC"), city.portal("b.example", timezone="Etc/UTC", keep_events=3)
    pages = [(one.id, path, topic, 0.9) for one in (portal, short) for path, topic in (("/", "parks"), ("/bins", "waste"))]
    put_item_topics(city.engine, pages, 1, ["parks", "waste"])
    for one, path in ((portal, "/"), (portal, "/bins"), (short, "/"), (short, "/bins")):
        city.visit(one, "2026-03-15T12:00:00", path=path)
    read, counted = [], closing.counted_together
    monkeypatch.setattr(
        closing, "counted_together", lambda engine, wanted: read.append([asked.mart for asked, _ in wanted]) or counted(engine, wanted)
    )
    city.at("2026-03-16T08:00:00")
    assert city.close("2026-03-15").state == "closed"
    topics = ["topic_hour", "topic_hour", "topic_place", "topic_place", "topic_pair", "topic_pair"]
    assert [marts for marts in read if {*marts} & {*topics, "hour"}] == [["hour", "hour"], topics]
    pairs = city.cells("topic_pair")
    assert set(pairs) == {(portal.id, MONDAY)} and abs(pairs[portal.id, MONDAY] - VISITORS) <= 6 * 38.8
    assert {site for site, _ in city.cells("topic_hour")} == {portal.id, short.id}


WEEK = [f"2026-03-{day:02d}" for day in range(9, 16)]


def test_an_upgrade_between_two_marts_of_a_day_overspends_nothing_and_draws_nothing_twice(city, monkeypatch):
    """Pages of both releases were drawn with the shares of before when the server ended; Saturday and Sunday are still to come."""
    monkeypatch.setattr(closing, "MARTS", MARTS)
    monkeypatch.setattr(closing, "BEFORE", BEFORE)
    portal, other = (city.portal(f"{name}.example", timezone="Etc/UTC") for name in "ab")
    city.control.put_goal(portal.id, page_path="/")
    put_item_topics(city.engine, [(portal.id, "/", "parks", 0.9)], 1, ["parks", "waste"])
    city.visit(portal, *(f"{day}T12:00:00" for day in (*WEEK, "2026-03-16")), props={"search_query": "loans"})
    city.at("2026-03-12T08:00:00")
    for release in ("city", "open"):
        entry = entry_of(noise_of(release, BEFORE[0]), group="city", sites=[portal.id, other.id], day=MONDAY, known=[])
        spend(city.ledger, entry, city.now())
    for day in WEEK[:3]:
        city.close(day)
    assert city.control.last_day(ROUND) == "2026-03-16", "not on Thursday: its week began under the shares of before"
    assert city.lines()[2][2] == "place_device" and not {mart for _, _, mart in city.lines()} & {"topic_hour", "flow"}
    city.at("2026-03-18T08:00:00")
    for day in (*WEEK[3:], "2026-03-16"):
        assert city.close(day).state == "closed"
    weekly = [(day, mart) for day, release, mart in city.lines() if (release, mart) in (("city", "co_visit"), ("city", "topic_pair"))]
    assert weekly == [(MONDAY, "co_visit")]
    assert len(city.lines()) == len(set(city.lines()))
    spent = list(lines(city.ledger, state="spent"))
    for release, rho in RHO.items():
        by_day = spent_by_day(line for line in spent if line.release == release)
        assert by_day == {day: rho for day in WEEK} | {"2026-03-16": round(rho * 0.91, 9)}
    assert list(overspent(spent, city.ledger.caps)) == []
    checks = {check.check: check.level for check in verified(city.ledger, city.engine).checks}
    assert {name: level for name, level in checks.items() if level == "bad"} == {}


def test_a_home_that_never_drew_anything_draws_by_the_newest_list(city):
    assert began_on(city.control, city.ledger, city.now()) == "0001-01-01"
    spend(city.ledger, entry_of(noise_of("city", MARTS[0]), group="city", sites=[1], day=MONDAY, known=[]), city.now())
    assert began_on(city.control, city.ledger, city.now()) == "0001-01-01", "it is decided once"


STEPS = [
    # what dies, before or after its work, lines that are lost for ever
    ("counted_together", "before", 0),
    ("spend", "before", 0),
    ("spend", "after", 1),
    ("draw", "before", 1),
    ("draw", "after", 1),
    ("write_cells", "before", 1),
    ("write_cells", "after", 0),
    ("publish", "before", 0),
    ("publish", "after", 0),
    ("put_closing", "before", 0),
    ("put_closing", "after", 0),
]


@pytest.mark.parametrize(("step", "when", "lost"), STEPS)
def test_who_dies_at_any_step_draws_nothing_twice(city, monkeypatch, step, when, lost):
    portal = city.portal("a.example", timezone="Etc/UTC")
    city.visit(portal, NOON)
    work, drawn = getattr(closing, step), []
    monkeypatch.setattr(closing, "draw", lambda *given, real=closing.draw: drawn.append(given[2]) or real(*given))

    def dies(*given):
        if when == "after":
            work(*given)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(closing, step, dies)
        with pytest.raises(Killed):
            city.close(TUESDAY)
    city.loader.forget()
    closed = city.close(TUESDAY)
    assert city.lines() == DAILY
    assert len(open_draws(city.ledger)) == lost
    assert len(drawn) == len({(noise.release, noise.mart) for noise in drawn}) <= len(DAILY)
    assert (closed.state, closed.drawn) == ("part" if lost else "closed", len(DAILY) - lost)
    assert ("not drawn again" in closed.said) == bool(lost)
    assert len(city.lines("published")) == len(DAILY) - lost


def test_a_database_that_was_put_back_closes_no_day_and_loses_none(city):
    portal = city.portal("a.example", timezone="Etc/UTC")
    city.visit(portal, "2026-03-09T12:00:00", NOON)
    city.close(MONDAY)
    mirrored = city.ledger.mirror.read_text()
    with city.ledger.database.writing() as connection:
        connection.execute(ledger_table.delete().where(ledger_table.c.number > 4))
    with pytest.raises(PutBack, match="put back to an earlier state"):
        city.close(TUESDAY)
    assert list(map(str, city.closer.due("city"))) == [TUESDAY], "once somebody has mended it, it can be closed"
    city.ledger.mirror.write_text("".join(mirrored.splitlines(True)[:4]))
    assert city.close(TUESDAY).state == "closed"


def test_no_two_draws_bound_by_the_same_hash(city, monkeypatch):
    city.visit(city.portal("a.example", timezone="Etc/UTC"), NOON)
    nonces = []
    counted = closing.counted_together
    monkeypatch.setattr(
        closing, "counted_together", lambda engine, wanted: nonces.extend(nonce for _, nonce in wanted) or counted(engine, wanted)
    )
    given = iter(range(1, 99))
    monkeypatch.setattr(city.closer, "_random", lambda size: next(given).to_bytes(size, "big") if size >= 8 else bytes(size))
    city.close(TUESDAY)
    assert nonces == list(range(1, len(DAILY) + 1)), "each draw has 64 bits of its own"


def test_a_server_that_stops_goes_on_at_the_next_start(city, monkeypatch):
    city.visit(city.portal("a.example"), NOON)
    answers = iter([False, True])
    with monkeypatch.context() as patch:
        patch.setattr(city.closer, "_stopped", lambda: next(answers))
        with pytest.raises(Stopped):
            city.close(TUESDAY)
    assert city.lines("published") == DAILY[:1]
    assert (city.close(TUESDAY).state, city.lines("published")) == ("closed", DAILY)


def test_days_of_a_home_that_was_off_are_closed_in_their_order(city):
    portal = city.portal("a.example", timezone="Etc/UTC")
    city.visit(portal, "2026-03-07T12:00:00", "2026-03-10T12:00:00", "2026-03-11T09:00:00")
    assert list(map(str, city.closer.due("city"))) == ["2026-03-07", "2026-03-08", "2026-03-09", "2026-03-10"]
    for day in city.closer.due("city"):
        city.closer.close("city", day)
    assert city.closer.due("city") == []
    assert [(one.day, one.state) for one in list_closings(city.control)] == [(f"2026-03-{day:02d}", "closed") for day in range(7, 11)]
    assert {day for _, day in city.cells()} == {"2026-03-07", "2026-03-10"}
    assert [line for line in city.lines() if line[2] == "search_term"] == [
        ("2026-03-02", "city", "search_term"),
        ("2026-03-02", "open", "search_term"),
    ]


def test_a_group_is_closed_when_its_day_is_over_in_all_its_zones(city):
    east, west = city.portal("east.example", timezone="Asia/Tokyo"), city.portal("west.example", timezone="Europe/Berlin")
    other = city.portal("other.example", timezone="Asia/Tokyo", group="other")
    city.visit(east, "2026-03-10T02:00:00")
    city.visit(west, "2026-03-10T02:00:00")
    city.visit(other, "2026-03-10T02:00:00")
    for now, due in (("2026-03-10T15:39:00", {}), ("2026-03-10T15:40:00", {"other"}), ("2026-03-10T23:40:00", {"city", "other"})):
        city.at(now)
        assert {group for group in city.closer.groups() if city.closer.due(group)} == set(due)
    city.close(TUESDAY)
    assert sorted(city.cells()) == [(east.id, TUESDAY), (west.id, TUESDAY)]
    city.close(TUESDAY, "other")
    assert sorted(city.cells())[-1] == (other.id, TUESDAY)
    with pytest.raises(BadInput, match="not over"):
        city.close("2026-03-11")
    with pytest.raises(NotFound, match="city, other"):
        city.close(TUESDAY, "nowhere")


def test_a_removed_portal_is_in_no_draw_and_what_was_drawn_of_it_stays(city):
    stays, goes = city.portal("a.example"), city.portal("b.example")
    for portal in (stays, goes):
        city.visit(portal, "2026-03-09T12:00:00", NOON)
    city.close(MONDAY)
    city.control.delete_portal("b.example")
    assert city.close(TUESDAY).state == "closed"
    assert sorted(city.cells()) == [(stays.id, MONDAY), (stays.id, TUESDAY), (goes.id, MONDAY)]


def test_a_portal_that_moves_to_another_group_is_not_drawn_twice(city):
    portal = city.portal("a.example")
    city.visit(portal, NOON)
    city.close(TUESDAY)
    city.control.update_portal("a.example", group="moved")
    closed = city.close(TUESDAY, "moved")
    assert (closed.state, closed.drawn, len(city.lines())) == ("part", 0, len(DAILY))
    assert "another group" in closed.said


@pytest.mark.parametrize("change", [{"group": "moved"}, {"timezone": "Asia/Tokyo"}])
def test_a_portal_whose_visitors_were_renamed_is_not_drawn_that_day_nor_that_week(city, change):
    groups = {"a.example": "moved", "b.example": "before" if "group" in change else "moved"}
    stays, _ = (city.portal(domain, timezone="Etc/UTC", group=group) for domain, group in groups.items())
    city.at("2026-03-10T20:00:00")
    moves = city.control.update_portal("b.example", **change)
    assert moves.moved == (("2026-03-10",) if "group" in change else ("2026-03-10", "2026-03-11"))
    assert city.control.update_portal("b.example", group="moved", keep_events=60).moved == moves.moved
    city.at("2026-03-16T12:00:00")
    terms = {"name": "Site Search", "props": {"search_query": "Parking"}}
    for portal in (stays, moves):
        city.visit(portal, "2026-03-10T05:00:00", "2026-03-12T05:00:00")
        city.visit(portal, "2026-03-12T05:00:00", **terms)
    for day in (TUESDAY, "2026-03-12", SUNDAY):
        assert city.close(day, "moved").state == "closed"
    assert sorted(city.cells()) == [(stays.id, TUESDAY), (stays.id, "2026-03-12"), (moves.id, "2026-03-12")]
    assert list(city.cells("search_term")) == [(stays.id, MONDAY)]


def test_a_day_on_which_all_portals_moved_says_so(city):
    city.portal("a.example", timezone="Etc/UTC", group="before")
    city.at(NOON)
    portal = city.control.update_portal("a.example", group="city")
    city.visit(portal, NOON)
    city.at("2026-03-11T12:00:00")
    closed = city.close(TUESDAY)
    assert (closed.state, closed.drawn, "changed their group or time zone" in closed.said) == ("part", 0, True)


def test_a_week_is_drawn_with_its_sunday_of_portals_that_keep_it_whole(city):
    long, short = city.portal("long.example", keep_events=7), city.portal("short.example", keep_events=6)
    city.at("2026-03-16T00:41:00")
    for portal in (long, short):
        terms = {"name": "Site Search", "props": {"search_query": "Parking"}}
        city.visit(portal, "2026-03-14T12:00:00", "2026-03-15T12:00:00", **terms)
    city.close(SUNDAY)
    assert [line for line in city.lines() if line[2] == "search_term"] == [(MONDAY, "city", "search_term"), (MONDAY, "open", "search_term")]
    found = city.cells("search_term")
    assert list(found) == [(long.id, MONDAY)]
    assert near(found[long.id, MONDAY], 2 * VISITORS)


def test_a_day_whose_events_are_kept_no_longer_is_missed(city):
    portal = city.portal("a.example", keep_events=1)
    city.visit(portal, NOON)
    city.at("2026-03-11T00:54:59")
    assert city.close(TUESDAY).state == "closed"
    city.visit(portal, "2026-03-12T12:00:00")
    city.at("2026-03-13T00:55:00")
    closed = city.close("2026-03-12")
    assert (closed.state, closed.drawn) == ("missed", 0)
    assert {day for day, *_ in city.lines()} == {TUESDAY}


def test_a_sealed_portals_events_are_gone_right_after_its_day_is_closed(city):
    sealed, keeps = city.portal("sealed.example", keep_events=0), city.portal("keeps.example")
    city.at("2026-03-11T00:41:00")
    for portal in (sealed, keeps):
        city.visit(portal, f"{TUESDAY}T23:50:00")
        city.visit(portal, "2026-03-11T00:10:00", first=1_000)
        city.visit(portal, "2026-03-11T00:05:00", visitors=1, first=5 - 100_000, path="/after")
    assert city.close(TUESDAY).state == "closed"
    assert near(city.cells()[sealed.id, TUESDAY])
    for table in ("events", "visits"):
        assert (sealed.id, TUESDAY) not in city.held(table)
        assert (keeps.id, TUESDAY) in city.held(table)
    assert city.held()[sealed.id, "2026-03-11"] == VISITORS
    assert city.held()[keeps.id, "2026-03-11"] == VISITORS + 1


def test_a_sealed_portals_day_that_could_not_be_closed_is_gone_an_hour_after_midnight(city):
    sealed, keeps = city.portal("sealed.example", keep_events=0), city.portal("keeps.example")
    for portal in (sealed, keeps):
        city.visit(portal, NOON)
    city.at("2026-03-11T00:59:00")
    assert forget_sealed(city.control, city.engine, city.now) == 0
    assert city.held()[sealed.id, TUESDAY] == VISITORS
    city.at("2026-03-11T01:00:00")
    assert forget_sealed(city.control, city.engine, city.now) == 1
    assert forget_sealed(city.control, city.engine, city.now) == 0
    assert list(city.held()) == [(keeps.id, TUESDAY)]
    closed = city.close(TUESDAY)
    assert (closed.state, list(city.cells())) == ("closed", [(keeps.id, TUESDAY)])


def test_events_are_forgotten_at_their_time_whether_their_day_was_closed_or_not(city, monkeypatch):
    portal = city.portal("a.example", keep_events=2)
    city.control.set_last_day("retention", MONDAY)
    city.visit(portal, "2026-03-09T12:00:00", NOON)
    monkeypatch.setattr(closing, "spend", lambda *given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        city.close(TUESDAY)
    for now, left in (("2026-03-12T00:59:00", [MONDAY, TUESDAY]), ("2026-03-12T01:00:00", [TUESDAY]), ("2026-03-13T01:00:00", [])):
        city.at(now)
        forget_expired(city.control, city.engine, city.now)
        assert [day for _, day in city.held()] == left
    assert city.lines() == []
