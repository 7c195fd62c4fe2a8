"""A portal's page for residents, and erasing one's own day, on a whole app."""

import re
from urllib.parse import quote

import httpx
import msgspec
import pytest

from footfall.collect.conditions import CONDITIONS
from footfall.collect.flood import make_limit
from footfall.control.heads import Head
from footfall.control.items import put_items
from footfall.control.ledger import spend
from footfall.control.placements import put_placement
from footfall.privacy.budget import noise_of
from footfall.privacy.marts import MARTS
from footfall.serve.ledgers import entry_of, open_ledger
from footfall.vocabulary import Item
from tests.support.app_here import AppHere
from tests.support.server import AGENT
from tests.support.waiting import until

OTHER = AGENT.replace("140", "139")
NOW = "2026-03-10T12:00:00Z"
DOMAIN, SEALED = "library.example", "sealed.example"
ME = f"/privacy/me?site={DOMAIN}"
HELD = "SELECT count() FROM {table:Identifier} WHERE site = {site:UInt32} AND path = {path:String}"


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    settings = {"now": NOW, "segment_age_ms": "50", "steward_contact": "data@example.city", "profiles": "true"}
    with AppHere(tmp_path_factory.mktemp("home"), **settings) as running:
        control = running.house.desk.control
        control.create_portal(domain=DOMAIN, domains=("books.example", "пример.рф"), timezone="Europe/Moscow", allowed_query=("q",))
        control.create_portal(domain=SEALED, keep_events=0, privacy_signal="refuse", allowed_props=("form",), group="other")
        yield running


@pytest.fixture(autouse=True)
def without_rest(app, monkeypatch):
    """Loading and deleting follow one another at once, and nobody asks too often."""
    monkeypatch.setattr("footfall.serve.erasing.REST_MS", 0)
    monkeypatch.setattr("footfall.serve.house.LONGEST_REST_S", 0.1)
    monkeypatch.setattr(app.house, "allow_erasing", make_limit(0))


def see(app, path, agent=AGENT, domain=DOMAIN):
    body = {"s": domain, "u": f"https://{domain}{path}"}
    assert httpx.post(f"{app.url}/api/collect", json=body, headers={"user-agent": agent}).status_code == 202


def held(app, path):
    """Events of a page on the portal."""
    site = app.house.desk.control.portals()[0].id
    ((count,),) = app.house.desk.engine.query(HELD, {"table": "events", "site": site, "path": path})
    return count


def erase(app, agent=AGENT, **headers):
    return httpx.delete(app.url + ME, headers={"user-agent": agent} | headers)


def told(answer):
    """Everything of an answer but when it was given."""
    return answer.status_code, {name: value for name, value in answer.headers.items() if name != "date"}, answer.content


def test_page_says_what_the_portal_s_own_settings_do(app):
    page = httpx.get(f"{app.url}/privacy/{DOMAIN}").text
    assert "<code>q</code>" in page and "Events are kept for 90 days" in page and 'href="mailto:data@example.city"' in page
    assert 'href="https://xn--e1afmkfd.xn--p1ai#footfall-optout"' in page
    sealed = httpx.get(f"{app.url}/privacy/{SEALED}", headers={"sec-gpc": "1"}).text
    assert "Events end with their day" in sealed and "nothing of the visit is kept" in sealed
    assert "<code>form</code>" in sealed and "<code>q</code>" not in sealed
    assert "Your browser sends Global Privacy Control now." in sealed and "Your browser sends neither now." in page
    assert "Attacks that were tried" not in page


def test_page_can_be_framed_by_the_portal_s_own_hosts_and_by_no_other_and_sets_no_cookie(app):
    answer = httpx.get(f"{app.url}/privacy/{DOMAIN}")
    policy = dict(part.strip().partition(" ")[::2] for part in answer.headers["content-security-policy"].split(";"))
    hosts = [DOMAIN, "books.example", "xn--e1afmkfd.xn--p1ai"]
    assert policy["frame-ancestors"].split() == ["'self'", *hosts, *(f"www.{host}" for host in hosts)]
    assert (policy["default-src"], policy["script-src"], policy["style-src"]) == ("'none'", "'self'", "'self'")
    assert "set-cookie" not in answer.headers


