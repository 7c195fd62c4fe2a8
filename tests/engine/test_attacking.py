"""``footfall attack`` on a real store: nothing is found where nothing is wrong, and each planted bug is."""

import json
from unittest.mock import ANY

import pytest

from footfall.cli.in_process import InProcess
from footfall.control.ledger import spend
from footfall.privacy.budget import noise_of, shares_of
from footfall.privacy.marts import MARTS
from footfall.serve.attacking import newest_report, reports, write_report
from footfall.serve.house import open_desk
from footfall.serve.ledgers import entry_of, open_ledger
from footfall.settings import Settings
from footfall.store.marts import DURATION_BINS
from tests.support.build import hit
from tests.support.journal import write

pytestmark = pytest.mark.attack
DAY = "2026-11-02"
BOUNDS = (*map(str, DURATION_BINS), "inf")
BY_NAME = {mart.name: mart for mart in MARTS}


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """120 visitors of a day, of whom one opened 15 pages; and marts with durations all shown."""
    opened = open_desk(Settings(home=str(tmp_path_factory.mktemp("home")), now="2026-11-04T12:00:00Z"))
    portal = opened.control.create_portal(domain="city.example")
    hits = [
        hit(f"{DAY}T1{number // 60}:{number % 60:02}:00", 2**40 + number, path=f"/{number % 7}", portal=portal) for number in range(120)
    ]
    hits += [hit(f"{DAY}T12:00:{number:02}", 2**40 + 1, path=f"/p{number}", portal=portal) for number in range(15)]
    opened.loader.load(write(opened.journal_folder, 1, hits))
    ledger = open_ledger(opened.settings, opened.control)
    for number in range(1, 6):
        spend(
            ledger, entry_of(noise_of("city", BY_NAME["page"]), group="city", sites=[1], day=f"2026-10-0{number}", known=[]), opened.now()
        )
    put(opened, durations(DAY, 200, 2416))
    yield opened
    opened.close()


def put(desk, rows, *, line=1):
    """Rows of mart, keys, visitors and day into the table."""
    constant = {"release": "city", "site": 1, "line": line}
    cells = [constant | {"mart": mart, "keys": keys, "visitors": visitors, "day": day} for mart, keys, visitors, day in rows]
    desk.engine.insert_ndjson("marts", "".join(json.dumps(cell) + "\n" for cell in cells).encode(), f"line {line}")


def durations(day, each, total):
    """A portal's day with all its durations."""
    return [("portal", [], total, day), *(("duration", [bound], each, day) for bound in BOUNDS)]


def test_on_a_home_as_it_should_be_every_attack_fails(desk):
    made = {attack.name: attack for attack in InProcess(desk).attacks()}
    assert [name for name, attack in made.items() if not attack.passed] == []
    assert list(made) == ["A1 home", "A6 home", "A7 home", "A8 home", "A9 home", "A12 home", "A10 home", "A11 home"]
    assert "None of 6 marts" in made["A10 home"].detail
    assert "0 of 1 sums" in made["A6 home"].detail
    assert "at least 100 ids" in made["A1 home"].detail
    assert "1 point" in made["A1 home"].detail
    assert "5 lines follow" in made["A11 home"].detail


def test_verify_makes_them_too(desk):
    found = {check.check: check for check in InProcess(desk).verify().checks}
    assert found["attacks"].level == "ok"


def test_a_report_is_read_as_it_was_written_and_the_newest_first(desk, tmp_path):
    made = InProcess(desk).attacks()
    first = write_report(tmp_path, made[:1], 1_793_620_800_000)
    again = write_report(tmp_path, made[1:2], 1_793_620_800_000)
    assert (first.name, again.name) == ("2026-11-02T12-00-00Z.json", "2026-11-02T12-00-00Z-1.json")
    assert reports(tmp_path) == [again.stem, first.stem]
    assert newest_report(tmp_path).attacks == made[1:2]
    assert newest_report(tmp_path, first.stem).attacks == made[:1]
    assert newest_report(tmp_path, "../control") is None
    shape = json.loads(first.read_bytes())
    assert set(shape) == {"at_ms", "version", "attacks"}
    assert {"name", "title", "rate", "bar", "passed", "detail", "seconds"} <= set(shape["attacks"][0])


def test_every_planted_bug_makes_its_attack_succeed(desk):
    for column in ("marts ADD COLUMN visitor UInt64", "visits_by_day ADD COLUMN who AggregateFunction(uniq, UInt64)"):
        desk.engine.command(f"ALTER TABLE {column}")
    few = min(noise_of("city", mart).threshold for mart in shares_of("city", "page")) - 1
    put(desk, [("page", [str(2**40 + 1)], 500, DAY), ("page", ["/few"], few, DAY)], line=2)
    put(desk, [("page", ["/again"], 500, DAY)], line=77)
    put(desk, [row for number in range(3, 10) for row in durations(f"2026-11-0{number}", 100, 1200)], line=3)
    visits = "INSERT INTO visits (site, day, visitor, visit, version) VALUES"
    desk.engine.command(f"{visits} (2, '{DAY}', {2**40 + 1}, 98, 1), (1, '2026-11-04', {2**40 + 2}, 99, 1)")
    found = {attack.name: attack.detail for attack in InProcess(desk).attacks() if not attack.passed}
    assert found == {
        "A1 home": ANY,
        "A6 home": "7 of 8 sums come out exactly; chance alone lets 52.6% do so.",
        "A7 home": "1 marts of a portal and day were drawn more than once.",
        "A8 home": "2 of at least 100 ids looked at are in two places.",
        "A9 home": "page for city of 3 has a cell under its threshold.",
        "A11 home": "Cells in the table name line 77, which was never paid.",
        "A12 home": "visits_by_day.who of 211 columns keeps a set of visitors.",
    }
    assert found["A1 home"].startswith("marts.visitor that stays follows a visitor; 1 rows have one of at least 100 ids.")
    checked = {check.check: check for check in InProcess(desk).verify().checks}
    assert (checked["attacks"].level, "A7 home, Averaging on this home" in checked["attacks"].says) == ("bad", True)
