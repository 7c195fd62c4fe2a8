"""Portals: what is valid, what is taken, what a change does."""

import threading

import pytest

from footfall.control.database import open_control
from footfall.errors import BadInput, Conflict, NotFound


def test_new_portal_has_an_id_a_uuid_and_the_defaults(control):
    portal = control.create_portal(domain="https://WWW.Library.Example/")
    assert (portal.id, portal.domain, portal.timezone, portal.keep_events) == (1, "library.example", "Etc/UTC", 90)
    assert len(portal.umami_id) == 36
    assert control.portal("library.example") == control.portal(1) == control.portal("www.LIBRARY.example") == portal


def test_portals_are_listed_by_id_and_ids_are_never_used_again(control):
    for domain in ("b.example", "a.example"):
        control.create_portal(domain=domain)
    control.delete_portal("a.example")
    control.create_portal(domain="c.example")
    assert [(portal.id, portal.domain) for portal in control.portals()] == [(1, "b.example"), (3, "c.example")]


@pytest.mark.parametrize(
    ("settings", "valid"),
    [
        ({"domain": "not a host"}, "Valid: a host name"),
        ({"domain": "12"}, "Valid: a host name"),
        ({"domain": ""}, "Valid: a host name"),
        ({"domain": "x.example", "timezone": "Moscow"}, "Valid: IANA names"),
        ({"domain": "x.example", "keep_events": 761}, "Valid: 0 to 760 days"),
        ({"domain": "x.example", "keep_events": "long"}, "Expected `int`"),
        ({"domain": "x.example", "domains": 5}, "Expected `array`"),
        ({"domain": "x.example", "domains": ["a b"]}, "Valid: a host name"),
        ({"domain": "x.example", "privacy_signal": "maybe"}, "privacy_signal"),
        ({"domain": "x.example", "group": " "}, "Valid: a name"),
    ],
)
def test_wrong_setting_is_named_with_what_is_valid(control, settings, valid):
    with pytest.raises(BadInput, match=valid):
        control.create_portal(**settings)
    assert control.portals() == ()


def test_domain_belongs_to_one_portal(control):
    control.create_portal(domain="a.example", domains=["shop.a.example"])
    for taken in ("a.example", "shop.a.example"):
        with pytest.raises(Conflict, match="belongs to a portal already"):
            control.create_portal(domain=taken)
        with pytest.raises(Conflict, match="belongs to a portal already"):
            control.create_portal(domain="b.example", domains=[taken])


def test_change_keeps_what_is_not_named(control):
    before = control.create_portal(domain="a.example", timezone="Asia/Kathmandu", allowed_query=["page"])
    after = control.update_portal("a.example", keep_events=0)
    assert (after.id, after.umami_id, after.timezone, after.allowed_query) == (1, before.umami_id, "Asia/Kathmandu", ("page",))
    assert control.portal(1).keep_events == 0


def test_renamed_portal_is_still_found_by_its_old_domain(control):
    control.create_portal(domain="old.example")
    renamed = control.update_portal("old.example", domain="new.example")
    assert (renamed.domain, renamed.domains) == ("new.example", ("old.example",))
    assert control.portal("old.example").id == renamed.id
    assert control.update_portal("new.example", domains=[]).domains == ()


def test_ids_cannot_be_set(control):
    portal = control.create_portal(domain="a.example", id=7, umami_id="x")
    assert portal.id == 1
    assert control.update_portal(1, id=9, umami_id="x").umami_id == portal.umami_id


def test_unknown_portal_is_not_found(control):
    for act in (control.portal, control.delete_portal, control.update_portal):
        with pytest.raises(NotFound, match=r"No portal 'nobody\.example'"):
            act("nobody.example")


def test_removed_portal_leaves_its_id_for_the_retention_round(control):
    control.create_portal(domain="a.example")
    control.delete_portal(1)
    assert control.removed_portals() == {1: 1_767_225_600_000}


def test_every_change_moves_the_version_on_for_other_processes(control, url):
    other = open_control(url, lambda: 0)
    seen = [other.version()]
    for change in (
        lambda: control.create_portal(domain="a.example"),
        lambda: control.update_portal(1, group="north"),
        lambda: control.put_goal(1, event_name="Signup"),
        lambda: control.delete_goal(1, 1),
        lambda: control.delete_portal(1),
    ):
        change()
        seen.append(other.version())
    other.close()
    assert seen == sorted(set(seen))


def test_refused_change_moves_nothing(control):
    control.create_portal(domain="a.example")
    before = control.version()
    with pytest.raises(Conflict):
        control.create_portal(domain="a.example")
    assert control.version() == before


def test_two_writers_at_once_make_one_portal(control, url):
    others = [open_control(url, lambda: 0) for _ in range(4)]
    outcomes = []

    def create(own):
        try:
            outcomes.append(own.create_portal(domain="a.example").id)
        except Conflict:
            outcomes.append("taken")

    threads = [threading.Thread(target=create, args=(own,)) for own in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for own in others:
        own.close()
    assert sorted(map(str, outcomes)) == ["1", "taken", "taken", "taken"]


def test_round_remembers_its_day(control):
    assert control.last_day("retention") == ""
    for day in ("2026-01-05", "2026-01-06"):
        control.set_last_day("retention", day)
    assert control.last_day("retention") == "2026-01-06"


def test_international_domain_is_one_portal_however_it_is_written(control):
    portal = control.create_portal(domain="xn--e1afmkfd.xn--p1ai")
    assert portal.domain == "пример.рф"
    assert control.portal("xn--e1afmkfd.xn--p1ai") == control.portal("пример.рф") == portal


def test_portal_that_is_not_there_is_answered_with_those_that_are(control):
    with pytest.raises(NotFound, match=r"There is none yet; `footfall portals add DOMAIN` makes one\."):
        control.portal("nobody.example")
    for number in range(12):
        control.create_portal(domain=f"p{number}.example")
    with pytest.raises(NotFound, match=r"Portals here: p0\.example, .+, p9\.example and 2 more\."):
        control.portal("nobody.example")
