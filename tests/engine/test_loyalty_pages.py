"""Pages and API of loyalty, participation and flows: what visits and the city's data say side by side, for those who may see it."""

from datetime import UTC, datetime, timedelta

import httpx
import msgspec
import pytest

from footfall.control.items import put_items
from footfall.control.keys import create_key
from footfall.control.roles import Grant
from footfall.reports.periods import parse_period
from footfall.serve import participation
from footfall.serve.imports import import_stream
from footfall.vocabulary import Item
from tests.support.city_numbers import builtin, cell, put_cells
from tests.support.signing_in import Reader

DOMAIN, OTHER, VIEWER = "portal.example", "other.example", "viewer@example.city"
PATHS = ("loyalty", "participation", "flows")


def lines(today):
    """Twenty visitors three days ago: all look at the concert, half finish a form, one in four complains."""
    at = (today - timedelta(days=3)).strftime("%Y-%m-%d")
    for visitor in range(20):
        said = [("10:00", "pageview", "/", {}), ("10:01", "pageview", "/events/river-concert", {})]
        said += [("10:02", "Form: Started", "/apply", {"form": "permit"})]
        said += [("10:03", "Form: Submission", "/apply", {"form": "permit"})] if visitor % 2 else []
        said += (
            [("10:04", "Complaint", "/apply", {"service": "Permit"}), ("10:05", "Calendar", "/events/river-concert", {})]
            if visitor % 4 == 0
            else []
        )
        for time, name, path, props in said:
            yield (
                msgspec.json.encode(
                    {
                        "name": name,
                        "timestamp": f"{at}T{time}:00Z",
                        "visitor": f"v{visitor}",
                        "hostname": DOMAIN,
                        "pathname": path,
                        "props": props,
                    }
                )
                + b"\n"
            )


