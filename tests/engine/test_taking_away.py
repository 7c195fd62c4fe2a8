"""What leaves a portal's page: the graph and the aggregates as files. The server shows all (``exact``) unless a test says otherwise."""

import codecs
import datetime
import json
from xml.etree import ElementTree

import httpx
import msgspec
import pytest

from footfall.control.keys import create_key
from footfall.control.roles import Grant
from footfall.errors import BadQuestion
from footfall.serve import aggregates
from footfall.serve.aggregates import as_parquet
from footfall.store.engine import open_engine
from tests.support.app_here import AppHere
from tests.support.signing_in import Reader

DOMAIN, EMAIL = "library.example", "ann@example.city"
HERE = f"/portals/{DOMAIN}"
CROWD = {"2026-03-29": 12, "2026-03-30": 9, "2026-03-31": 30}
READ = "SELECT * FROM file({path:String}, Parquet)"


def lines():
    """Every other visitor from Malta, the others from Germany."""
    for day, count in CROWD.items():
        for number in range(count):
            country = "MT" if number % 2 == 0 else "DE"
            yield f'{{"timestamp":"{day}T10:00:00Z","visitor":"{day}-{number}","pathname":"/новое","country":"{country}"}}'


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    with AppHere(tmp_path_factory.mktemp("home"), now="2026-04-01T12:00:00Z") as app:
        control = app.house.desk.control
        control.create_portal(domain=DOMAIN)
        control.create_portal(domain="other.example")
        headers = {"authorization": f"Bearer {create_key(control, 'all', ('*',), now_ms=0)}"}
        url = f"{app.url}/api/v1/import/events?site_id={DOMAIN}"
        assert httpx.post(url, content="\n".join(lines()), headers=headers).json()["accepted"] == sum(CROWD.values())
        Reader(app).join(EMAIL, Grant("viewer", "portal", "1"))
        yield app


@pytest.fixture(scope="module")
def ann(city):
    reader = Reader(city)
    assert reader.sign_in(EMAIL).status_code == 303
    return reader


@pytest.fixture
def staff(city, monkeypatch):
    """The desk under the policy that people work with."""
    desk = city.house.desk
    monkeypatch.setattr(desk, "settings", msgspec.structs.replace(desk.settings, policy="staff"))
    return desk


def read_back(engine, content):
    path = engine.home / "read.parquet"
    path.write_bytes(content)
    return engine.query(READ, {"path": str(path)})


def test_parquet_has_a_row_a_day_dimension_and_value_and_none_of_fewer_than_ten(ann, staff):
    answer = ann.get(f"{HERE}/aggregates.parquet?period=custom&from=2026-03-29&to=2026-03-31")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/vnd.apache.parquet")
    assert answer.headers["content-disposition"] == f'attachment; filename="{DOMAIN}-aggregates.parquet"'
    rows = read_back(staff.engine, answer.content)
    assert [row[1:7] for row in rows if row[2] == "all"] == [
        (datetime.date(2026, 3, 29), "all", "", 12, 12, 12),
    ], "the nine of the 30th are not what the week of the 30th leaves, less the 30 of its other day"
    assert [row for row in rows if row[2] == "visit:country"] == [], "nor what a country's week leaves"
    assert [row[3:8] for row in rows if row[2] == "event:page"] == [("/новое", 12, 12, 12, None)], "the other week is with the nine"
    assert {(row[0], *row[10:12]) for row in rows} == {(DOMAIN, "staff", 10)}
    assert {row[12].date() for row in rows} == {datetime.date(2026, 4, 1)}
    assert min(row[4] for row in rows) >= 10


def test_parquet_for_programs_is_for_keys_of_that_portal(city):
    control, url = city.house.desk.control, f"{city.url}/api/v1/aggregates"
    headers = {"authorization": f"Bearer {create_key(control, 'one', ('stats:read',), (DOMAIN,), now_ms=0)}"}

    def status(**params):
        return httpx.get(url, params=params, headers=headers).status_code

    assert httpx.get(url, params={"site_id": DOMAIN}).status_code == 401
    assert [status(site_id="other.example"), status(), status(site_id=DOMAIN, date_range="soon")] == [403, 400, 400]
    answer = httpx.get(url, params={"site_id": DOMAIN, "date_range": "2026-03-29,2026-03-31"}, headers=headers)
    assert [row[4] for row in read_back(city.house.desk.engine, answer.content) if row[2] == "all"] == [12, 9, 30]


def test_parquet_of_nothing_has_its_columns_and_no_rows(city):
    desk = city.house.desk
    content = as_parquet(desk, desk.control.portal("other.example"), ["2026-03-29", "2026-03-31"])
    assert read_back(desk.engine, content) == []
    described = desk.engine.query("DESCRIBE file({path:String}, Parquet)", {"path": str(desk.engine.home / "read.parquet")})
    assert [row[0] for row in described] == [column.partition(" ")[0] for column in aggregates.COLUMNS]