def test_page_speaks_the_language_that_is_asked_for(app):
    assert '<html lang="ru"' in httpx.get(f"{app.url}/privacy/{DOMAIN}?lang=ru").text
    assert '<html lang="ru"' in httpx.get(f"{app.url}/privacy/{DOMAIN}", headers={"accept-language": "ru"}).text
    assert '<html lang="en"' in httpx.get(f"{app.url}/privacy/{DOMAIN}?lang=xx", headers={"accept-language": "fr"}).text


def test_ledger_shows_its_hash_of_a_day_that_is_over_to_anybody_in_both_languages(app, monkeypatch):
    assert "There is no hash yet" in httpx.get(f"{app.url}/ledger").text
    assert 'href="/ledger"' in httpx.get(f"{app.url}/privacy/{DOMAIN}").text
    day = Head("2026-03-09", 1204, "5a" * 32)
    monkeypatch.setattr("footfall.serve.pages.ledger.heads", lambda ledger, now_ms: [day])
    page, twin = httpx.get(f"{app.url}/ledger?lang=ru"), httpx.get(f"{app.url}/ledger.json")
    assert '<html lang="ru"' in page.text and "5a" * 32 in page.text and "set-cookie" not in page.headers
    assert twin.json() == {"heads": [msgspec.to_builtins(day)]}


def test_page_finds_a_portal_by_each_of_its_names_and_no_other(app):
    for name in ("books.example", "www.library.example", quote("пример.рф"), "xn--e1afmkfd.xn--p1ai"):
        assert f"What {DOMAIN} counts" in httpx.get(f"{app.url}/privacy/{name}").text
    assert httpx.get(f"{app.url}/privacy/nobody.example").status_code == 404


def test_portal_that_is_a_part_of_a_site_has_its_page_too(app):
    portal = app.house.desk.control.create_portal(domain="city.example:8443/parks")
    page = httpx.get(f"{app.url}/privacy/{portal.domain}")
    assert "frame-ancestors 'self' city.example:8443 www.city.example:8443;" in page.headers["content-security-policy"]
    assert 'href="https://city.example:8443/parks#footfall-optout"' in page.text
    (action,) = re.findall(r'<form method="post" action="([^"]+)"', page.text)
    assert httpx.delete(app.url + action.replace("&amp;", "&"), headers={"user-agent": AGENT}).json()["portal"] == portal.domain
    assert httpx.get(f"{app.url}/privacy/{portal.domain}.json").json()["portal"] == portal.domain


def test_twin_for_machines_tells_what_the_group_s_draws_cost(app):
    desk = app.house.desk
    portal = desk.control.portals()[0]
    noise = noise_of("open", MARTS[5])
    for day in ("2026-01-01", "2026-03-08"):
        entry = entry_of(noise, group=portal.group, sites=[portal.id], day=day, known=["[1]"])
        spend(open_ledger(desk.settings, desk.control), entry, desk.now())
    folder = desk.settings.home_path / "attacks"
    folder.mkdir()
    (folder / "1.json").write_text('{"at_ms": 1773100800000, "attacks": [{"name": "joining", "rate": 0.53, "bar": 0.6, "passed": true}]}')
    facts = httpx.get(f"{app.url}/privacy/{DOMAIN}.json").json()
    assert (facts["spent"]["since"], facts["spent"]["days"], facts["spent"]["rho"]) == ("2026-02-08", 1, noise.rho)
    assert [mart["name"] for mart in facts["marts"]] == [mart.name for mart in MARTS]
    assert facts["attacks"]["attacks"] == [{"name": "joining", "rate": 0.53, "bar": 0.6, "passed": True}]
    page = httpx.get(f"{app.url}/privacy/{DOMAIN}").text
    assert (
        "Since Feb 8, 2026 1 day was drawn." in page
        and "joining" in page
        and "withstood" in page
        and ">0.53<" in page
        and "53%" not in page
    )


