"""The city's labels are those that the collector itself would write, so history and live traffic read alike."""

import random

import pytest

from footfall.collect.agents import read_agent
from footfall.collect.places import open_places
from footfall.collect.referrers import read_referrer, source_of, tagged_source
from footfall.demo.city import CITY, PLACES
from footfall.demo.clients import CLIENTS
from footfall.demo.sealed import SEALED
from footfall.serve.pages.view import read_chips

SOURCES = sorted({source for portal in CITY for source in (*portal.sources, *(story.source for story in portal.stories))}, key=repr)


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: f"{client.browser} {client.os} {client.device}")
def test_client_is_what_its_agent_string_says(client):
    found = read_agent(client.agent)
    assert not found.is_bot
    shown = (client.device, client.browser, client.browser_version, client.os, client.os_version)
    assert (found.device, found.browser, found.browser_version, found.os, found.os_version) == shown


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.region)
def test_network_is_in_its_country(place):
    assert open_places("")(f"{place.network}.1.5").country == place.country


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.source or "direct")
def test_source_is_what_its_referrer_or_tag_says(source):
    tagged = tagged_source(source.utm_source) if source.utm_source else ""
    assert source.source == (tagged or (source_of(*read_referrer(source.referrer)) if source.referrer else ""))


@pytest.mark.parametrize("portal", (*CITY, SEALED), ids=lambda portal: portal.domain)
def test_actions_and_goals_are_about_pages_and_events_that_exist(portal):
    paths = {page.path for page in portal.pages}
    assert {one.path for one in (*portal.actions, *portal.forms, *portal.stories)} <= paths
    assert {goal.event_name for goal in portal.goals if goal.event_name} <= {action.name for action in portal.actions}
    assert (len(portal.hours), len(portal.weekdays)) == (24, 7)


def test_city_has_a_segment_that_applies_and_notes_on_days_that_stand_out():
    assert [len(read_chips(segment.filters)) for portal in CITY for segment in portal.segments] == [2]
    noted = [(portal, note.ago) for portal in CITY for note in portal.notes]
    assert len(noted) >= 2
    assert all(ago in {*dict(portal.special_days), *(one.ago for one in portal.outages)} for portal, ago in noted)


def test_form_is_filled_in_from_top_to_bottom_and_left_or_sent():
    form = CITY[0].forms[0]
    order = ["Form: Started", *(field for field, _, _ in form.fields), "Form: Submission"]
    chance = random.Random(4)
    made = [[props.get("field", name) for name, props in form.done(chance)] for _ in range(400)]
    assert all(done == sorted(done, key=order.index) for done in made)
    assert {len(done) for done in made} == {0, 1, 2, 3, 4, 5, 6}
    sent = [done for done in made if done[-1:] == ["Form: Submission"]]
    assert all({"plate", "street", "term"} <= set(done) for done in sent), "only the telephone may be left out"