@pytest.mark.parametrize(
    ("name", "value", "period", "said"),
    [
        ("MOST_ROWS", 3, ["2026-03-29", "2026-03-31"], "more than 3 rows"),
        ("LONGEST_MS", -1, ["2026-03-29", "2026-03-31"], "longer than"),
        ("MOST_DAYS", 366, ["2025-01-01", "2026-03-31"], "at most 366 days"),
    ],
)
def test_parquet_too_large_is_refused_with_a_sentence(city, monkeypatch, name, value, period, said):
    monkeypatch.setattr(aggregates, name, value)
    desk = city.house.desk
    with pytest.raises(BadQuestion, match=said):
        as_parquet(desk, desk.control.portal(DOMAIN), period)


@pytest.mark.cluster
def test_server_writes_parquet_of_more_than_a_parameter_holds(cluster_url, tmp_path, city):
    engine = open_engine(cluster_url, tmp_path)
    rows = b"".join(b'{"day":"2026-03-31","value":"%d","visitors":null}\n' % number for number in range(20_000))
    content = engine.as_parquet(("day Date", "value String", "visitors Nullable(UInt64)"), rows)
    engine.close()
    found = read_back(city.house.desk.engine, content)
    assert (len(found), found[0]) == (20_000, (datetime.date(2026, 3, 31), "0", None))


def test_graph_is_taken_away_as_a_picture_and_as_numbers(ann, staff):
    query = "?period=custom&from=2026-03-29&to=2026-03-31"
    picture, numbers = ann.get(f"{HERE}/graph.svg{query}"), ann.get(f"{HERE}/graph.csv{query}")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert picture.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert ElementTree.fromstring(picture.content).tag == "{http://www.w3.org/2000/svg}svg"
    assert numbers.content.removeprefix(codecs.BOM_UTF8).decode().splitlines() == [
        "Time,Visitors,Complete",
        "2026-03-29,12,yes",
        "2026-03-30,,yes",
        "2026-03-31,,yes",
    ]
    assert numbers.headers["content-disposition"] == f'attachment; filename="{DOMAIN}-visitors.csv"'


@pytest.mark.parametrize("file", ["aggregates.parquet", "graph.svg", "graph.csv"])
def test_files_of_a_portal_that_one_may_not_see_are_not_there(ann, file):
    assert ann.get(f"/portals/other.example/{file}").status_code == 404


@pytest.fixture(scope="module")
def drawn(city):
    """A day whose marts are there: visitors, a page, and what everybody may see of it."""
    cells = [("city", "portal", [], 820), ("city", "page", ["/новое"], 610), ("open", "page", ["/новое"], 640)]
    same = {"site": 1, "day": "2025-12-01", "line": 3}
    lines = [json.dumps(same | {"release": name, "mart": mart, "keys": keys, "visitors": count}) for name, mart, keys, count in cells]
    city.house.desk.engine.insert_ndjson("marts", "\n".join(lines).encode(), "planted here")
    return city


DECEMBER = "?period=custom&from=2025-11-25&to=2026-03-31"


@pytest.mark.usefixtures("drawn", "staff")
def test_a_period_from_before_the_kept_days_leads_to_what_is_remembered_of_it(ann):
    answer = ann.get(f"{HERE}{DECEMBER}&f=is,page,/x")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{HERE}/remembered{DECEMBER}&f=is%2Cpage%2C%2Fx")
    page = ann.get(answer.headers["location"]).text
    assert "<b>820</b>" in page and "/новое" in page and 'class="band"' in page
    assert "These filters do nothing here" in page and "What was under 57 visitors on a day" in page
    assert ann.get(f"{HERE}?period=7d").status_code == 200


@pytest.mark.usefixtures("drawn")
def test_nothing_is_remembered_for_who_may_not_see_the_portal_nor_of_hours(ann):
    assert ann.get("/portals/other.example/remembered").status_code == 404
    assert ann.get(f"{HERE}/remembered?period=24h").status_code == 400


def test_open_data_are_there_if_the_setting_says_so_and_may_be_kept(drawn, monkeypatch):
    desk, url = drawn.house.desk, f"{drawn.url}/api/v2/open/{DOMAIN}/page?from=2025-12-01&to=2025-12-31"
    off = httpx.get(url)
    assert (off.status_code, off.json()["code"]) == (404, "not_found") and "setting open_data" in off.json()["error"]
    monkeypatch.setattr(desk, "settings", msgspec.structs.replace(desk.settings, open_data=True))
    found = httpx.get(url)
    assert (found.json()["cells"], found.json()["card"]["lines"]) == ([{"keys": ["2025-12-01", "/новое"], "visitors": 640}], [3])
    assert found.headers["cache-control"] == "public, max-age=3600"
    assert httpx.get(url, headers={"if-none-match": found.headers["etag"]}).status_code == 304
    assert httpx.get(f"{url}&format=csv").text.splitlines()[-1] == "2025-12-01,/новое,640"
    refused = {"/page?": ("/pages?", 404), "from=": ("f=", 400), DOMAIN: ("no.example", 404)}
    for right, (wrong, status) in refused.items():
        assert httpx.get(url.replace(right, wrong)).status_code == status
    monkeypatch.setattr(drawn.house, "allow_open", lambda address, now_ms: False)
    assert httpx.get(url).status_code == 429
