"""However segments are cut, batched, and memory lost between them: the same hits in the same order make the same rows."""

from datetime import UTC, date, datetime
from unittest.mock import patch

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from footfall.store.batches import assigned
from footfall.store.open_visits import OpenVisits
from footfall.store.visits import Visit
from tests.support.build import hit, ms

DAY_MS, MINUTE_MS = 86_400_000, 60_000
START = ms("2026-03-10T00:00:00")
COLUMNS = ("pageviews", "events", "interactive", "entry_page", "exit_page", "entry_hostname", "exit_hostname")
ORIGIN = ("referrer", "source", "channel", "utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")
ORIGIN += ("device", "browser", "browser_version", "os", "os_version", "country", "region", "city")


class Store:
    """The table of visits, and the two questions that OpenVisits asks it."""

    def __init__(self):
        self.rows = {}

    def take(self, lines):
        for line in lines.splitlines():
            row = msgspec.json.decode(line)
            key = row["site"], row["visitor"], row["visit"]
            if key not in self.rows or self.rows[key]["version"] < row["version"]:
                self.rows[key] = row

    def query(self, sql, parameters=None, *, name=""):
        if name == "stored_visits":
            return [
                _learned([row for row in self.rows.values() if row["site"] == site])
                for site in {key[0] for key in self.rows} & {*parameters["sites"]}
            ]
        rows = [row for row in self.rows.values() if row["site"] == parameters["site"]]
        latest = {}
        for row in sorted(rows, key=lambda row: row["number"]):
            if (
                row["visitor"] in parameters["visitors"]
                and parameters["from_day"] <= date.fromisoformat(row["day"]) <= parameters["to_day"]
            ):
                latest[row["visitor"]] = row
        return [_answered(row) for row in latest.values()]


def _learned(rows):
    seen, number, longest = (max(map(of, rows)) for of in (lambda row: _ms(row["seen"]), lambda row: row["number"], _days))
    return rows[0]["site"], seen, number, longest


def _ms(text):
    return int(text.replace(".", ""))


def _days(row):
    return (datetime.fromtimestamp(_ms(row["seen"]) / 1000, UTC).date() - date.fromisoformat(row["day"])).days


def _answered(row):
    times = (_ms(row["start"]), _ms(row["end"]), _ms(row["seen"]), row["reversed"])
    numbers = (row["visitor"], row["visit"], row["number"], row["version"])
    defaults = Visit(0, "", 0, 0, 0, 0, 0, 0, b"")
    rest = tuple(row.get(column, getattr(defaults, column)) for column in COLUMNS)
    return (date.fromisoformat(row["day"]), *numbers, *times, *rest, *(row.get(column, "") for column in ORIGIN))


def load(batches, *, kept=200_000, forget=()):
    """Rows of events by arrival, and every visit as it ends, over these batches of segments."""
    store = Store()
    visits = OpenVisits(store, kept)

    def name(site):
        number = visits.next_number(site)
        return site * 10_000 + number + 1, number

    events = []
    for place, batch in enumerate(batches):
        pieces = [[segment[:3], segment[3:]] for segment in batch]
        prepared = assigned([f"{place}-{n}" for n in range(len(batch))], pieces, visits, name)
        assert sum(prepared.rows) == prepared.events.count(b"\n")
        events.append(prepared.events)
        store.take(prepared.visits)
        if place in forget:
            visits.forget()
    return b"".join(events), store.rows


def hits_of(visitor, start_ms, offsets):
    """A visitor's hits; its day is the portal's, five hours before UTC."""
    made = []
    for number, (minutes, name, site) in enumerate(offsets):
        time_ms = start_ms + minutes * MINUTE_MS
        day = datetime.fromtimestamp(time_ms / 1000 - 5 * 3600, UTC).date().isoformat()
        one = hit("2026-03-10T10:00:00", visitor=visitor, path=f"/{number}", source=("", "Google")[number % 2], name=name)
        made.append(msgspec.structs.replace(one, site=site, time_ms=time_ms, day=day))
    return made


NAMES = st.sampled_from(["pageview", "pageview", "Click", "engagement"])
DAYLONG = st.lists(st.tuples(st.integers(0, 1440 + 35), NAMES, st.integers(1, 2)), max_size=8)
STEADY = st.lists(st.tuples(st.integers(20, 30), NAMES), min_size=100, max_size=160)


@st.composite
def traffic(draw):
    """A few visitors of a day each, hits out of order, some days apart; and perhaps a robot that is never quiet for days."""
    hits = []
    for visitor in range(1, draw(st.integers(2, 7))):
        offsets = draw(DAYLONG)
        hits += hits_of(visitor, START + draw(st.integers(0, 3)) * DAY_MS, offsets if draw(st.booleans()) else sorted(offsets))
    if draw(st.integers(0, 3)) == 0:
        minutes, steady = 0, []
        for step, name in draw(STEADY):
            minutes += step
            steady.append((minutes, name, 1))
        hits += hits_of(99, START, steady)
    late = draw(st.randoms(use_true_random=False))
    return sorted(hits, key=lambda one: one.time_ms + late.choice((0, 0, 0, 20, 90, 700)) * MINUTE_MS)


@settings(max_examples=80, deadline=None)
@given(hits=traffic(), data=st.data())
def test_rows_do_not_depend_on_batches_nor_on_what_memory_holds(hits, data):
    wanted = load([[hits]])
    cuts = sorted(data.draw(st.lists(st.integers(0, len(hits)), max_size=8)))
    segments = [hits[first:last] for first, last in zip([0, *cuts], [*cuts, len(hits)], strict=True)]
    assert load([[segment] for segment in segments]) == wanted
    assert load([[segment] for segment in segments], forget=range(len(segments))) == wanted
    with patch("footfall.store.batches.CHUNK", data.draw(st.integers(1, 20))):
        assert load([segments]) == wanted
        assert load([segments[:2], segments[2:]], forget={0}) == wanted
    together = data.draw(st.integers(1, len(segments)))
    batches = [segments[first : first + together] for first in range(0, len(segments), together)]
    forget = data.draw(st.sets(st.integers(0, len(batches))))
    assert load(batches, kept=data.draw(st.integers(0, 3)), forget=forget) == wanted


def test_a_visit_that_goes_on_for_days_is_found_again():
    hits = hits_of(99, START, [(25 * number, "pageview", 1) for number in range(300)])
    segments = [hits[first : first + 10] for first in range(0, 300, 10)]
    wanted = load([[hits]])
    assert len(wanted[1]) == 1
    assert load([[segment] for segment in segments], forget=range(30)) == wanted
    assert load([[segment] for segment in segments], kept=0) == wanted