def test_support_of_the_signal_is_told_until_a_portal_ignores_it(app):
    control = app.house.desk.control
    path = f"{app.url}/.well-known/gpc.json"
    assert httpx.get(path).json()["gpc"] is True
    ignores = control.create_portal(domain="ignores.example", privacy_signal="ignore")
    assert httpx.get(path).json()["gpc"] is False
    control.delete_portal(ignores.domain)


def test_what_is_held_of_me_is_the_same_whoever_asks(app):
    see(app, "/asked")
    assert until(lambda: held(app, "/asked") == 1)
    known, stranger = (told(httpx.get(app.url + ME, headers={"user-agent": agent})) for agent in (AGENT, "nobody"))
    assert known == stranger and known[0] == 200
    answer = msgspec.json.decode(known[2])
    assert (answer["today"], answer["pseudonym_ends"]) == ("2026-03-10", "2026-03-10T21:00:00Z")


def test_erasing_takes_the_visitor_s_own_day_and_counts_no_more_of_it(app):
    see(app, "/mine", AGENT + " one")
    see(app, "/mine", OTHER)
    assert until(lambda: held(app, "/mine") == 2)
    assert erase(app, AGENT + " one").status_code == 202
    assert until(lambda: held(app, "/mine") == 1)
    see(app, "/mine", AGENT + " one")
    see(app, "/after", OTHER)
    assert until(lambda: held(app, "/after") == 1)
    assert held(app, "/mine") == 1


def test_line_that_waits_in_the_journal_is_erased_too(app):
    with app.house.desk.loader._lock:
        see(app, "/waiting", AGENT + " two")
        see(app, "/waiting", OTHER)
        assert until(lambda: list(app.house.desk.journal_folder.glob("*.ndjson")))
        assert erase(app, AGENT + " two").status_code == 202
    assert until(lambda: held(app, "/waiting") == 1)
    assert until(lambda: app.house.desk.erased.waiting() == frozenset())
    assert held(app, "/waiting") == 1


def test_answer_does_not_tell_whether_there_was_anything(app):
    see(app, "/there", AGENT + " three")
    assert until(lambda: held(app, "/there") == 1)
    there, stranger, again = (erase(app, AGENT + agent) for agent in (" three", " nobody", " three"))
    assert told(there) == told(stranger) == told(again)


def test_page_of_another_site_erases_nothing(app):
    see(app, "/safe", AGENT + " six")
    for headers in ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": f"https://{DOMAIN}"}):
        assert erase(app, AGENT + " six", **headers).status_code == 403
    asked = {"origin": "https://evil.example", "access-control-request-method": "DELETE"}
    assert "access-control-allow-origin" not in httpx.options(app.url + ME, headers=asked).headers
    see(app, "/safe", AGENT + " six")
    assert until(lambda: held(app, "/safe") == 2)


def test_form_works_without_a_script_and_only_with_the_token_of_the_visitor_s_own_page(app):
    me, other = {"user-agent": AGENT + " four"}, {"user-agent": OTHER + " four"}
    see(app, "/form", me["user-agent"])
    assert until(lambda: held(app, "/form") == 1)
    first, second = (
        re.search(r'name="token" value="([^"]+)"', httpx.get(f"{app.url}/privacy/{DOMAIN}", headers=me).text)[1] for _ in range(2)
    )
    assert first.partition(".")[2] != second.partition(".")[2]
    for token, headers, site in ((first, other, DOMAIN), (first, me, SEALED), ("", me, DOMAIN), (first + "0", me, DOMAIN)):
        assert httpx.post(f"{app.url}/privacy/me?site={site}", data={"token": token}, headers=headers).status_code == 403
    assert held(app, "/form") == 1
    answer = httpx.post(f"{app.url}{ME}&lang=ru", data={"token": first}, headers=me)
    assert (answer.status_code, "Этот ответ одинаков" in answer.text) == (202, True)
    assert until(lambda: held(app, "/form") == 0)


