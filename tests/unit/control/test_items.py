"""The content catalogue's table: one item a page of a portal, a number that grows, and what wakes or sleeps."""

import msgspec
import pytest

from footfall.control.audit import read_audit
from footfall.control.items import (
    all_live,
    change_item,
    count_items,
    find_item,
    get_item,
    items_version,
    list_items,
    looked_at,
    mark_missed,
    mark_seen,
    paths_of,
    put_items,
    remove_item,
    set_states,
    titles_of,
)
from footfall.errors import NotFound
from footfall.vocabulary import Item

NOW = 1_767_225_600_000


@pytest.fixture
def site(emptied):
    return emptied.create_portal(domain="parks.example").id


def item(site, path="/a", **values):
    return Item(**{"id": 0, "site": site, "path": path, "url": f"https://parks.example{path}", "title": path, "source": "api"} | values)


def put(control, *items, **named):
    return put_items(control, items, now_ms=NOW, **named)


def test_item_comes_back_as_it_was_put_with_an_id_that_stays(emptied, site):
    given = item(
        site, "/парк?q=1", topics=(("parks", 0.75),), districts=("d1", "d2"), weight=2.5, valid_to_ms=5, text="Trees", language="ru"
    )
    (stored,) = put(emptied, given)
    assert stored == msgspec.structs.replace(given, id=stored.id) == get_item(emptied, stored.id) == find_item(emptied, site, "/парк?q=1")
    (again,) = put(emptied, msgspec.structs.replace(given, title="New"))
    assert (again.id, again.title) == (stored.id, "New")
    assert paths_of(emptied, site) == {"/парк?q=1": stored.id}


def test_number_grows_with_each_change_and_not_with_what_changes_nothing(emptied, site):
    before = items_version(emptied)
    put(emptied, item(site))
    put(emptied, item(site))
    put(emptied, item(site, seen_ms=7))
    mark_seen(emptied, site, ["/a"], now_ms=8)
    assert items_version(emptied) == before + 1
    change_item(emptied, find_item(emptied, site, "/a").id, lambda one: msgspec.structs.replace(one, weight=3.0), now_ms=NOW)
    remove_item(emptied, find_item(emptied, site, "/a").id, now_ms=NOW)
    assert items_version(emptied) == before + 3


def test_removed_id_is_never_used_again_and_its_absence_is_said(emptied, site):
    (first,) = put(emptied, item(site))
    remove_item(emptied, first.id, now_ms=NOW)
    (second,) = put(emptied, item(site))
    assert second.id > first.id
    for act in (lambda: get_item(emptied, first.id), lambda: remove_item(emptied, first.id, now_ms=NOW)):
        with pytest.raises(NotFound, match="There is no item"):
            act()


def test_list_finds_cyrillic_in_any_case_and_by_kind_topic_and_state(emptied, site):
    put(
        emptied,
        item(site, "/1", title="Парковка у дома", kind="service", topics=(("transport", 0.9),), text="long"),
        item(site, "/2", title="Concert", kind="event", summary="В ПАРКЕ", topics=(("culture", 0.9), ("transport", 0.3))),
        item(site, "/3", title="Gone", state="dead"),
        item(emptied.create_portal(domain="other.example").id, "/1", title="Парк"),
    )
    found = {
        "query": list_items(emptied, site, query="парк"),
        "kind": list_items(emptied, site, kind="event"),
        "topic": list_items(emptied, site, topic="transport"),
        "state": list_items(emptied, site, state="dead"),
        "page": list_items(emptied, site, limit=1, offset=1),
    }
    paths = {name: [one.path for one in page] for name, page in found.items()}
    assert paths == {"query": ["/1", "/2"], "kind": ["/2"], "topic": ["/1", "/2"], "state": ["/3"], "page": ["/2"]}
    assert [one.text for one in found["query"]] == ["", ""]
    assert count_items(emptied, site, topic="transport") == 2


def test_what_sleeps_wakes_when_it_is_seen_unless_it_is_over_or_hidden(emptied, site):
    put(
        emptied,
        item(site, "/fading", state="fading"),
        item(site, "/over", state="dead", valid_to_ms=NOW - 1),
        item(site, "/hidden", state="hidden", weight=0.0),
    )
    mark_seen(emptied, site, ["/fading", "/over", "/hidden", "/nowhere"], now_ms=NOW)
    assert {one.path: (one.state, one.seen_ms) for one, _ in looked_at(emptied)} == {
        "/fading": ("live", NOW),
        "/over": ("dead", NOW),
        "/hidden": ("hidden", NOW),
    }


def test_visits_alone_do_not_wake_a_page_that_answers_404(emptied, site):
    put(emptied, item(site, state="fading"))
    mark_missed(emptied, site, "/a")
    mark_seen(emptied, site, ["/a"], now_ms=NOW, is_there=False)
    assert [(one.state, misses) for one, misses in looked_at(emptied)] == [("fading", 1)]
    mark_seen(emptied, site, ["/a"], now_ms=NOW)
    assert [(one.state, misses) for one, misses in looked_at(emptied)] == [("live", 0)]


def test_only_live_and_fading_items_may_be_recommended(emptied, site):
    stored = put(emptied, *(item(site, f"/{state}") for state in ("live", "fading", "dead", "hidden")))
    set_states(emptied, {one.id: one.path[1:] for one in stored})
    assert [one.path for one in all_live(emptied)] == ["/live", "/fading"]


def test_filling_is_merged_with_what_was_there(emptied, site):
    put(emptied, item(site, weight=5.0, title="Old"))
    put(emptied, item(site, title="New"), merge=lambda before, new: msgspec.structs.replace(before, title=f"{before.title} {new.title}"))
    assert (find_item(emptied, site, "/a").title, find_item(emptied, site, "/a").weight) == ("Old New", 5.0)


def test_audit_log_has_what_operators_did_and_no_line_a_page_of_fillings(emptied, site):
    put(emptied, item(site), said="items put")
    put(emptied, item(site, "/b"))
    change_item(emptied, find_item(emptied, site, "/a").id, lambda one: msgspec.structs.replace(one, title="B", weight=2.0), now_ms=NOW)
    remove_item(emptied, find_item(emptied, site, "/a").id, now_ms=NOW)
    told = [(entry.action, entry.object) for entry in read_audit(emptied) if "item" in entry.action][::-1]
    assert told == [("items put", f"portals [{site}]: 1 items"), ("item changed", "/a: title, weight"), ("item removed", "/a")]


def test_items_go_with_their_portal(emptied, site):
    put(emptied, item(site))
    emptied.delete_portal(site)
    assert all_live(emptied) == []


def test_titles_are_those_of_the_portals_own_items_that_were_asked_for(emptied, site):
    other = emptied.create_portal(domain="other.example").id
    put(emptied, item(site, "/a", title="Trees"), item(site, "/b", title="Ponds"), item(other, "/c", title="Roads"))
    assert titles_of(emptied, site, ["/a", "/c", "/d"]) == {"/a": "Trees"}
    assert titles_of(emptied, site, []) == {}
