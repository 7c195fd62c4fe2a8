"""The ledger: spent before drawn, never twice, never over a cap, and no line of it changes unseen."""

import shutil
import subprocess
import sys
import threading
from datetime import date, timedelta

import msgspec
import pytest

from footfall.control import ledger as ledgers
from footfall.control.audit import read_audit
from footfall.control.caps import Caps, overspent, spent_by_day
from footfall.control.chain import START, Entry, breaks, days_of, read_line, written
from footfall.control.ledger import Ledger, columns_that_lie, head, lines, mend, open_draws, publish, spend, withdraw
from footfall.control.mirror import mirror_lines
from footfall.control.tables import ledger as table
from footfall.control.transactions import Database, open_database
from footfall.errors import BadInput, Conflict, NotFound, PutBack, Refused, Unavailable

CAPS = Caps(releases={"city": 0.05, "open": 0.015}, day=0.06, month=1.0, month_days=31, delta=1e-6)
NOW = 1_767_225_600_000


def entry(day="2026-11-02", **given):
    values = {
        "release": "city",
        "mart": "page",
        "group": "city",
        "sites": (1, 2),
        "grain": "day",
        "unit": "visitor-portal-day",
        "l0": 10,
        "linf": 1,
        "mechanism": "gaussian",
        "sigma": 15.812,
        "rho": 0.02,
        "delta": 1e-7,
        "threshold": 64,
        "secret_threshold": 90,
        "key_space_sha256": "k",
        "code": "0.1.0",
        "settings_sha256": "s",
    }
    return Entry(day=day, **(values | given))


@pytest.fixture
def ledger(emptied, tmp_path):
    """On SQLite and PostgreSQL."""
    return Ledger(emptied, tmp_path / "ledger.jsonl", CAPS)


@pytest.fixture
def own(tmp_path):
    """On a database of its own, in a file."""
    database = Database(open_database(f"sqlite:///{tmp_path / 'control.db'}"))
    yield Ledger(database, tmp_path / "ledger.jsonl", CAPS)
    database.close()


def test_what_is_spent_and_published_is_a_chain_in_both_places(ledger):
    first = spend(ledger, entry(), NOW)
    assert (first.number, first.state, first.of, first.prev, first.at_ms) == (1, "spent", 0, START, NOW)
    assert open_draws(ledger) == [first]
    second = publish(ledger, first, 7, "o", NOW + 1)
    assert (second.number, second.state, second.of, second.prev, second.cells, second.output_sha256) == (
        2,
        "published",
        1,
        first.sha256,
        7,
        "o",
    )
    assert open_draws(ledger) == []
    found = list(lines(ledger))
    assert found == [first, second] == list(mirror_lines(ledger.mirror))
    assert list(breaks(found)) == list(columns_that_lie(ledger)) == []
    assert head(ledger) == second


def test_lines_are_found_by_what_they_are_of(ledger):
    one, other = spend(ledger, entry(), NOW), spend(ledger, entry(mart="hour", group="north", sites=(3,)), NOW)
    publish(ledger, other, 0, "o", NOW)
    assert list(lines(ledger, mart="page", release="city", day="2026-11-02")) == [one]
    assert [line.state for line in lines(ledger, group="north")] == ["spent", "published"]
    assert [line.number for line in lines(ledger, after=1, state="published")] == [3]
    assert open_draws(ledger, "north") == []


@pytest.mark.attack
def test_a_day_is_not_drawn_again(ledger):
    line = spend(ledger, entry(), NOW)
    for _ in range(2):
        with pytest.raises(Conflict, match=r"before \(line 1\)"):
            spend(ledger, entry(), NOW)
    publish(ledger, line, 1, "o", NOW)
    withdraw(ledger, line, NOW)
    with pytest.raises(Conflict):
        spend(ledger, entry(), NOW)
    assert len(list(lines(ledger, state="spent"))) == 1


@pytest.mark.attack
def test_a_portal_that_changed_its_group_is_not_drawn_again(ledger):
    spend(ledger, entry(), NOW)
    with pytest.raises(Conflict, match="in group city before"):
        spend(ledger, entry(group="north", sites=(2, 3)), NOW)
    assert spend(ledger, entry(group="north", sites=(3, 4)), NOW).number == 2


def test_a_line_is_finished_once(ledger):
    line = spend(ledger, entry(), NOW)
    published = publish(ledger, line, 1, "o", NOW)
    for again in (line, published):
        with pytest.raises(Conflict, match="published before"):
            publish(ledger, again, 2, "p", NOW)
    taken = withdraw(ledger, published, NOW)
    assert (taken.state, taken.of) == ("withdrawn", 1)
    with pytest.raises(Conflict, match="withdrawn before"):
        withdraw(ledger, line, NOW)
    with pytest.raises(NotFound):
        publish(ledger, msgspec.structs.replace(line, number=99), 1, "o", NOW)
    assert [found.action for found in read_audit(ledger.database)] == ["release withdrawn"]


