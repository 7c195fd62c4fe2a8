"""Menus: what is in them for whom, what of the address goes along, and what is marked."""

from types import SimpleNamespace
from typing import Any

import pytest
from litestar.datastructures import MultiDict, State

from footfall.control.roles import Grant, Operator
from footfall.serve.pages.menu import CITY, PORTAL, menu_of
from footfall.serve.sign_in import Account
from footfall.vocabulary import Portal

HERE = "/portals/museum.example"


def asked(path: str, *, role: Any = "viewer", portal: bool = True, reach: str = "off", given: tuple[tuple[str, str], ...] = ()) -> Any:
    operator = Operator(id=1, email="ann@example.city", name="Ann", grants=(Grant(role, "all"),)) if role else None
    state = State({"account": Account(operator=operator, session=None, token="t", anchor="a")})
    if portal:
        state["portal"] = Portal(id=1, umami_id="", domain="museum.example")
    house = SimpleNamespace(desk=SimpleNamespace(settings=SimpleNamespace(reach=reach)))
    app = SimpleNamespace(state=SimpleNamespace(house=house))
    return SimpleNamespace(state=state, app=app, url=SimpleNamespace(path=path), query_params=MultiDict(given))


def links(request: Any) -> dict[str, str]:
    menu = menu_of(request)
    assert menu
    return {link.href: link.current for group in menu.groups for link in group.links}


def test_there_is_no_menu_for_whoever_is_not_signed_in():
    assert menu_of(asked("/", role=None, portal=False)) is None


def test_an_analyst_has_every_page_of_the_portal_and_a_viewer_none_that_is_refused():
    everything = {HERE + entry.path for _, entries in PORTAL for entry in entries}
    assert set(links(asked(HERE, role="analyst"))) == everything
    assert everything - set(links(asked(HERE))) == {f"{HERE}/shares", f"{HERE}/reports"}


@pytest.mark.parametrize(
    ("path", "marked"),
    [
        (HERE, {HERE: "page"}),
        (f"{HERE}/print", {HERE: "true"}),
        (f"{HERE}/funnels/3", {f"{HERE}/funnels": "true"}),
        (f"{HERE}/content/items", {f"{HERE}/content/items": "page"}),
        (f"{HERE}/content/items/7", {f"{HERE}/content/items": "true"}),
    ],
)
def test_the_page_on_show_is_marked_and_one_under_it_marks_the_nearest(path, marked):
    assert {href: current for href, current in links(asked(path)).items() if current} == marked


def test_the_button_of_small_screens_names_the_page_on_show():
    assert [menu_of(asked(path)).current for path in (f"{HERE}/trends/7", HERE, "/account")] == ["Trends", "At a glance", ""]


def test_days_go_along_and_filters_to_pages_that_have_them():
    given = (("period", "7d"), ("f", "is,page,/a"), ("f", "is,page,/b"), ("tab.pages", "entry"))
    hrefs = set(links(asked(HERE, given=given)))
    assert f"{HERE}/loyalty?period=7d" in hrefs
    assert f"{HERE}/flows?period=7d&f=is%2Cpage%2C%2Fa&f=is%2Cpage%2C%2Fb" in hrefs
    assert f"{HERE}/trends" in hrefs


def test_the_city_has_reach_for_whoever_has_a_desk_or_where_it_is_counted():
    assert {entry.path for entry in CITY} - set(links(asked("/", portal=False))) == {"/reach"}
    assert "/reach" in links(asked("/", portal=False, role="steward"))
    assert "/reach" in links(asked("/", portal=False, reach="Etc/UTC"))
    assert links(asked("/datasets/weather", portal=False))["/datasets"] == "true"
