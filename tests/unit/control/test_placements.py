"""Placements: named once in a home, changed by what is named, gone with their portal; keys that are for some of them."""

import pytest

from footfall.control.audit import read_audit
from footfall.control.closings import Closing, put_closing
from footfall.control.keys import PER_DAY, PER_MINUTE, Limits, check_key, create_key, revoke_key
from footfall.control.placements import checked_placement, delete_placement, find_placement, list_placements, put_placement
from footfall.control.usage import Usage, add_usage, list_usage, take_quota
from footfall.control.webhooks import (
    Delivery,
    add_webhook,
    delete_webhook,
    list_deliveries,
    list_webhooks,
    put_delivery,
    secret_of,
    untold_days,
)
from footfall.errors import BadInput, Conflict, Forbidden, NotFound

NOW, DAY = 1_767_225_600_000, 86_400_000


@pytest.fixture
def site(emptied):
    return emptied.create_portal(domain="museum.example").id


def test_what_is_not_named_stays_and_the_change_is_noted(emptied, site):
    put_placement(emptied, site, "home-news", {"n": 4, "rules": {"kinds": ["article"]}, "pins": [7]}, now_ms=NOW)
    changed = put_placement(emptied, site, "home-news", {"title": "News"}, now_ms=NOW)
    assert (changed.n, changed.rules.kinds, changed.pins, changed.title) == (4, ("article",), (7,), "News")
    assert find_placement(emptied, "home-news") == changed
    assert read_audit(emptied)[0].object == "museum.example: home-news: title"


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("Home News", {}),
        ("a/b", {}),
        ("x", {"size": 3}),
        ("x", {"n": 0}),
        ("x", {"explore": 0.2}),
        ("x", {"rules": {"kinds": ["poem"]}}),
        ("x", {"pins": [1], "blocked": [1]}),
        ("x", {"arms": [{"name": "a", "share": 1.0}]}),
        ("x", {"arms": [{"name": "a", "share": 0.5}, {"name": "a", "share": 0.5}]}),
        ("x", {"id": "y"}),
    ],
)
def test_placement_that_is_none_is_refused(name, settings):
    with pytest.raises(BadInput):
        checked_placement(name, 1, settings)


def test_name_belongs_to_one_portal(emptied, site):
    other = emptied.create_portal(domain="parks.example").id
    put_placement(emptied, site, "home-news", {}, now_ms=NOW)
    with pytest.raises(Conflict, match="of another portal"):
        put_placement(emptied, other, "home-news", {"n": 2}, now_ms=NOW)
    assert [one.site for one in list_placements(emptied)] == [site] and list_placements(emptied, other) == ()


def test_placement_goes_by_hand_and_with_its_portal(emptied, site):
    for name in ("a", "b"):
        put_placement(emptied, site, name, {}, now_ms=NOW)
    delete_placement(emptied, "a", now_ms=NOW)
    with pytest.raises(NotFound):
        delete_placement(emptied, "a", now_ms=NOW)
    emptied.delete_portal(site)
    assert list_placements(emptied) == ()


def test_key_has_the_usual_limits_or_its_own_and_its_placements(emptied):
    usual = check_key(emptied, create_key(emptied, "usual", ("content:read",), now_ms=NOW))
    assert (usual.per_minute, usual.per_day) == (PER_MINUTE, PER_DAY)
    limits = Limits(placements=("home-news", "app"), per_minute=30, per_day=1000)
    own = check_key(emptied, create_key(emptied, "own", ("content:read",), now_ms=NOW, limits=limits))
    assert own.limits == limits and (own.per_minute, own.per_day) == (30, 1000)
    own.require_placement("app")
    for name in ("other", ""):
        with pytest.raises(Forbidden):
            own.require_placement(name)
    with pytest.raises(BadInput):
        create_key(emptied, "odd", ("content:read",), now_ms=NOW, limits=Limits(per_day=-1))