def test_what_is_withdrawn_unpublished_stays_so(ledger):
    line = spend(ledger, entry(), NOW)
    withdraw(ledger, line, NOW)
    with pytest.raises(Conflict, match="withdrawn before"):
        publish(ledger, line, 1, "o", NOW)


@pytest.mark.attack
def test_of_two_writers_at_once_one_draws(ledger):
    start, found = threading.Barrier(4), []

    def draws():
        start.wait()
        try:
            found.append(spend(ledger, entry(), NOW).number)
        except Conflict:
            found.append(0)

    threads = [threading.Thread(target=draws) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(found) == [0, 0, 0, 1]
    assert [line.number for line in mirror_lines(ledger.mirror)] == [1]


def test_writers_of_different_marts_make_one_chain(ledger):
    threads = [threading.Thread(target=spend, args=(ledger, entry(mart=f"m{number}", rho=0.001), NOW)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    found = list(lines(ledger))
    assert [line.number for line in found] == list(range(1, 9))
    assert list(breaks(found)) == []
    assert list(mirror_lines(ledger.mirror)) == found


@pytest.mark.attack
def test_a_cap_of_a_release_or_a_day_is_met_and_not_passed(own):
    spend(own, entry(rho=0.03), NOW)
    with pytest.raises(Refused, match=r"On 2026-11-02 release city would cost ρ 0.05001; the most is 0.05"):
        spend(own, entry(mart="hour", rho=0.02001), NOW)
    spend(own, entry(mart="hour", rho=0.02), NOW)
    with pytest.raises(Refused, match=r"all releases together would cost ρ 0.0601"):
        spend(own, entry(release="open", rho=0.0101), NOW)
    spend(own, entry(release="open", rho=0.01), NOW)
    with pytest.raises(Refused, match="release staff"):
        spend(own, entry("2026-11-03", release="staff", rho=0.001), NOW)
    spend(own, entry("2026-11-03", rho=0.05), NOW)
    assert len(list(lines(own))) == 4


def spent(days, rho, **given):
    first = date(2026, 10, 5)
    return [read_line(written(_line(entry((first + timedelta(days=day)).isoformat(), rho=rho, **given)))) for day in days]


def _line(of):
    values = {name: getattr(of, name) for name in Entry.__struct_fields__}
    return ledgers.Line(**values, number=1, at_ms=0, state="spent", prev=START)


MONTH = Caps(releases={"city": 0.1}, day=0.1, month=2.1, month_days=31, delta=1e-6)


@pytest.mark.attack
def test_thirty_one_days_meet_the_cap_and_a_hair_more_passes_it():
    before = spent(range(30), 0.07)
    at_cap = entry("2026-11-04", rho=0.0)
    assert list(overspent(before, MONTH, at_cap)) == []
    assert spent_by_day(before)["2026-10-05"] == 0.07
    over = entry("2026-11-04", rho=0.000001)
    assert list(overspent(before, MONTH, over)) == ["The 31 days from 2026-10-05 on would cost ρ 2.1; the most is 2.1."]
    # One day later the first of them is out of every month.
    assert list(overspent(before, MONTH, entry("2026-11-05", rho=0.07))) == []
    # And into the past it counts just so.
    assert list(overspent(before, MONTH, entry("2026-10-04", rho=0.000001))) != []
    assert list(overspent(before, MONTH, entry("2026-10-03", rho=0.07))) == []


def test_the_budget_as_it_is_fills_every_month_and_is_never_refused():
    caps = Caps(releases={"city": 0.05}, day=0.1, month=31 * 0.05, month_days=31, delta=2e-7)
    days, weeks = spent(range(70), 0.047), spent(range(0, 70, 7), 0.003, mart="co_visit", grain="week")
    assert list(overspent(days + weeks, caps)) == []
    assert list(overspent(days + weeks, msgspec.structs.replace(caps, month=31 * 0.05 - 1e-6))) != []


def test_delta_adds_up_to_its_cap_and_no_further():
    day, week = spent([0], 0.01, delta=3e-7), spent([0], 0.001, delta=7e-7, mart="co_visit", grain="week")
    assert list(overspent(day + week, MONTH)) == []
    over = overspent(day + week, MONTH, entry("2026-10-05", rho=0.0, delta=1e-7))
    assert list(over) == ["On 2026-10-05 all releases together would cost δ 1.1e-06; the most is 1e-06."]
    assert list(overspent(day + week, MONTH, entry("2026-10-12", rho=0.0, delta=1e-6))) == []


def test_a_week_is_charged_to_each_of_its_days():
    week = spent([0], 0.003, grain="week")
    assert spent_by_day(week) == {f"2026-10-{day:02d}": 0.003 for day in range(5, 12)}
    full = spent([6], 0.1)
    assert list(overspent(full, MONTH, entry("2026-10-05", rho=0.003, grain="week"))) != []
    assert list(overspent(full, MONTH, entry("2026-10-12", rho=0.003, grain="week"))) == []


@pytest.mark.parametrize(("day", "grain"), [("2026-11-03", "week"), ("yesterday", "day"), ("", "day")])
def test_a_day_that_is_none_is_refused(own, day, grain):
    with pytest.raises(BadInput):
        spend(own, entry(day, grain=grain), NOW)
    assert list(lines(own)) == []


def test_a_week_is_seven_days():
    assert days_of(entry("2026-12-28", grain="week"))[-1] == "2027-01-03"


EDITS = {
    "edited": lambda found: [msgspec.structs.replace(found[0], rho=0.01), *found[1:]],
    "removed": lambda found: [found[0], *found[2:]],
    "first removed": lambda found: found[1:],
    "swapped": lambda found: [found[0], found[2], found[1], *found[3:]],
    "doubled": lambda found: [*found[:2], *found[1:]],
    "inserted": lambda found: [*found[:2], msgspec.structs.replace(found[1], mart="hour"), *found[2:]],
    "hash edited": lambda found: [*found[:3], msgspec.structs.replace(found[3], sha256=START)],
    "edited and sealed": lambda found: [ledgers.sealed(msgspec.structs.replace(found[0], rho=0.01)), *found[1:]],
}


@pytest.mark.attack
@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_the_chain_breaks_on(own, edit):
    for mart in ("page", "hour"):
        publish(own, spend(own, entry(mart=mart), NOW), 1, "o", NOW)
    found = list(lines(own))
    assert list(breaks(found)) == []
    assert list(breaks(edit(found))) != []


@pytest.mark.attack
@pytest.mark.parametrize("name", Entry.__struct_fields__)
def test_the_hash_follows_every_field(own, name):
    line = spend(own, entry(), NOW)
    changed = msgspec.structs.replace(line, **{name: "x" if isinstance(getattr(line, name), str) else 77})
    assert list(breaks([changed])) == ["Line 1 was changed: its hash is another."]


def test_a_line_that_is_filed_as_another_is_found(own):
    spend(own, entry(), NOW)
    with own.database.writing() as connection:
        connection.execute(table.update().values(day="2026-11-09"))
    assert list(columns_that_lie(own)) == [1]


TORN = {"half a line": lambda text: text[:-40], "no line end": lambda text: text[:-1], "gone": lambda text: "", "a line less": None}


@pytest.mark.parametrize("name", TORN)
def test_the_mirrors_end_is_mended_from_the_database(own, name):
    for mart in ("page", "hour", "portal"):
        spend(own, entry(mart=mart, rho=0.001), NOW)
    text = own.mirror.read_text()
    own.mirror.write_text((TORN[name] or (lambda text: "".join(text.splitlines(True)[:-1])))(text))
    assert mend(own) == (3 if name == "gone" else 1)
    assert own.mirror.read_text() == text
    assert mend(own) == 0
    assert own.mirror.stat().st_mode & 0o077 == 0


@pytest.mark.attack
def test_a_database_that_was_put_back_draws_nothing(own):
    spend(own, entry(), NOW)
    with own.database.writing() as connection:
        connection.execute(table.delete())
    with pytest.raises(PutBack, match="put back to an earlier state"):
        spend(own, entry(), NOW)
    assert list(lines(own)) == []
    assert len(list(mirror_lines(own.mirror))) == 1


def test_a_mirror_that_ends_in_nonsense_stops_everything(own):
    spend(own, entry(), NOW)
    with own.mirror.open("a") as file:
        file.write("{}\n")
    with pytest.raises(PutBack, match="no line of a ledger"):
        spend(own, entry(mart="hour"), NOW)


def test_what_cannot_be_mirrored_is_not_spent(own):
    own.mirror.mkdir()
    with pytest.raises(Unavailable, match=r"ledger\.jsonl cannot be written"):
        spend(own, entry(), NOW)
    assert list(lines(own)) == []


KILLED = """
import os, signal, sys
from pathlib import Path
from footfall.control import ledger as ledgers, mirror
from footfall.control.transactions import Database, open_database
from tests.unit.control.test_ledger import CAPS, NOW, POINTS, entry

append = ledgers._append

def dies(*given):
    os.kill(os.getpid(), signal.SIGKILL)

def half(handle, missing):
    for line in missing:
        os.write(handle, ledgers.written(line).encode()[:99])
        dies()

def goes_on_until(point, home):
    ledger = ledgers.Ledger(Database(open_database(f"sqlite:///{home / 'control.db'}")), home / "ledger.jsonl", CAPS)
    if point == "before the line":
        ledgers._append = dies
    if point == "in the transaction":
        ledgers._append = lambda *given: (append(*given), dies())
    if point == "in the mirror":
        mirror._add = half
    line = ledgers.spend(ledger, entry(), NOW)
    if point == "before the draw":
        dies()
    (home / "drawn").touch()
    if point == "in the publishing":
        ledgers._append = lambda *given: (append(*given), dies())
    ledgers.publish(ledger, line, 1, "o", NOW)
    dies()

for place, point in enumerate(POINTS):
    child = os.fork()
    if not child:
        goes_on_until(point, Path(sys.argv[1]) / str(place))
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL, point
"""
POINTS = {
    "before the line": (0, 0, False),
    "in the transaction": (0, 0, False),
    "in the mirror": (1, 0, False),
    "before the draw": (1, 0, False),
    "in the publishing": (1, 0, True),
    "after": (1, 1, True),
}
"""Lines spent and published, and whether a draw was made, where the process dies at that point."""


@pytest.fixture(scope="module")
def killed(tmp_path_factory):
    """Homes by the point at which their process died."""
    folder = tmp_path_factory.mktemp("killed")
    homes = {point: folder / str(place) for place, point in enumerate(POINTS)}
    empty = folder / "control.db"
    Database(open_database(f"sqlite:///{empty}")).close()
    for home in homes.values():
        home.mkdir()
        shutil.copy(empty, home)
    subprocess.run([sys.executable, "-c", KILLED, str(folder)], check=True, timeout=60)
    return homes


@pytest.mark.attack
@pytest.mark.parametrize("point", POINTS)
def test_a_kill_leaves_spent_at_least_what_was_drawn_and_never_a_second_draw(killed, point):
    home = killed[point]
    database = Database(open_database(f"sqlite:///{home / 'control.db'}"))
    ledger = Ledger(database, home / "ledger.jsonl", CAPS)
    states = [line.state for line in lines(ledger)]
    number_spent, number_published, was_drawn = POINTS[point]
    assert (states.count("spent"), states.count("published")) == (number_spent, number_published)
    assert (home / "drawn").exists() == was_drawn
    if number_spent:
        with pytest.raises(Conflict):
            spend(ledger, entry(), NOW)
    spend(ledger, entry(mart="hour"), NOW)
    found = list(lines(ledger))
    assert list(breaks(found)) == []
    assert list(mirror_lines(ledger.mirror)) == found
    database.close()


REACH_UNIT = "visitor-day, city-wide"
APART = msgspec.structs.replace(CAPS, units={REACH_UNIT: Caps(releases={"reach": 0.005}, day=0.005, month=0.01, month_days=31, delta=1e-6)})


def reach_entry(day, **given):
    return entry(day, **({"release": "reach", "mart": "reach", "group": "all portals", "unit": REACH_UNIT, "rho": 0.005} | given))


def test_another_unit_has_an_account_of_its_own(ledger):
    apart = msgspec.structs.replace(ledger, caps=APART)
    # A portal group may be called as the account is: what it spends is of another unit.
    spend(apart, entry("2026-11-02", group="all portals", rho=0.05), NOW)
    for day in ("2026-11-02", "2026-11-03"):
        spend(apart, reach_entry(day), NOW)
    with pytest.raises(Refused, match=r"31 days from 2026-11-02 on would cost ρ 0.015; the most is 0.01"):
        spend(apart, reach_entry("2026-11-04"), NOW)
    with pytest.raises(Conflict, match="drawn for reach"):
        spend(apart, reach_entry("2026-11-03", group="another"), NOW)
    spend(apart, entry("2026-11-03", group="all portals", rho=0.05), NOW)
    assert list(overspent(list(lines(apart)), APART)) == []


def test_no_release_is_charged_to_an_account_that_is_not_its_own(ledger):
    apart = msgspec.structs.replace(ledger, caps=APART)
    for wrong in ({"unit": "visitor-portal-day"}, {"release": "city"}, {"rho": 0.006}):
        with pytest.raises(Refused, match="the most is 0"):
            spend(apart, reach_entry("2026-11-02", **wrong), NOW)
    assert list(lines(apart)) == []
