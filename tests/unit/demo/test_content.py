"""Items of the demo: of every page that its visitors see, the same for one seed, valid as any other item."""

from collections import Counter

import pytest

from footfall.control.database import open_control
from footfall.control.items import all_live, items_version
from footfall.demo.city import CITY
from footfall.demo.content import items_of_demo, load_content
from footfall.demo.content_words import SUBJECTS, TOPICS_OF
from footfall.interests.items import checked_item
from footfall.interests.uploads import body_of
from footfall.serve.content_items import own_of
from footfall.vocabulary import Portal

NOW = 1_767_225_600_000
PORTAL = {portal.domain: Portal(id=7, domain=portal.domain, umami_id="x") for portal in CITY}


@pytest.mark.parametrize("portal", CITY, ids=lambda portal: portal.domain)
def test_portal_has_about_thirty_items_and_one_for_each_page_that_is_seen(portal):
    found = list(items_of_demo(portal.domain, 7, seed=1, now_ms=NOW))
    paths = Counter(each.item.path for each in found)
    assert {page.path for page in portal.pages} <= set(paths)
    assert 25 <= len(found) <= 35
    assert set(paths.values()) == {1}
    assert {each.item.language for each in found} == {"en", "ru"}
    assert {each.topic for each in found} - {""} >= set(TOPICS_OF[portal.domain])


@pytest.mark.parametrize("portal", CITY, ids=lambda portal: portal.domain)
def test_item_is_one_that_an_upload_would_take_as_it_is(portal):
    for item in (each.item for each in items_of_demo(portal.domain, 7, seed=1, now_ms=NOW)):
        assert checked_item(own_of(PORTAL[portal.domain]), body_of(item), source="demo", now_ms=NOW) == item


def test_same_seed_makes_the_same_items_and_another_one_others():
    first, again, other = (list(items_of_demo("gov.example.city", 7, seed=seed, now_ms=NOW)) for seed in (1, 1, 2))
    assert first == again != other
    assert [each.item.title for each in first] == [each.item.title for each in other]


def test_every_topic_of_a_portal_has_subjects_in_both_languages():
    assert {topic for topics in TOPICS_OF.values() for topic in topics} == set(SUBJECTS)
    assert all(subject.en and subject.ru for phrases in SUBJECTS.values() for subject in phrases.subjects)


def test_loading_again_changes_nothing(tmp_path):
    control = open_control(f"sqlite:///{tmp_path / 'control.db'}", lambda: NOW)
    portals = {"gov.example.city": control.create_portal(domain="gov.example.city")}
    count = load_content(control, portals, seed=1, now_ms=NOW)
    before = items_version(control)
    assert load_content(control, portals, seed=1, now_ms=NOW) == count == len(all_live(control))
    assert items_version(control) == before
    control.close()