def test_quota_is_given_out_once_and_usage_adds_up(emptied):
    create_key(emptied, "app", ("content:read",), now_ms=NOW)
    given = [take_quota(emptied, "app", "2026-01-01", wanted=40, quota=100) for _ in range(4)]
    assert given == [40, 40, 20, 0] and take_quota(emptied, "app", "2026-01-02", wanted=40, quota=100) == 40
    used = Usage(key="app", day="2026-01-01", what="recommend", asked=3, refused=1)
    add_usage(emptied, [used, used, Usage(key="gone", day="2026-01-01", what="recommend", asked=1, refused=0)], now_ms=NOW)
    assert list_usage(emptied, since="2026-01-01") == [Usage(key="app", day="2026-01-01", what="recommend", asked=6, refused=2)]
    add_usage(emptied, [], now_ms=NOW + 500 * DAY)
    assert list_usage(emptied, since="2026-01-01") == []


def test_usage_goes_with_its_key(emptied):
    create_key(emptied, "app", ("content:read",), now_ms=NOW)
    add_usage(emptied, [Usage(key="app", day="2026-01-01", what="recommend", asked=3, refused=1)], now_ms=NOW)
    revoke_key(emptied, "app", now_ms=NOW)
    assert list_usage(emptied, since="") == []


def test_webhook_needs_an_address(emptied, site):
    none = ("ftp://a.example/x", "https://", "https://user:word@a.example/x", "a.example", "https://[a", "https://a.example:99999/")
    for url in (*none, "https://a/" + "x" * 1000):
        with pytest.raises(BadInput):
            add_webhook(emptied, site, url, now_ms=NOW)
    assert list_webhooks(emptied) == []


def test_webhook_is_told_of_days_that_were_published_since_it_is_there(emptied, site):
    for number, (drawn, at_ms) in enumerate([(3, NOW - 1), (3, NOW), (0, NOW + 1), (2, NOW + 2)], start=1):
        put_closing(emptied, Closing(group="city", day=f"2026-01-0{number}", state="closed", drawn=drawn, at_ms=at_ms))
    hook, secret = add_webhook(emptied, site, "https://a.example/hook?token=x", now_ms=NOW)
    assert secret_of(emptied, hook.id) == secret and secret.startswith("whsec_")
    assert "token" not in read_audit(emptied)[0].object
    assert untold_days(emptied, hook, "city") == ["2026-01-02", "2026-01-04"]
    put_delivery(emptied, Delivery(webhook=hook.id, day="2026-01-02", state="away", at_ms=NOW))
    assert untold_days(emptied, hook, "city") == ["2026-01-02", "2026-01-04"]
    put_delivery(emptied, Delivery(webhook=hook.id, day="2026-01-02", state="sent", status=204, at_ms=NOW))
    assert untold_days(emptied, hook, "city") == ["2026-01-04"]
    assert [(one.state, one.status, one.tries) for one in list_deliveries(emptied, hook.id)] == [("sent", 204, 2)]


def test_webhook_goes_with_what_was_sent_and_a_portal_has_ten(emptied, site):
    hooks = [add_webhook(emptied, site, f"https://a.example/{number}", now_ms=NOW)[0] for number in range(10)]
    with pytest.raises(BadInput, match="at most 10"):
        add_webhook(emptied, site, "https://a.example/11", now_ms=NOW)
    put_delivery(emptied, Delivery(webhook=hooks[0].id, day="2026-01-02", state="sent", at_ms=NOW))
    delete_webhook(emptied, hooks[0].id, now_ms=NOW)
    put_delivery(emptied, Delivery(webhook=hooks[0].id, day="2026-01-03", state="sent", at_ms=NOW))
    assert list_deliveries(emptied, hooks[0].id) == [] and len(list_webhooks(emptied, site)) == 9
    with pytest.raises(NotFound):
        delete_webhook(emptied, hooks[0].id, now_ms=NOW)
