"""The city overview as a browser gets it: a server, events, and the page over them."""

import re
from contextlib import closing

import httpx
import pytest

from tests.support.server import FootfallHere
from tests.support.waiting import LONG_S

CROWD = {"2026-03-24": 40, "2026-03-28": 25, "2026-03-29": 9, "2026-03-30": 3}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    running = FootfallHere(tmp_path_factory.mktemp("home"), policy="staff", now="2026-04-01T12:00:00Z")
    running.call("POST", "/api/v1/sites", json={"domain": "quiet.example", "group": "parks"})
    lines = [
        f'{{"timestamp":"{day}T10:00:00Z","visitor":"{day}-{number}","pathname":"/"}}'
        for day, count in (CROWD | {"2026-03-31": 31}).items()
        for number in range(count)
    ]
    assert running.call("POST", "/api/v1/import/events?site_id=portal.example", content="\n".join(lines)).json()["accepted"] == len(lines)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def browser(server):
    with closing(server.browser()) as client:
        yield client


def test_the_first_page_lists_the_portals_with_what_may_be_seen(browser):
    page = browser.get("/", params={"period": "7d"})
    assert (page.status_code, page.headers["content-type"].split(";")[0]) == (200, "text/html")
    assert "style-src 'self'" in page.headers["content-security-policy"]
    rows = re.findall(r'<tr role="row">(.*?)</tr>', page.text, re.DOTALL)[1:]
    total, seen, quiet = (re.sub(r"\s+", " ", re.sub(r"<svg.*?</svg>|<[^>]+>", " ", row, flags=re.DOTALL)).strip() for row in rows)
    assert total.startswith("2 portals 68 visitors")
    assert seen.startswith("portal.example city 68 visitors")
    assert quiet.startswith(
        "quiet.example ! Fewer than ten visitors, or none, in this period and in the one before. Look at the set-up parks –"
    )
    assert "5 without a number." in page.text


def test_a_choice_that_is_not_valid_is_refused_with_what_is(browser):
    page = browser.get("/", params={"sort": "size"})
    assert page.status_code == 400
    assert "Valid: name, visitors, change." in page.text


def test_who_is_not_signed_in_sees_no_portal(server):
    page = httpx.get(f"{server.url}/", timeout=LONG_S)
    assert (page.status_code, page.headers["location"]) == (303, "/sign-in?next=%2F")


def test_an_operator_of_one_group_sees_only_its_portals(server):
    with closing(server.browser("bob@example.city", "viewer")) as bob:
        server.run("operators", "revoke", "bob@example.city")
        server.run("operators", "grant", "bob@example.city", "viewer", "--group", "parks")
        page = bob.get("/").text
    assert "quiet.example" in page
    assert "portal.example" not in page


HERE = "/portals/portal.example"


def test_a_third_attribute_is_refused_beside_the_filters_that_can_be_taken_away(browser):
    page = browser.get(HERE, params=[("period", "7d"), ("f", "is,country,RU"), ("f", "is,device,Mobile"), ("f", "is,browser,Chrome")])
    assert page.status_code == 422
    assert "at most 2 visitor attributes" in page.text
    assert page.text.count('class="chip"') == 3
    assert f"{HERE}?period=7d&amp;f=is%2Cdevice%2CMobile&amp;f=is%2Cbrowser%2CChrome" in page.text


def test_a_graph_is_not_cut_finer_than_can_be_seen_and_the_menu_offers_what_fits(browser):
    page = browser.get(HERE, params={"period": "28d", "interval": "minute"})
    assert page.status_code == 400
    assert "Valid intervals: hour, day, week, month." in page.text
    assert browser.get(f"{HERE}/graph.svg", params={"period": "28d", "interval": "minute"}).status_code == 400
    offered = browser.get(HERE, params={"period": "28d"}).text
    assert ("interval=hour" in offered, "interval=minute" in offered) == (True, False)


def test_what_went_wrong_leads_back_to_the_page_it_came_from(browser, server):
    came = {"referer": f"{server.url}{HERE}?period=7d"}
    assert f'href="{HERE}?period=7d"' in browser.get(f"{HERE}/panels/nothing", headers=came).text
    elsewhere = {"referer": "https://elsewhere.example/portals/x"}
    assert "Back to the page" not in browser.get(f"{HERE}/panels/nothing", headers=elsewhere).text