KEPT = f"/api/v1/me?site={DOMAIN}"
"""What a device keeps here."""


def test_device_that_agreed_sees_changes_and_erases_all_that_is_kept(app):
    agreed = httpx.put(app.url + KEPT, json={"text": "profile-2026-11 en"}).json()
    key = {"x-device-key": agreed["device_key"]}
    seen = app.url + KEPT.replace("me?", "me/seen?")
    httpx.post(seen, json={"topics": {"parks": 0.8, "taxes": 0.5}}, headers=key).raise_for_status()
    kept = httpx.get(app.url + KEPT, headers=key).json()
    assert kept["topics"] == {"parks": 0.8, "taxes": 0.5} and kept["ends"] == "2026-06-08"
    assert set(kept) == {"portal", "agreed", "topics", "changed", "ends"}, "and nothing else is kept"
    httpx.put(app.url + KEPT, json={"text": "profile-2026-12 en", "what": []}, headers=key).raise_for_status()
    assert httpx.post(seen, json={"topics": {"parks": 0.8}}, headers=key).json()["topics"] == {"parks": 0.8, "taxes": 0.5}
    page = httpx.post(f"{app.url}/privacy/kept?site={DOMAIN}&lang=ru", data={"key": agreed["device_key"], "act": "show"}).text
    assert "profile-2026-12 en" in page and "Налоги и сборы" in page and "taxes" not in page and "Всё, что хранится" in page
    assert httpx.delete(app.url + KEPT, headers=key).json() == {"erased": True}
    assert httpx.get(app.url + KEPT, headers=key).status_code == 404


def test_page_erases_by_the_key_and_says_the_same_of_one_that_is_none(app):
    key = httpx.put(app.url + KEPT, json={"text": "x"}).json()["device_key"]
    there, none = (httpx.post(f"{app.url}/privacy/kept?site={DOMAIN}", data={"key": one, "act": "erase"}) for one in (key, "none"))
    assert "is erased" in there.text and there.text == none.text
    assert httpx.get(app.url + KEPT, headers={"x-device-key": key}).status_code == 404


def test_what_is_kept_is_shown_and_erased_also_where_it_was_turned_off_since(app, monkeypatch):
    made = httpx.put(app.url + KEPT, json={"text": "x"}).json()
    key = {"x-device-key": made["device_key"]}
    monkeypatch.setattr(app.house, "profiles", None)
    assert httpx.put(app.url + KEPT, json={"text": "x"}).status_code == 404
    assert httpx.post(app.url + KEPT.replace("me?", "me/seen?"), json={"topics": {"parks": 0.8}}, headers=key).status_code == 404
    assert httpx.get(app.url + KEPT, headers=key).json() == made["kept"]
    assert httpx.delete(app.url + KEPT, headers=key).json() == {"erased": True}
    assert httpx.get(app.url + KEPT, headers=key).status_code == 404


@pytest.fixture(scope="module")
def offered(app):
    """A public list of the portal and one that is not, over three items about two topics."""
    control, now_ms = app.house.desk.control, app.house.desk.now()
    site = control.portal(DOMAIN).id
    about = {"/bus": "Night buses and trams", "/tickets": "Metro and bus tickets", "/pool": "Swimming pools and sport halls"}
    items = [
        Item(id=0, site=site, path=path, url=f"https://{DOMAIN}{path}", title=title, language="en", kind="service", source="upload")
        for path, title in about.items()
    ]
    put_items(control, items, now_ms=now_ms)
    put_placement(control, site, "start", {"n": 2, "is_public": True}, now_ms=now_ms)
    put_placement(control, site, "staff-only", {"n": 2}, now_ms=now_ms)
    for _ in range(3):  # items, their topics, and then nothing new: the clock stands
        app.house.content.recommending.look()
    return about


