"""``footfall portals``, ``footfall goals``, ``footfall keys``: the control database, with or without a running server."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Literal

import msgspec
from cyclopts import App, Parameter

from footfall.cli.common import Home, Json, console, print_json, print_table, settings_of
from footfall.control.database import Control
from footfall.control.keys import SCOPES, create_key, list_keys, revoke_key
from footfall.serve.clock import make_clock
from footfall.serve.house import open_control_of
from footfall.serve.sites import goal_json, portal_json
from footfall.settings import Settings

__all__ = ["goals", "keys", "portals"]

portals = App(name="portals", help="The city's sites that are counted.")
goals = App(name="goals", help="What a portal's team wants to happen.")
keys = App(name="keys", help="Keys for the API.")
List = Annotated[tuple[str, ...], Parameter(negative="")]


@contextmanager
def _control(home: str | None) -> Iterator[tuple[Control, Settings]]:
    settings = settings_of(home)
    settings.home_path.mkdir(parents=True, exist_ok=True, mode=0o700)
    control = open_control_of(settings)
    try:
        yield control, settings
    finally:
        control.close()


@portals.command(name="list")
def list_portals(*, home: Home = None, json: Json = False) -> None:
    """List the portals."""
    with _control(home) as (control, _):
        found = control.portals()
    if json:
        print_json(msgspec.to_builtins(found))
        return
    rows = ((portal.id, portal.domain, portal.timezone, portal.group, portal.keep_events) for portal in found)
    print_table(
        ("id", "domain", "time zone", "group", "days kept"),
        rows,
        empty="No portals yet. `footfall portals add DOMAIN` makes one.",
    )


@portals.command
def add(
    domain: str,
    /,
    *,
    timezone: str = "Etc/UTC",
    group: str = "city",
    domains: List = (),
    keep_events: int = 90,
    allowed_query: List = (),
    allowed_props: List = (),
    privacy_signal: Literal["count", "refuse", "ignore"] = "count",
    home: Home = None,
    json: Json = False,
) -> None:
    """Add a portal and print the line to paste into its pages."""
    with _control(home) as (control, settings):
        portal = control.create_portal(
            domain=domain,
            timezone=timezone,
            group=group,
            domains=domains,
            keep_events=keep_events,
            allowed_query=allowed_query,
            allowed_props=allowed_props,
            privacy_signal=privacy_signal,
        )
    shown = portal_json(portal, settings.public_url or f"http://{settings.host}:{settings.port}")
    if json:
        print_json(shown)
        return
    console.print(
        f"{portal.domain} is portal {portal.id} (Matomo idsite {portal.id}, Umami website {portal.umami_id}). Paste into its pages:"
    )
    console.print(shown["snippet"], markup=False, soft_wrap=True)


@portals.command
def remove(domain: str, /, *, home: Home = None, json: Json = False) -> None:
    """Remove a portal and its goals."""
    with _control(home) as (control, _):
        control.delete_portal(domain)
    print_json({"deleted": True}) if json else console.print(f"{domain} is removed.")


@goals.command(name="list")
def list_goals(portal: str, /, *, home: Home = None, json: Json = False) -> None:
    """List a portal's goals."""
    with _control(home) as (control, _):
        found = [goal_json(goal, portal) for goal in control.goals(control.portal(portal).id)]
    if json:
        print_json(found)
        return
    rows = ((goal["id"], goal["display_name"], goal["goal_type"]) for goal in found)
    print_table(("id", "goal", "type"), rows, empty="No goals yet. `footfall goals add PORTAL --event NAME` makes one.")


@goals.command(name="add")
def add_goal(
    portal: str,
    /,
    *,
    event: str | None = None,
    page: str | None = None,
    scroll: int | None = None,
    name: str | None = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Add a goal: a custom event (--event), a page (--page, * matches anything), or a depth on it (--scroll percent)."""
    with _control(home) as (control, _):
        found = control.portal(portal)
        goal = control.put_goal(found.id, event_name=event, page_path=page, scroll_threshold=scroll, display_name=name)
    print_json(goal_json(goal, found.domain)) if json else console.print(f"Goal {goal.id}: {goal.display_name}")


@goals.command(name="remove")
def remove_goal(portal: str, goal: int, /, *, home: Home = None, json: Json = False) -> None:
    """Remove a goal by its id."""
    with _control(home) as (control, _):
        control.delete_goal(control.portal(portal).id, goal)
    print_json({"deleted": True}) if json else console.print(f"Goal {goal} is removed.")


@keys.command(name="add")
def add_key(
    name: str,
    /,
    *,
    scopes: Annotated[str, Parameter(help=f"Comma-separated: {', '.join(SCOPES)}, or * for all.")] = "stats:read",
    portals: Annotated[str, Parameter(help="Comma-separated domains it is for; empty is all.")] = "",
    home: Home = None,
    json: Json = False,
) -> None:
    """Make a key and print it, this once."""
    with _control(home) as (control, settings):
        wanted = tuple(part.strip() for part in scopes.split(",") if part.strip())
        limited = tuple(control.portal(part.strip()).domain for part in portals.split(",") if part.strip())
        secret = create_key(control, name, wanted, limited, now_ms=make_clock(settings.now)())
    print_json({"key": secret}) if json else console.print(secret, soft_wrap=True)


@keys.command(name="list")
def list_all_keys(*, home: Home = None, json: Json = False) -> None:
    """List the keys; the secrets are nowhere."""
    with _control(home) as (control, _):
        found = list_keys(control)
    if json:
        print_json(msgspec.to_builtins(found))
        return
    rows = ((key.name, ", ".join(key.scopes), ", ".join(key.portals) or "all") for key in found)
    print_table(("name", "scopes", "portals"), rows, empty="No keys yet. `footfall keys add NAME` makes one.")


@keys.command
def revoke(name: str, /, *, home: Home = None, json: Json = False) -> None:
    """Revoke a key; it stops working at once."""
    with _control(home) as (control, _):
        revoke_key(control, name)
    print_json({"revoked": True}) if json else console.print(f"{name} is revoked.")
