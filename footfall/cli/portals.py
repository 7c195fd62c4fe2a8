"""``footfall portals``: the city's sites. Works on the control database, so a running server sees every change at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Literal

import msgspec
from cyclopts import App, Parameter

from footfall.cli.terminal import Home, Json, Words, console, print_json, print_table, settings_of, words_of
from footfall.control.database import Control
from footfall.errors import BadInput
from footfall.serve.home import address_of, open_control_of
from footfall.serve.sealed import refuse_unsealable
from footfall.serve.site_objects import portal_json
from footfall.settings import Settings
from footfall.vocabulary import Portal

__all__ = ["app", "listed_of", "opened_control"]

app = App(name="portals", help="The city's sites that are counted: list, add, set, remove, show.")
Zone = Annotated[str | None, Parameter(help="IANA name, such as Europe/Moscow [default: Etc/UTC].")]
Group = Annotated[str | None, Parameter(help="Portal group: shares the service day and the salt [default: city].")]
Kept = Annotated[int | None, Parameter(help="Days for which events are kept, 0 to 760 [default: 90].")]
Signal = Annotated[
    Literal["count", "refuse", "ignore"] | None,
    Parameter(help="What Sec-GPC and DNT do: count without visit detail, refuse, or ignore [default: count]."),
]


@contextmanager
def opened_control(home: str | None) -> Iterator[tuple[Control, Settings]]:
    """The control database of this home, closed at the end."""
    settings = settings_of(home)
    settings.home_path.mkdir(parents=True, exist_ok=True, mode=0o700)
    control = open_control_of(settings)
    try:
        yield control, settings
    finally:
        control.close()


def listed_of(control: Control, portal: str | None) -> tuple[int | None, dict[int, str]]:
    """What a list of portals' objects needs: the id of the one that is asked for (``None``: all), and each portal's domain by its id.

    Raises:
        NotFound: there is no such portal.
    """
    return control.portal(portal).id if portal else None, {one.id: one.domain for one in control.portals()}


@app.command(name="list")
def list_portals(*, home: Home = None, json: Json = False) -> None:
    """List the portals by id."""
    with opened_control(home) as (control, _):
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


@app.command(name="add")
def add_portal(
    domain: str,
    /,
    *,
    timezone: Zone = None,
    group: Group = None,
    domains: Words = None,
    keep_events: Kept = None,
    allowed_query: Words = None,
    allowed_props: Words = None,
    privacy_signal: Signal = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Add a portal and print the line to paste into its pages. It accepts events at once.

    Parameters
    ----------
    domain
        The portal's host name.
    domains
        Further host names that count as this portal.
    allowed_query
        Query parameters kept in paths besides utm_*, ref and source.
    allowed_props
        Custom property names kept; none named keeps all.
    """
    given = _given(timezone, group, domains, keep_events, allowed_query, allowed_props, privacy_signal)
    with opened_control(home) as (control, settings):
        refuse_unsealable(settings, keep_events)
        portal = control.create_portal(domain=domain, **given)
    _show(portal, settings, json=json)


@app.command(name="set")
def set_portal(
    portal: str,
    /,
    *,
    domain: str | None = None,
    timezone: Zone = None,
    group: Group = None,
    domains: Words = None,
    keep_events: Kept = None,
    allowed_query: Words = None,
    allowed_props: Words = None,
    privacy_signal: Signal = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Change what is given of a portal's settings, and nothing else. A list is replaced whole; "" empties it.

    Parameters
    ----------
    portal
        Its domain or id.
    domain
        A new name for it.
    domains
        Further host names that count as this portal.
    allowed_query
        Query parameters kept in paths besides utm_*, ref and source.
    allowed_props
        Custom property names kept; none named keeps all.
    """
    given = _given(timezone, group, domains, keep_events, allowed_query, allowed_props, privacy_signal)
    given |= {"domain": domain} if domain else {}
    if not given:
        raise BadInput("Nothing to set. Valid: --domain, --timezone, --group, --domains, --keep-events, --allowed-query, …")
    with opened_control(home) as (control, settings):
        refuse_unsealable(settings, keep_events)
        changed = control.update_portal(portal, **given)
    _show(changed, settings, json=json)


@app.command(name="remove")
def remove_portal(portal: str, /, *, home: Home = None, json: Json = False) -> None:
    """Remove a portal and its goals, by domain or id. Its events go with the next retention round."""
    with opened_control(home) as (control, _):
        gone = control.delete_portal(portal)
    print_json({"deleted": True}) if json else console.print(f"{gone.domain} is removed.", markup=False)


@app.command(name="show")
def show_portal(portal: str, /, *, home: Home = None, json: Json = False) -> None:
    """Show one portal, by domain or id: its settings, its ids for other trackers, and the line to paste."""
    with opened_control(home) as (control, settings):
        found = control.portal(portal)
    _show(found, settings, json=json)


def _given(
    timezone: str | None,
    group: str | None,
    domains: tuple[str, ...] | None,
    keep_events: int | None,
    allowed_query: tuple[str, ...] | None,
    allowed_props: tuple[str, ...] | None,
    privacy_signal: str | None,
) -> dict[str, Any]:
    lists = {"domains": domains, "allowed_query": allowed_query, "allowed_props": allowed_props}
    plain = {"timezone": timezone, "group": group, "keep_events": keep_events, "privacy_signal": privacy_signal}
    found: dict[str, Any] = {name: words_of(words) for name, words in lists.items() if words is not None}
    return found | {name: value for name, value in plain.items() if value is not None}


def _show(portal: Portal, settings: Settings, *, json: bool) -> None:
    shown = portal_json(portal, address_of(settings))
    if json:
        print_json(shown)
        return
    console.print(f"{portal.domain} is portal {portal.id} (Matomo idsite {portal.id}, Umami website {portal.umami_id}).", markup=False)
    plain = ("timezone", "group", "keep_events", "domains", "allowed_query", "allowed_props", "privacy_signal")
    rows = ((name, _text(getattr(portal, name))) for name in plain)
    print_table(("setting", "value"), rows, empty="")
    console.print("\nPaste into its pages:")
    console.print(shown["snippet"], markup=False, soft_wrap=True)


def _text(value: object) -> str:
    return ", ".join(value) or "–" if isinstance(value, tuple) else str(value)