def candidates(app, placement="start", **headers):
    return httpx.get(f"{app.url}/api/v1/placements/{placement}/candidates?language=en", headers=headers)


def test_candidates_are_the_same_for_everybody_without_a_key_and_for_public_lists_alone(app, offered):
    one, other = candidates(app), candidates(app, cookie="footfall=x", **{"user-agent": OTHER, "x-device-key": "x"})
    assert one.content == other.content and one.headers["etag"] == other.headers["etag"]
    assert {item["title"] for item in one.json()["items"]} == set(offered.values())
    assert one.json()["names"]["sport"] == "Sport" and one.json()["pages"]["/pool"][0][0] == "sport"
    assert candidates(app, **{"if-none-match": one.headers["etag"]}).status_code == 304
    assert "set-cookie" not in one.headers and one.headers["access-control-allow-origin"] == "*"
    private, none = candidates(app, "staff-only"), candidates(app, "none")
    assert (private.status_code, none.status_code) == (404, 404)
    assert private.json()["error"].replace("staff-only", "") == none.json()["error"].replace("none", "")


def test_nothing_is_taken_without_a_key_of_what_a_public_list_showed(app, offered):
    found = candidates(app).json()
    body = {"id": found["id"], "event": "clicked", "item": found["items"][0]["item"]}
    asked = [f"{app.url}/api/v1/feedback", f"{app.url}/api/v1/placements/start/feedback"]
    assert [httpx.post(url, json=body).status_code for url in asked] == [401, 404]
    assert not app.house.content.feedback._sums


def test_device_that_agreed_gets_the_list_in_its_own_order_and_the_page_is_kept_nowhere(app, offered):
    key = {"x-device-key": httpx.put(app.url + KEPT, json={"text": "x"}).json()["device_key"]}
    asked = {"placement": "start", "language": "en", "n": 3}
    mine = app.url + KEPT.replace("me?", "me/recommend?")
    before = [item["title"] for item in httpx.post(mine, json=asked, headers=key).json()["items"]]
    assert before == [item["title"] for item in candidates(app).json()["items"]]
    liked = before[-1]
    path = next(path for path, title in offered.items() if title == liked)
    kept = httpx.post(app.url + KEPT.replace("me?", "me/seen?"), json={"page": path}, headers=key)
    assert kept.json()["topics"] and path not in kept.text
    items = httpx.post(mine, json=asked, headers=key).json()["items"]
    assert items[0]["title"] == liked and items[0]["reason"].startswith("Because you read about: ")
    httpx.put(app.url + KEPT, json={"text": "x", "what": []}, headers=key)
    assert [item["title"] for item in httpx.post(mine, json=asked, headers=key).json()["items"]] == before, "the yes was taken back"
    httpx.put(app.url + KEPT, json={"text": "x"}, headers=key)
    assert httpx.post(mine, json=asked, headers=key).json()["items"][0]["title"] == liked
    assert httpx.post(mine, json=asked | {"placement": "staff-only"}, headers=key).status_code == 404
    assert httpx.post(mine.replace(DOMAIN, SEALED), json=asked, headers=key).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status"),
    [
        ("GET", KEPT, None, {}, 400),
        ("GET", f"/api/v1/me?site={SEALED}", None, {"x-device-key": "x"}, 404),
        ("GET", "/api/v1/me?site=nobody.example", None, {"x-device-key": "x"}, 404),
        ("PUT", KEPT, {"what": ["topics"]}, {}, 400),
        ("PUT", KEPT, {"text": "x", "what": ["mail"]}, {}, 400),
        ("PUT", KEPT, {"text": "x"}, {"x-device-key": "made up"}, 404),
        ("POST", KEPT.replace("me?", "me/seen?"), {"topics": {"parks": 2}}, {"x-device-key": "x"}, 400),
        ("POST", KEPT.replace("me?", "me/seen?"), {"topics": dict.fromkeys("abcd", 1)}, {"x-device-key": "x"}, 400),
    ],
)
def test_what_devices_must_not_send_is_answered_with_a_sentence(app, method, path, body, headers, status):
    answer = httpx.request(method, app.url + path, json=body, headers=headers)
    assert (answer.status_code, bool(answer.json()["error"])) == (status, True)