@pytest.fixture(scope="module")
def server(app):
    desk = app.house.desk
    portal = desk.control.create_portal(domain=DOMAIN)
    desk.control.create_portal(domain=OTHER)
    today = datetime.fromtimestamp(desk.now() / 1000, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    import_stream(desk, "events", DOMAIN, lines(today))
    item = Item(
        id=0, site=portal.id, path="/events/river-concert", url=f"https://{DOMAIN}/events/river-concert", title="A concert", kind="event"
    )
    put_items(desk.control, [msgspec.structs.replace(item, topics=(("events", 1.0),))], now_ms=desk.now())
    held = {"unit": "people", "place_kind": "venue", "place": "hall"}
    came = [
        cell("attendees", today - timedelta(days=back), 100 + back, 100 + back, categories=["River concert"], **held)
        for back in range(2, 16)
    ]
    put_cells(desk, builtin("event-attendance"), came)
    week = today - timedelta(days=today.weekday() + 14)
    put_cells(desk, builtin("surveys"), [cell("csat", week, 80.0, 50, unit="%", grain="week", categories=["How?", "permit", "site"])])
    Reader(app).join(VIEWER, Grant("viewer", "portal", str(portal.id)), name="Vic")
    return app


@pytest.fixture(scope="module")
def viewer(server):
    reader = Reader(server)
    assert reader.sign_in(VIEWER).status_code == 303
    return reader


def asked(server, path, scopes, **given):
    key = create_key(server.house.desk.control, f"{path} {'+'.join(scopes)}", scopes, now_ms=server.house.desk.now())
    return httpx.get(f"{server.url}/api/v1/{path}", params=given, headers={"authorization": f"Bearer {key}"}).json()


def test_a_service_has_its_form_its_complaints_and_its_survey(server):
    (told,) = asked(server, "loyalty", ("stats:read", "datasets:read"), site_id=DOMAIN)["results"]
    (service,) = told["services"]
    assert (service["name"], service["started"], service["sent"], service["completion"]) == ("permit", 20, 10, 50.0)
    assert service["complaints"] == 25.0
    assert [(one["measure"], one["value"]) for one in service["satisfaction"]] == [("csat", 80.0)]
    assert service["agreed"]["rate"] == 0.0 and service["return_rate"] is None
    assert service["index"]["value"] == pytest.approx((0.25 * 50 + 0.25 * 80 + 0) / 0.6, abs=0.05)
    assert {part["name"] for part in told["index"]["parts"] if part["score"] is None} == {"return", "retention"}


def test_without_the_scope_for_datasets_surveys_and_attendance_are_left_out_and_that_is_said(server):
    answer = asked(server, "loyalty", ("stats:read",), site_id=DOMAIN)
    assert answer["results"][0]["services"][0]["satisfaction"] == []
    assert answer["meta"]["notes"] == ["Surveys are left out: that needs the scope datasets:read."]
    events = asked(server, "participation", ("stats:read",), site_id=DOMAIN)["events"]
    assert [(one["event"], one["attendance"]) for one in events] == [("A concert", None)]


def test_an_event_stands_from_interest_to_attendance_under_its_name(server):
    answer = asked(server, "participation", ("stats:read", "datasets:read"), site_id=DOMAIN, date_range="30d")
    (event,) = answer["events"]
    assert (event["event"], event["kind"], event["path"]) == ("River concert", "events", "/events/river-concert")
    assert (event["interest"], event["calendar"], event["occasions"]) == (20, 5, 14)
    assert event["attendance"] == sum(100 + back for back in range(2, 16))
    assert answer["backtest"]["tried"] == 4
    assert 95 < event["forecast"]["median"] < 120


def test_interest_of_all_days_is_known_however_many_rows_a_page_of_answers_has(server, monkeypatch):
    """Five hundred pages on 98 days are 49,000 rows."""
    desk = server.house.desk
    portal = desk.control.portal(OTHER)
    today = datetime.fromtimestamp(desk.now() / 1000, UTC).date()
    days, paths = [today - timedelta(days=back) for back in (3, 2)], ["/events/a", "/events/b"]
    seen = [
        {"name": "pageview", "timestamp": f"{day}T10:00:00Z", "visitor": f"o{visitor}", "hostname": OTHER, "pathname": path}
        for day in days
        for path in paths
        for visitor in range(12)
    ]
    import_stream(desk, "events", OTHER, (msgspec.json.encode(one) + b"\n" for one in seen))
    monkeypatch.setattr("footfall.reports.question.DEFAULT_ROWS", 3)
    asker = participation._Asker(desk, portal, parse_period("7d", timezone="Etc/UTC", now_ms=desk.now()), paths)
    assert asker.interest_by_day() == {path: dict.fromkeys(days, 12) for path in paths}


def test_flows_are_told_by_section(server):
    answer = asked(server, "flows", ("stats:read",), site_id=DOMAIN)
    assert [(one["step"], one["source"], one["target"], one["visitors"]) for one in answer["flows"]] == [
        (1, "/", "/events", 20),
        (2, "/events", "(exit)", 20),
    ]
    assert [(one["section"], one["left"]) for one in answer["leaving"]] == [("/events", 20)]


@pytest.mark.parametrize("path", PATHS)
def test_pages_are_for_those_who_see_the_portal(viewer, path):
    assert viewer.get(f"/portals/{DOMAIN}/{path}").status_code == 200
    assert viewer.get(f"/portals/{OTHER}/{path}").status_code == 404


def test_comparisons_hold_only_portals_that_the_reader_sees(viewer):
    assert DOMAIN in viewer.get("/loyalty").text
    assert OTHER not in viewer.get("/loyalty").text + viewer.get("/flows").text


@pytest.mark.parametrize("path", ["/loyalty/csv", *(f"/portals/{DOMAIN}/{path}/csv" for path in PATHS)])
def test_tables_can_be_taken_away(viewer, path):
    answer = viewer.get(path)
    assert answer.status_code == 200
    assert answer.text.count("\n") >= 2


def test_what_is_between_portals_can_be_taken_away_though_nothing_was_drawn(viewer):
    assert viewer.get("/flows/csv").text == "\ufeffFrom,To,Visitors,±\r\n"


def test_a_menu_names_the_pages_of_the_portal_with_their_period_and_the_one_on_show(viewer):
    shown = viewer.get(f"/portals/{DOMAIN}/flows?period=7d&f=is,page,/").text
    assert f'<a href="/portals/{DOMAIN}/loyalty?period=7d">Loyalty</a>' in shown
    assert f'<a href="/portals/{DOMAIN}/flows?period=7d&amp;f=is%2Cpage%2C%2F" aria-current="page">Flows</a>' in shown
    assert '<summary aria-current="true">Behaviour</summary>' in shown
    assert "/shares" not in shown and f"/portals/{DOMAIN}/setup" in shown


def test_pages_of_the_city_have_its_menu_and_so_has_a_portal_that_is_not_to_be_seen(viewer):
    assert '<a href="/loyalty" aria-current="page">Loyalty</a>' in viewer.get("/loyalty").text
    hidden = viewer.get(f"/portals/{OTHER}/flows").text
    assert 'aria-label="Pages of the city"' in hidden and f'href="/portals/{OTHER}' not in hidden
