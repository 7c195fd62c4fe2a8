"""Profile ``cnil``: every condition of the exemption, one by one, and the same things without the profile beside them."""

import doctest
from datetime import date
from importlib.resources import files
from types import SimpleNamespace

import msgspec
import pytest
from litestar import Litestar
from litestar.di import Provide
from litestar.testing import TestClient

from footfall.collect import visitor as visitors
from footfall.collect.conditions import CONDITIONS, USUAL
from footfall.collect.formats import access_logs, ndjson
from footfall.collect.places import Place
from footfall.collect.visitor import Salts, network_of, whole_network_of
from footfall.control.database import open_control
from footfall.control.portals import checked_portal
from footfall.errors import BadInput, BadSetting
from footfall.serve import retention
from footfall.serve.gate import Gate
from footfall.serve.house import House
from footfall.serve.pages import residents
from footfall.serve.pages.frame import Reader, text_of
from footfall.serve.pages.language import choose
from footfall.serve.pages.residents_words import RESIDENTS_WORDS
from footfall.serve.residents import facts_of
from footfall.serve.retention import forget_old_marts
from footfall.settings import Settings, read_settings
from tests.support.build import ms
from tests.support.collecting import NOW, PORTAL, context, send

CNIL = CONDITIONS["cnil"]
TAGGED = "https://portal.example/a?utm_source=letter&utm_medium=email&utm_campaign=march&utm_term=x&utm_content=y&ref=z&gclid=1&topic=bins"
CAMPAIGN = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")


def sent(conditions, *, portal=PORTAL, url=TAGGED, headers=None):
    using = context(portal, conditions=conditions)
    body = {"n": "pageview", "u": url, "d": "portal.example", "r": "https://vk.com/"}
    return send("/api/event", body, using=using, headers=headers).hit, using.visitors


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0"),
        ("203.0.113.0", "203.0.113.0"),
        ("::ffff:203.0.113.77", "203.0.113.0"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::"),
        ("2001:db8:1:ffff::1%eth0", "2001:db8:1::"),
        ("no address", "no address"),
        ("", ""),
    ],
)
def test_addresses_are_cut_to_24_and_48_bits(address, network):
    assert whole_network_of(address) == network == network_of(network)


def test_address_is_cut_before_it_is_hashed_and_located():
    asked = []
    using = context(conditions=CNIL)
    using.place_of = lambda address: asked.append(address) or Place("NL")
    send("/api/event", {"n": "pageview", "u": "https://portal.example/", "d": "portal.example"}, using=using)
    assert (using.visitors.asked[3], asked) == ("91.198.174.0", ["91.198.174.0"])
    assert sent(USUAL)[1].asked[3] == "91.198.174.192"


def test_neighbours_in_a_network_are_one_visitor_and_one_person_on_two_portals_is_two():
    salts = Salts(None, now=lambda: NOW, random=lambda size: b"s" * size)

    def visitor(last, site=1):
        return salts.visitor("city", "Etc/UTC", site, whole_network_of(f"203.0.113.{last}"), "Firefox", NOW)

    assert visitor(7) == visitor(8)
    assert visitor(7) != visitor(7, site=2)


def test_campaign_values_are_not_kept():
    kept, with_them = sent(CNIL)[0], sent(USUAL)[0]
    assert [getattr(kept, name) for name in CAMPAIGN] == [""] * 5
    assert (kept.source, kept.channel) == ("Vkontakte", "Organic Social") and "letter" not in str(kept)
    assert (with_them.utm_source, with_them.utm_campaign) == ("letter", "march")


def test_query_that_a_portal_allows_holds_no_campaign_either():
    allowing = msgspec.structs.replace(PORTAL, allowed_query=("topic", "utm_campaign", "ref"))
    assert sent(CNIL, portal=allowing)[0].path == "/a?topic=bins"


def test_imported_history_keeps_no_campaign_and_no_whole_address():
    line = msgspec.json.encode(
        {"timestamp": NOW, "source": "letter", "channel": "Email", "referrer": "https://vk.com/", "utm_campaign": "march", "visitor": "1"}
    )
    kept = ndjson.decode_line(line, PORTAL, lambda *_: 1, CNIL)
    assert (kept.source, kept.channel, kept.utm_campaign) == ("Vkontakte", "Organic Social", "")
    assert ndjson.decode_line(line, PORTAL, lambda *_: 1).source == "letter"
    asked = []
    decode = access_logs.make_decoder(PORTAL, lambda who, time_ms: asked.append(who) or 1, lambda address: Place(), CNIL)
    decode(b'203.0.113.77 - - [31/Mar/2026:10:00:00 +0000] "GET /a?utm_source=letter HTTP/1.1" 200 5 "-" "Mozilla/5.0 Firefox/140.0"')
    assert asked == ["203.0.113.0|Mozilla/5.0 Firefox/140.0"]


def test_objection_by_signal_is_heeded_whatever_a_portal_says():
    ignoring = msgspec.structs.replace(PORTAL, privacy_signal="ignore")
    assert sent(CNIL, portal=ignoring, headers={"sec-gpc": "1"})[0].visitor == 0
    assert sent(CNIL, portal=ignoring, headers={"dnt": "1"})[0].country == ""
    assert sent(USUAL, portal=ignoring, headers={"sec-gpc": "1"})[0].visitor != 0


