"""Shared links and embedded panels on a whole server whose own people see everything (``exact``): who is outside does not."""

import re

import httpx
import pytest

from footfall.control.keys import create_key
from footfall.control.roles import Grant
from tests.support.app_here import AppHere
from tests.support.signing_in import PASSWORD, Reader

DOMAIN = "library.example"
HERE, DAY_MS = f"/portals/{DOMAIN}", 86_400_000
ANN, VIC = "ann@example.city", "vic@example.city"
CROWD = {"/": 40, "/news": 20, "/nineteen": 19}
DAY = "?period=custom&from=2026-03-31&to=2026-03-31"
BEHIND = re.compile(r'(?:href|action|hx-get|connect)="(/(?!shared/|static/|metrics-explained)[^"]*)"')


def lines():
    """Nineteen from Malta read /nineteen: a cell that a policy of ten lets out."""
    for path, count in CROWD.items():
        country = "MT" if path == "/nineteen" else "DE"
        for number in range(count):
            who = f'"visitor":"{path}{number}","pathname":"{path}","country":"{country}"'
            yield f'{{"timestamp":"2026-03-31T10:00:00Z",{who}}}'
            yield f'{{"timestamp":"2026-03-31T10:00:10Z",{who},"name":"Form: Submission","props":{{"form":"order{path}"}}}}'


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    with AppHere(tmp_path_factory.mktemp("home"), now="2026-04-01T12:00:00Z") as app:
        control = app.house.desk.control
        control.create_portal(domain=DOMAIN)
        control.create_portal(domain="other.example")
        headers = {"authorization": f"Bearer {create_key(control, 'all', ('*',), now_ms=0)}"}
        url = f"{app.url}/api/v1/import/events?site_id={DOMAIN}"
        assert httpx.post(url, content="\n".join(lines()), headers=headers).json()["accepted"] == 2 * sum(CROWD.values())
        Reader(app).join(ANN, Grant("analyst", "portal", "1"))
        Reader(app).join(VIC, Grant("viewer", "portal", "1"))
        yield app


@pytest.fixture(scope="module")
def ann(city):
    reader = Reader(city)
    assert reader.sign_in(ANN).status_code == 303
    return reader


@pytest.fixture
def later(city, monkeypatch):
    """Sets the clock so many milliseconds on."""
    desk = city.house.desk
    then = desk.now()
    return lambda ms: monkeypatch.setattr(desk, "now", lambda: then + ms)


def made(ann, query=DAY, **fields):
    """The path of a new link, and what its maker is shown."""
    page = ann.send(f"{HERE}/shares{query}", f"{HERE}/shares", view=query, **fields).text
    found = re.search(r'id="made">(?:&lt;iframe src=")?http://[^/]+(/(?:shared|embed)/[\w-]+)', page)
    assert found, re.search(r'role="alert">([^<]+)<', page)
    return found[1]


def seen(page, panel):
    part = page[page.index(f'id="{panel}"') :]
    return re.findall(r"<title>|(/\w*)</(?:a|span)></th>", part[: part.index("</section>")])


def test_link_prints_whole_and_no_more_than_it_shows(city, ann):
    here = made(ann)
    page = Reader(city).get(here + "/print").text
    assert (seen(page, "pages"), "revealed" in page) == (["/", "/news"], False)
    assert re.findall(r"(order/\w*)</", page[page.index('id="forms"') :]) == ["order/", "order/news"]
    assert "/nineteen" not in page
    assert f'href="{here}/print' in Reader(city).get(here).text


def test_link_shows_the_view_that_was_shared_to_who_is_not_signed_in(city, ann):
    answer = Reader(city).get(made(ann))
    assert answer.status_code == 200
    assert seen(answer.text, "pages") == ["/", "/news"]
    assert 'class="value">79<' in answer.text
    assert "set-cookie" not in answer.headers
    assert {name: answer.headers[name] for name in ("cache-control", "referrer-policy", "x-robots-tag")} == {
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "x-robots-tag": "noindex, nofollow",
    }
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_nothing_on_it_leads_behind_the_door_not_even_for_who_is_signed_in(ann):
    path = made(ann)
    for page in (path, f"{path}/panels/pages", f"{path}/panels/forms/card"):
        text = ann.get(page).text
        assert BEHIND.findall(text) == [], page
        assert "Ann" not in text


