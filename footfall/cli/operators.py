"""``footfall operators``: who may sign in to the pages, and what they may. A password is never an argument."""

import getpass
import sys
from typing import Annotated, Any, Literal

import msgspec
from cyclopts import App, Parameter

from footfall.cli.portals import opened_control
from footfall.cli.terminal import Home, Json, console, print_json, print_table
from footfall.control.database import Control
from footfall.control.invitations import accept_invitation, invite
from footfall.control.operators import add_operator, disable_operator, enable_operator, find_operator, give_grant, list_operators
from footfall.control.operators import revoke_grant as take_grant
from footfall.control.passwords import checked_password
from footfall.control.roles import Grant, Operator
from footfall.errors import BadInput
from footfall.serve.clock import make_clock
from footfall.serve.exactness import refuse_exact_company
from footfall.serve.home import address_of
from footfall.settings import Settings

__all__ = ["app"]

app = App(name="operators", help="Who may sign in to the pages: list, add, invite, grant, revoke, disable, enable.")
Role = Annotated[Literal["viewer", "analyst", "steward", "admin"], Parameter(help="Each may what those before it may.")]
Domain = Annotated[str | None, Parameter(help="The role is on this portal alone.")]
Group = Annotated[str | None, Parameter(help="The role is on the portals of this group.")]


@app.command(name="list")
def list_all_operators(*, home: Home = None, json: Json = False) -> None:
    """List the operators by e-mail, with what each may."""
    with opened_control(home) as (control, _):
        found = list_operators(control)
        shown = [_shown(control, operator) for operator in found]
    if json:
        print_json(shown)
        return
    rows = ((one["email"], one["name"], _roles(one), _state(one)) for one in shown)
    empty = "No operators yet. `footfall operators add EMAIL --role admin` makes the first."
    print_table(("e-mail", "name", "roles", "signs in by"), rows, empty=empty)


@app.command(name="add")
def add_one_operator(
    email: str,
    /,
    *,
    role: Role = "viewer",
    portal: Domain = None,
    group: Group = None,
    name: str | None = None,
    ask_password: Annotated[bool, Parameter(negative="", help="Ask for a password on this terminal instead.")] = False,
    home: Home = None,
    json: Json = False,
) -> None:
    """Add an operator and print an invitation link, good once for seven days."""
    if ask_password and not sys.stdin.isatty():
        raise BadInput("--ask-password needs a terminal. Valid: without it, for an invitation link.")
    password = checked_password(_asked(), email, name or "") if ask_password else ""
    with opened_control(home) as (control, settings):
        now_ms, grant = make_clock(settings.now)(), _grant(control, role, portal, group)
        refuse_exact_company(settings, control, email, grant)
        operator = add_operator(control, email, name or "", now_ms=now_ms)
        give_grant(control, operator.email, grant, now_ms=now_ms)
        token = invite(control, operator.email, now_ms=now_ms)
        if password:
            accept_invitation(control, token, operator.name, password, now_ms=now_ms)
            _show(control, find_operator(control, operator.email), json=json)
        else:
            _print_link(operator.email, token, settings, json=json)


@app.command(name="invite")
def invite_one_operator(
    email: str,
    /,
    *,
    forget_code: Annotated[bool, Parameter(negative="", help="Ask for no code any more: phone and recovery codes are lost.")] = False,
    home: Home = None,
    json: Json = False,
) -> None:
    """Print a new invitation link for an operator who is there: for a lost password. It ends their wait, and sessions once used."""
    with opened_control(home) as (control, settings):
        operator = find_operator(control, email)
        token = invite(control, operator.email, now_ms=make_clock(settings.now)(), forget_totp=forget_code)
        _print_link(operator.email, token, settings, json=json)


@app.command(name="grant")
def grant_role(email: str, role: Role, /, *, portal: Domain = None, group: Group = None, home: Home = None, json: Json = False) -> None:
    """Give an operator a role on all portals, a group's or one, instead of another there."""
    with opened_control(home) as (control, settings):
        grant = _grant(control, role, portal, group)
        refuse_exact_company(settings, control, email, grant)
        changed = give_grant(control, email, grant, now_ms=make_clock(settings.now)())
        _show(control, changed, json=json)


@app.command(name="revoke")
def revoke_role(email: str, /, *, portal: Domain = None, group: Group = None, home: Home = None, json: Json = False) -> None:
    """Take an operator's role on all portals, a group's or one."""
    with opened_control(home) as (control, settings):
        changed = take_grant(control, email, _grant(control, "viewer", portal, group), now_ms=make_clock(settings.now)())
        _show(control, changed, json=json)


@app.command(name="disable")
def disable_one_operator(email: str, /, *, home: Home = None, json: Json = False) -> None:
    """Sign an operator out everywhere and let them in no more."""
    with opened_control(home) as (control, settings):
        _show(control, disable_operator(control, email, now_ms=make_clock(settings.now)()), json=json)


@app.command(name="enable")
def enable_one_operator(email: str, /, *, home: Home = None, json: Json = False) -> None:
    """Let a disabled operator in again."""
    with opened_control(home) as (control, settings):
        refuse_exact_company(settings, control, email)
        _show(control, enable_operator(control, email, now_ms=make_clock(settings.now)()), json=json)


def _grant(control: Control, role: str, portal: str | None, group: str | None) -> Grant:
    if portal and group:
        raise BadInput("A role is on a portal or on a group. Valid: --portal DOMAIN, --group NAME, or neither for all portals.")
    if portal:
        return Grant(role, "portal", str(control.portal(portal).id))
    return Grant(role, "group", group) if group else Grant(role)


def _asked() -> str:
    password = getpass.getpass("Password: ")
    if password != getpass.getpass("Once more: "):
        raise BadInput("The two passwords differ. Valid: the same twice.")
    return password


def _print_link(email: str, token: str, settings: Settings, *, json: bool) -> None:
    link = f"{address_of(settings)}/invitation/{token}"
    print_json({"email": email, "invitation": link}) if json else console.print(link, soft_wrap=True, markup=False)


def _show(control: Control, operator: Operator, *, json: bool) -> None:
    shown = _shown(control, operator)
    print_json(shown) if json else console.print(
        f"{operator.email}: {_roles(shown)}{'; disabled' if operator.disabled else ''}.", markup=False
    )


def _shown(control: Control, operator: Operator) -> dict[str, Any]:
    """The operator with portals by domain instead of id."""
    domains = {str(portal.id): portal.domain for portal in control.portals()}
    shown: dict[str, Any] = msgspec.to_builtins(operator)
    for grant in shown["grants"]:
        grant["value"] = domains.get(grant["value"], grant["value"]) if grant["scope"] == "portal" else grant["value"]
    return shown


def _roles(shown: dict[str, Any]) -> str:
    said = (f"{grant['role']} on {grant['value'] or 'all'}" for grant in shown["grants"])
    return ", ".join(said) or "no role"


def _state(operator: dict[str, Any]) -> str:
    if operator["disabled"]:
        return "disabled"
    return "password and code" if operator["has_totp"] else "password" if operator["has_password"] else "invited"
