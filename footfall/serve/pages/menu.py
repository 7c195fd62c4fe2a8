"""The menus above pages: those of a portal in groups, those of the city in a row, and which of them is on show."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Request

from footfall.serve.pages.language import N_
from footfall.serve.sign_in import Account, may
from footfall.vocabulary import Portal

__all__ = ["CITY", "PORTAL", "Entry", "Group", "Link", "Menu", "menu_of"]

PERIOD = ("period", "from", "to")
VIEW = (*PERIOD, "f")
"""What of an address goes along from one page of a portal to another: the days, and to some the filters."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A page that menus may name."""

    words: str
    """To be translated."""
    path: str
    """Behind that of the portal; of the city's pages the whole."""
    keeps: tuple[str, ...] = ()
    """What it takes of the address of the page that is on show."""
    role: str = ""
    """What one has to be to see it; empty for whoever sees the portal."""


class Link(msgspec.Struct, frozen=True):
    """A line of a menu."""

    words: str
    href: str
    current: str
    """``page`` on that very page, ``true`` on one under it, else empty: as ``aria-current`` has it."""


class Group(msgspec.Struct, frozen=True):
    """Lines that open together; without words they stand open in the menu itself."""

    words: str
    links: tuple[Link, ...]

    @property
    def is_current(self) -> bool:
        return any(link.current for link in self.links)


class Menu(msgspec.Struct, frozen=True):
    """One menu."""

    words: str
    groups: tuple[Group, ...]

    @property
    def current(self) -> str:
        """Words of the line that is marked; empty where none is."""
        return next((link.words for group in self.groups for link in group.links if link.current), "")


PORTAL: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    ("", (Entry(words=N_("At a glance"), path="", keeps=VIEW),)),
    (
        N_("Behaviour"),
        (
            Entry(words=N_("Journeys"), path="/journeys", keeps=VIEW),
            Entry(words=N_("Flows"), path="/flows", keeps=VIEW),
            Entry(words=N_("Funnels"), path="/funnels"),
            Entry(words=N_("Interests"), path="/interests", keeps=PERIOD),
            Entry(words=N_("Loyalty"), path="/loyalty", keeps=PERIOD),
            Entry(words=N_("Participation"), path="/participation", keeps=PERIOD),
        ),
    ),
    (
        N_("Trends and targets"),
        (
            Entry(words=N_("Trends"), path="/trends"),
            Entry(words=N_("Targets"), path="/targets"),
            Entry(words=N_("Alerts"), path="/alerts"),
        ),
    ),
    (
        N_("Content"),
        (
            Entry(words=N_("What works"), path="/content", keeps=PERIOD),
            Entry(words=N_("Catalogue"), path="/content/items"),
            Entry(words=N_("Placements"), path="/placements"),
        ),
    ),
    (
        N_("Settings"),
        (
            Entry(words=N_("Sharing"), path="/shares", keeps=VIEW, role="analyst"),
            Entry(words=N_("Reports by e-mail"), path="/reports", keeps=VIEW, role="analyst"),
            Entry(words=N_("Set-up"), path="/setup"),
        ),
    ),
)
CITY = (
    Entry(words=N_("Portals"), path="/"),
    Entry(words=N_("Trends"), path="/trends"),
    Entry(words=N_("Loyalty"), path="/loyalty"),
    Entry(words=N_("Flows"), path="/flows"),
    Entry(words=N_("City data"), path="/city"),
    Entry(words=N_("Datasets"), path="/datasets"),
    Entry(words=N_("Reach"), path="/reach", role="steward"),
)
"""``steward`` is whoever has a desk, or anybody where reach is counted."""


def menu_of(request: Request[Any, Any, Any]) -> Menu | None:
    """That of the portal whose page this is, if its reader may see it; else the city's. ``None`` where nobody is signed in."""
    account, portal = request.state.get("account"), request.state.get("portal")
    if not isinstance(account, Account) or account.operator is None:
        return None
    return _portal_menu(request, account, portal) if isinstance(portal, Portal) else _city_menu(request, account)


def _portal_menu(request: Request[Any, Any, Any], account: Account, portal: Portal) -> Menu:
    operator, base = account.operator, f"/portals/{portal.domain}"
    mine = [
        (words, [one for one in entries if not one.role or (operator and may(operator, one.role, portal))]) for words, entries in PORTAL
    ]
    here = _nearest(request.url.path, (base + one.path for _, entries in mine for one in entries))
    groups = (
        Group(words, tuple(_link(one, base, _kept(request, one.keeps), request.url.path, here) for one in entries))
        for words, entries in mine
    )
    return Menu(N_("Pages of this portal"), tuple(group for group in groups if group.links))


def _city_menu(request: Request[Any, Any, Any], account: Account) -> Menu:
    is_counted = request.app.state.house.desk.settings.reach != "off"
    mine = [one for one in CITY if not one.role or account.has_desk or is_counted]
    here = _nearest(request.url.path, (one.path for one in mine))
    return Menu(N_("Pages of the city"), (Group("", tuple(_link(one, "", "", request.url.path, here) for one in mine)),))


def _kept(request: Request[Any, Any, Any], names: tuple[str, ...]) -> str:
    kept = [(name, value) for name in names for value in request.query_params.getall(name, []) if value]
    return f"?{urlencode(kept)}" if kept else ""


def _link(entry: Entry, base: str, query: str, path: str, here: str) -> Link:
    whole = base + entry.path
    return Link(entry.words, whole + query, ("page" if path == whole else "true") if whole == here else "")


def _nearest(path: str, paths: Iterable[str]) -> str:
    """The longest of the paths that this one is, or is under; empty for none."""
    return max((one for one in paths if path == one or (one != "/" and path.startswith(f"{one}/"))), key=len, default="")
