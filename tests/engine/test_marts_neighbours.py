"""Attack A10, on the statements as they run: without one visitor no cell changes but his own, and of those no more than the mart allows.

Several threads over many parts are part of the test: on one thread even a bare ``LIMIT n BY`` takes the same rows every time.
"""

from datetime import date

import pytest

from footfall.privacy.marts import MARTS
from footfall.store import marts
from footfall.store.attacked import EVERYBODY
from footfall.store.item_topics import put_item_topics
from footfall.store.marts import Asked, Words, bounded_counts
from footfall.vocabulary import Goal

pytestmark = pytest.mark.attack

SITE, DAY, PARTS, NONCE = 900, date(2026, 3, 10), 12, 77
THREADS = "\nSETTINGS max_threads = 4"
ROWS = 2500
EXTREMIST, VICTIMS = 1_000_000, (3, 250)
EVENTS = """INSERT INTO events (site, day, time, visitor, visit, seq, name, interactive, path, props)
SELECT 900, toDate('2026-03-10') + (number % 50 = 0), toDateTime64('2026-03-10 08:00:00', 3, 'UTC') + number,
    number % 10 = 0 ? 1000000 : 1 + sipHash64(number, {part:UInt32}) % 2000, 1 + number % 3, number,
    number % 7 = 0 ? 'Signup' : 'pageview', true, concat('/', toString(sipHash64(number, {part:UInt32}, 1) % 120)),
    map('search_query', toString(sipHash64(number, {part:UInt32}, 2) % 40))
FROM numbers({rows:UInt32}) SETTINGS distributed_foreground_insert = 1"""
VISITS = """INSERT INTO visits (site, day, visitor, visit, number, version, start, end, seen, duration_s, pageviews, entry_page, exit_page,
    source, device, country, referrer)
SELECT 900, toDate('2026-03-10'), number % 10 = 0 ? 1000000 : 1 + sipHash64(number, {part:UInt32}) % 2000, number, number, 1,
    toDateTime64('2026-03-10 08:00:00', 3, 'UTC') + sipHash64(number) % 50000 AS began, began, began, sipHash64(number, 3) % 4000, 2,
    concat('/', toString(sipHash64(number, {part:UInt32}, 4) % 60)), concat('/', toString(sipHash64(number, {part:UInt32}, 5) % 60)),
    toString(sipHash64(number, 6) % 9), toString(sipHash64(number, 7) % 3), toString(sipHash64(number, 8) % 5),
    concat('p', toString(sipHash64(number, 9) % 9), '.example/x')
FROM numbers({rows:UInt32}) SETTINGS distributed_foreground_insert = 1"""
GOALS = tuple(Goal(id=number, portal_id=SITE, page_path=f"/{number}*", display_name=str(number)) for number in range(1, 9))
TOPICS = tuple(f"topic{number}" for number in range(12))
WORDS = Words(topics=TOPICS, version=1, hosts={SITE: ("p0.example",)} | {SITE + number: (f"p{number}.example",) for number in range(1, 9)})
BARE_LIMIT = """SELECT site, toString(path) AS path, count() AS visitors
FROM (SELECT DISTINCT site, visitor, path FROM events WHERE site IN {sites:Array(UInt32)} AND day = {first:Date} AND visitor != 0
    LIMIT 10 BY site, visitor) GROUP BY site, path"""


@pytest.fixture(scope="module")
def crowd(module_engine):
    """2,000 visitors and one who does everything, in a dozen parts that are never merged."""
    pages = [
        (SITE, f"/{number}", TOPICS[(number + shift) % 12], 0.9 - shift / 4) for number in range(120) for shift in range(1 + number % 3)
    ]
    put_item_topics(module_engine, pages, 1, TOPICS)
    suffix = "_local" if module_engine.topology.cluster else ""
    nodes = module_engine.nodes()
    for table, insert in (("events", EVENTS), ("visits", VISITS)):
        for node in nodes:
            node.command(f"SYSTEM STOP MERGES {table}{suffix}")
        for part in range(PARTS):
            module_engine.command(insert, {"part": part, "rows": ROWS if table == "events" else ROWS // 5})
        parts = "SELECT count() FROM system.parts WHERE active AND partition = '2026-03-10' AND table = {table:String}"
        assert [node.query(parts, {"table": f"{table}{suffix}"})[0][0] >= PARTS for node in nodes] == [True] * len(nodes)
    yield module_engine
    for node in nodes:
        for table in ("events", "visits"):
            node.command(f"SYSTEM START MERGES {table}{suffix}")


def counted(engine, mart, without=0):
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(marts.SCRIPTS, mart.name, marts.SCRIPTS[mart.name].replace(EVERYBODY, f"({EVERYBODY} AND visitor != {without})"))
        asked = Asked(mart=mart.name, cells=mart.cells, sites={SITE: "Asia/Kathmandu"}, first=DAY, last=DAY, goals=GOALS, words=WORDS)
        return bounded_counts(engine, asked, NONCE, settings=THREADS)


def moved(engine, mart):
    """The greatest L0, L1 and L∞ that taking one visitor away made."""
    everybody = counted(engine, mart)
    norms = []
    for victim in (EXTREMIST, *VICTIMS):
        without = counted(engine, mart, victim)
        changes = [abs(everybody.get(cell, 0) - without.get(cell, 0)) for cell in everybody.keys() | without.keys()]
        norms.append((sum(map(bool, changes)), sum(changes), max(changes)))
    return tuple(map(max, zip(*norms, strict=True)))


@pytest.mark.parametrize("mart", MARTS, ids=lambda mart: mart.name)
def test_taking_one_visitor_away_moves_what_is_declared_and_no_more(crowd, mart):
    assert moved(crowd, mart) == (mart.cells, mart.cells, 1)


def test_a_bare_limit_by_is_caught(crowd, monkeypatch):
    mart = next(mart for mart in MARTS if mart.name == "page")
    monkeypatch.setitem(marts.SCRIPTS, "page", BARE_LIMIT)
    cells, counts, _ = moved(crowd, mart)
    assert (cells > mart.cells, counts > mart.cells) == (True, True)