def test_nineteen_visitors_are_nobody_outside_whatever_the_policy_inside(city, ann):
    inside = ann.get(f"{HERE}{DAY}").text
    assert seen(inside, "pages") == ["/", "/news", "/nineteen"]
    path, reader = made(ann), Reader(city)
    assert seen(reader.get(path).text, "pages") == ["/", "/news"]
    assert "Malta" not in reader.get(path).text
    forms = reader.get(f"{path}/panels/forms{DAY}&tab.forms=form_sent").text
    assert "order/news" in forms, "links that name a tab of before go on"
    assert "nineteen" not in forms
    narrowed = reader.get(made(ann, f"{DAY}&f=is,country,MT")).text
    assert "19" not in re.findall(r'class="value"[^>]*>([^<]+)<', narrowed)
    assert "Fewer than 20 visitors, or none" in narrowed
    graph = reader.get(made(ann, f"{DAY}&f=is,country,MT&interval=hour", panel="graph", origins="https://city.example")).text
    assert "No numbers to draw" in graph
    assert "/nineteen" not in reader.get(made(ann, panel="pages", origins="https://city.example")).text


def test_link_stays_at_its_period_and_filters_whatever_its_reader_asks(city, ann):
    query, reader = f"{DAY}&f=is,page,/news", Reader(city)
    fixed = made(ann, query, change="on")
    for asked in ("", "?period=7d", "?period=day&f=is,page,/&metric=visits&interval=minute"):
        page = reader.get(fixed + asked).text
        assert ('class="value">20<' in page, page.count("data-tick")) == (True, 24)
    assert re.search(r'aria-current="true">\s*<span class="name">Visits', reader.get(f"{fixed}?metric=visits").text)
    assert f'href="{fixed}{DAY}"'.replace("&", "&amp;") not in reader.get(fixed).text, "its filter cannot be taken away"


def newest(ann):
    return max(int(number) for number in re.findall(r'name="share" value="(\d+)"', ann.get(f"{HERE}/shares").text))


def test_link_ends_when_it_expires_or_is_revoked_and_looks_as_if_it_never_was(city, ann, later):
    expires, revoked = made(ann, days="7"), made(ann, password=PASSWORD)
    frame, reader = made(ann, panel="graph", origins="https://city.example"), Reader(city)
    assert [reader.get(path).status_code for path in (expires, revoked, frame)] == [200] * 3
    for number in (newest(ann), newest(ann) - 1):
        assert ann.send(f"{HERE}/shares", f"{HERE}/shares/revoke", share=number).status_code == 303
    later(7 * DAY_MS - 1)
    assert reader.get(expires).status_code == 200
    later(7 * DAY_MS)
    gone = [(path, reader.get(path)) for path in (expires, revoked, frame, "/shared/never-made", f"{revoked}/panels/pages")]
    assert {answer.status_code for _, answer in gone} == {404}
    assert len({answer.text.replace(path, "") for path, answer in gone}) == 1


def test_password_is_asked_for_and_kept_for_this_link_alone(city, ann):
    path, other = made(ann, password=PASSWORD), made(ann, password=PASSWORD)
    reader = Reader(city)
    asked = reader.get(path)
    assert (asked.status_code, 'class="value">' in asked.text, DOMAIN in asked.text) == (200, False, False)
    assert reader.get(f"{path}/panels/pages/card").headers["location"] == path
    wrong = reader.send(path, password="not the password")
    assert (wrong.status_code, "That is not the password." in wrong.text) == (403, True)
    right = reader.send(path, password=PASSWORD)
    (cookie,) = [head for head in right.headers.get_list("set-cookie") if head.startswith("below=")]
    assert (right.status_code, right.headers["location"]) == (303, path)
    assert {"HttpOnly", "SameSite=lax", f"Path={path}"} <= set(cookie.split("; "))
    assert 'class="value">79<' in reader.get(path).text
    value = cookie.partition(";")[0]
    assert 'class="value">' not in httpx.get(city.url + other, headers={"cookie": value}).text, "not worth anything elsewhere"
    assert httpx.post(city.url + path, data={"password": PASSWORD}).status_code == 403, "the form's token is missing"


def test_link_waits_after_five_wrong_passwords(city, ann, later):
    path, reader = made(ann, password=PASSWORD), Reader(city)
    assert [reader.send(path, password=f"wrong {number}").status_code for number in range(5)] == [403] * 5
    assert reader.send(path, password=PASSWORD).status_code == 403
    later(60_000)
    assert reader.send(path, password=PASSWORD).status_code == 303