def test_pages_of_portals_may_send_a_device_s_key(app):
    asked = {"origin": f"https://{DOMAIN}", "access-control-request-method": "PUT", "access-control-request-headers": "x-device-key"}
    answer = httpx.options(app.url + KEPT, headers=asked)
    assert (answer.status_code, "x-device-key" in answer.headers["access-control-allow-headers"]) == (204, True)


def test_new_devices_from_one_address_wait(app, monkeypatch):
    monkeypatch.setattr(app.house, "allow_profiles", make_limit(1))
    assert [httpx.put(app.url + KEPT, json={"text": "x"}).status_code for _ in range(2)] == [200, 429]


def test_who_asks_too_often_waits(app, monkeypatch):
    monkeypatch.setattr(app.house, "allow_erasing", make_limit(2))
    assert [erase(app, AGENT + " five").status_code for _ in range(3)] == [202, 202, 429]
    monkeypatch.setattr(app.house, "allow_erasing", make_limit(0))
    monkeypatch.setattr(app.house, "allow_all_erasing", make_limit(1))
    assert [erase(app, AGENT + " five").status_code for _ in range(2)] == [202, 429]
    assert erase(app, AGENT + " five").json()["code"] == "rate_limited"


def test_portal_that_is_not_known_has_nothing_to_erase(app):
    assert httpx.delete(f"{app.url}/privacy/me?site=nobody.example").status_code == 404
    assert httpx.get(f"{app.url}/privacy/me").status_code == 404


def test_under_the_french_profile_what_is_erased_is_what_was_counted(app, monkeypatch):
    desk, context = app.house.desk, app.house.gate.collector._context
    monkeypatch.setattr(desk, "settings", msgspec.structs.replace(desk.settings, profile="cnil"))
    monkeypatch.setattr(context, "conditions", CONDITIONS["cnil"])
    mine, other = "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0", OTHER
    see(app, "/french", mine)
    see(app, "/french-too", other)
    assert until(lambda: (held(app, "/french"), held(app, "/french-too")) == (1, 1))
    assert erase(app, mine).is_success
    assert until(lambda: (held(app, "/french"), held(app, "/french-too")) == (0, 1))


def test_who_is_erased_leaves_a_sealed_portal_s_room_too(app, monkeypatch):
    desk, quiet = app.house.desk, "quiet.example"
    portal, room = desk.control.create_portal(domain=quiet, keep_events=0, group="quiet"), desk.sealed
    app.house.gate.portals.refresh(wait=True)
    mine = "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0"
    for agent in (mine, OTHER):
        see(app, "/quiet", agent, quiet)
    monkeypatch.setattr(room, "_now", lambda: desk.now() + 70 * 60_000)

    def left():
        room.loader.load_waiting()
        return room.engine.query(HELD, {"table": "events", "site": portal.id, "path": "/quiet"})[0][0]

    assert until(lambda: left() == 2)
    assert httpx.delete(f"{app.url}/privacy/me?site={quiet}", headers={"user-agent": mine}).is_success
    assert until(lambda: left() == 1)
    assert desk.engine.query(HELD, {"table": "events", "site": portal.id, "path": "/quiet"}) == [(0,)], "never on disk"