def test_both_trackers_look_for_the_opt_out():
    for name in ("footfall.js", "footfall.full.js"):
        assert "footfall-optout" in files("footfall.collect").joinpath("tracker", name).read_text(encoding="utf-8")


def test_events_are_kept_for_25_months_at_most():
    values = {"id": 1, "domain": "portal.example", "umami_id": ""}
    assert checked_portal(values | {"keep_events": 760}).keep_events == 760
    with pytest.raises(BadInput, match="0 to 760"):
        checked_portal(values | {"keep_events": 761})


def test_marts_are_dropped_after_25_months_once_a_day(tmp_path, monkeypatch):
    control, dropped = open_control(f"sqlite:///{tmp_path / 'control.db'}", lambda: 0), []
    monkeypatch.setattr(retention, "drop_days_before", lambda engine, before: dropped.append(before) or 5)
    hours = ["2026-11-04T00:59:59", "2026-11-04T01:00:00", "2026-11-04T23:00:00", "2027-01-01T02:00:00", "2028-03-31T02:00:00"]
    assert [forget_old_marts(control, None, lambda at=hour: ms(at)) for hour in hours] == [5, 5, 0, 5, 5]
    assert dropped == [date(2024, 10, 3), date(2024, 10, 4), date(2024, 12, 1), date(2026, 3, 1)]
    assert control.last_day("marts") == "2026-03-01"
    control.close()


def test_round_of_forgetting_drops_marts_under_the_profile_alone(monkeypatch):
    done = []
    for name in ("forget_sealed", "forget_expired", "forget_old_marts"):
        monkeypatch.setattr(retention, name, lambda control, engine, now, name=name: done.append(name))
    retention.forget_due(None, None, lambda: NOW, profile="standard")
    retention.forget_due(None, None, lambda: NOW, profile="cnil")
    assert done == ["forget_sealed", "forget_expired"] * 2 + ["forget_old_marts"]


def test_nothing_is_counted_across_portals(tmp_path):
    assert (Settings().reach, read_settings({}, home=str(tmp_path), profile="cnil").reach) == ("off", "off")
    with pytest.raises(BadSetting, match=r"'reach' has 'Europe/Paris', which profile 'cnil' does not allow: .* outside the exemption"):
        read_settings({}, home=str(tmp_path), profile="cnil", reach="Europe/Paris")
    assert read_settings({}, home=str(tmp_path), reach="Europe/Paris").reach == "Europe/Paris"


def test_staff_are_never_answered_exactly(tmp_path):
    with pytest.raises(BadSetting, match="'exact', which profile 'cnil' does not allow"):
        read_settings({}, home=str(tmp_path), profile="cnil", policy="exact")


@pytest.mark.parametrize("profile", ["standard", "cnil"])
def test_collector_gets_the_conditions_of_its_profile(tmp_path, profile):
    settings = read_settings({}, home=str(tmp_path), profile=profile)
    control = open_control(f"sqlite:///{tmp_path / 'control.db'}", lambda: 0)
    gate = Gate(settings, control)
    assert gate.collector._context.conditions == CONDITIONS[profile]
    gate.close()
    control.close()


@pytest.mark.parametrize("profile", ["standard", "cnil"])
def test_residents_are_told_what_the_profile_does(tmp_path, profile):
    settings = read_settings({}, home=str(tmp_path), profile=profile)
    control = open_control(f"sqlite:///{tmp_path / 'control.db'}", lambda: NOW)
    portal = control.create_portal(domain="a.example", privacy_signal="ignore", allowed_query=("topic", "utm_campaign"))
    facts = facts_of(SimpleNamespace(settings=settings, control=control, now=lambda: NOW), portal)
    told = ("campaign" in facts.collected, facts.query_kept, facts.privacy_signal, facts.marts_kept)
    kept = ("ref", "source", "topic", "utm_campaign", "utm_content", "utm_medium", "utm_source", "utm_term")
    assert told == ((False, ("topic",), "count", "25 months") if profile == "cnil" else (True, kept, "ignore", "for ever"))
    house = House.__new__(House)
    house.desk = SimpleNamespace(settings=settings, control=control)
    app = Litestar([residents.gpc], dependencies={"house": Provide(lambda: house, sync_to_thread=False)}, openapi_config=None)
    with TestClient(app) as client:
        assert client.get("/.well-known/gpc.json").json()["gpc"] is (profile == "cnil")
    english = choose("en", "")
    reader, shown = (
        Reader(english, "auto", "off", "/"),
        {"here": "/privacy/a.example", "facts": facts, "portal": portal, "words": RESIDENTS_WORDS},
    )
    shown |= {"hosts": [], "erased": "", "signal": False, "asks_not": False, "token": ""}
    page = text_of("privacy.html", english, reader=reader, since=date(2026, 3, 1), day=date(2026, 3, 31), **shown)
    assert ("kept for 25 months" in page, "utm_term" in page) == (profile == "cnil", profile == "standard")
    control.close()


def test_examples_hold():
    assert doctest.testmod(visitors).failed == 0