def test_embedded_panel_may_be_framed_by_the_sites_named_and_sets_no_cookie(city, ann):
    path = made(ann, panel="pages", origins="https://city.example http://127.0.0.1:9999")
    answer = httpx.get(f"{city.url}{path}?theme=dark&lang=ru", headers={"cookie": "theme=light; language=en"})
    policy = answer.headers["content-security-policy"]
    assert policy.endswith("frame-ancestors https://city.example http://127.0.0.1:9999")
    assert ("default-src 'none'" in policy, "script" in policy) == (True, False)
    assert ("set-cookie" in answer.headers, answer.headers["cache-control"]) == (False, "public, max-age=60")
    assert ('<html lang="ru" data-theme="dark">' in answer.text, "<script" in answer.text, 'href="/p' in answer.text) == (
        True,
        False,
        False,
    )
    assert re.findall(r'title="(/\w*)"', answer.text) == ["/", "/news"]


def test_embedded_panel_is_made_once_a_minute_and_not_after_it_was_revoked(city, ann, monkeypatch):
    path = made(ann, panel="graph", origins="https://city.example")
    first = httpx.get(city.url + path).text
    monkeypatch.setattr("footfall.serve.pages.embed.load", None)
    assert httpx.get(city.url + path).text == first
    ann.send(f"{HERE}/shares", f"{HERE}/shares/revoke", share=newest(ann))
    assert httpx.get(city.url + path).status_code == 404


def test_viewers_make_no_links_and_analysts_none_of_another_portal(city, ann):
    vic = Reader(city)
    vic.sign_in(VIC)
    assert "/shares" not in vic.get(HERE).text
    assert f"{HERE}/shares" in ann.get(HERE).text
    assert vic.get(f"{HERE}/shares").status_code == 403
    assert ann.get("/portals/other.example/shares").status_code == 404
    token = re.search(r'name="token" value="([^"]+)"', vic.get("/account").text)[1]
    for action in ("/shares", "/shares/revoke"):
        assert vic.http.post(HERE + action, data={"token": token, "share": "1"}).status_code == 403


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"password": "short"}, "too short"),
        ({"days": "36500"}, "none of them"),
        ({"panel": "pages"}, "the sites that may show it"),
        ({"panel": "pages", "origins": "https://*"}, "is not valid"),
        ({"panel": "nothing", "origins": "https://city.example"}, "is not known"),
    ],
)
def test_link_that_cannot_be_made_says_why(ann, fields, said):
    answer = ann.send(f"{HERE}/shares", view=DAY, **fields)
    assert (answer.status_code, said in re.search(r'role="alert">([^<]+)<', answer.text)[1]) == (400, True)


def test_form_of_a_link_that_cannot_be_made_comes_back_as_it_was_typed_but_for_its_password(ann):
    link = ann.send(f"{HERE}/shares", view=DAY, password="short", days="365").text
    panel = ann.send(f"{HERE}/shares", view=DAY, panel="sources", origins="https://*", days="7").text
    asked = [re.findall(r'<form method="post" action="[^"]+/shares".*?</form>', page, re.DOTALL) for page in (link, panel)]
    assert [['role="alert"' in form for form in forms] for forms in asked] == [[True, False], [False, True]]
    assert '<option value="365" selected>' in asked[0][0]
    assert "short" not in re.sub(r'role="alert">[^<]+<', "", asked[0][0])
    assert all(one in asked[1][1] for one in ('<option value="sources" selected>', 'value="https://*"', '<option value="7" selected>'))


def test_making_says_what_is_shared_and_for_how_long_and_shows_the_token_once(ann):
    path = made(ann, f"{DAY}&f=is,country,DE", days="365", password=PASSWORD)
    page = ann.get(f"{HERE}/shares").text
    assert path not in page
    assert "2026-03-31 – 2026-03-31 · Country is Germany · with a password" in page
    assert f"until Apr 1, 2027, made by {ANN}" in page


def test_link_shows_days_that_are_over_so_nobody_is_seen_to_come(city, ann):
    reader = Reader(city)
    named = [made(ann, f"?period={period}") for period in ("day", "24h", "7d", "30d", "month", "year", "all")]
    running = made(ann, "?period=custom&from=2026-03-31&to=2026-04-01")
    frame = made(ann, "?period=custom&from=2026-04-01&to=2026-04-01", panel="pages", origins="https://city.example")
    event = {"n": "pageview", "u": f"https://{DOMAIN}/news", "d": DOMAIN}
    agent = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
    for _ in range(3):
        assert httpx.post(f"{city.url}/api/event", json=event, headers=agent).status_code == 202
    city.house.desk.loader.load_waiting()
    for path in (*named, running):
        page = reader.get(path).text
        assert 'class="value">79<' in page, path
        assert "Apr 1" not in page[page.index("<main") : page.index('class="cards"')], path
    assert re.findall(r">(/\w*)</span></th>", reader.get(frame).text) == ["/", "/news"]
