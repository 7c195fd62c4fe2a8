"""``footfall keys``: keys for the API. They are made where the home is, never over HTTP."""

from typing import Annotated

import msgspec
from cyclopts import App, Parameter

from footfall.cli.portals import opened_control
from footfall.cli.terminal import Home, Json, Words, console, print_json, print_table, words_of
from footfall.control.keys import PER_DAY, PER_MINUTE, SCOPES, Limits, create_key, list_keys, revoke_key
from footfall.control.placements import find_placement
from footfall.serve.clock import make_clock

__all__ = ["app"]

app = App(name="keys", help="Keys for the API: add, list, revoke.")


@app.command(name="add")
def add_key(
    name: str,
    /,
    *,
    scopes: Annotated[Words, Parameter(help=f"Commas between: {', '.join(SCOPES)}, or * for all [default: stats:read].")] = None,
    portals: Annotated[Words, Parameter(help="Domains it is for, commas between; none is all.")] = None,
    placements: Annotated[Words, Parameter(help="Placements it is for, commas between; none is all.")] = None,
    per_minute: Annotated[int, Parameter(help=f"Requests to the content service; 0 is {PER_MINUTE:,}.")] = 0,
    per_day: Annotated[int, Parameter(help=f"The same, a day of UTC; 0 is {PER_DAY:,}.")] = 0,
    home: Home = None,
    json: Json = False,
) -> None:
    """Make a key and print it, this once; only its hash is kept."""
    wanted = ("stats:read",) if scopes is None else words_of(scopes)
    with opened_control(home) as (control, settings):
        limited = tuple(control.portal(domain).domain for domain in words_of(portals))
        limits = Limits(placements=words_of(placements), per_minute=per_minute, per_day=per_day)
        for placement in limits.placements:
            find_placement(control, placement)
        secret = create_key(control, name, wanted, limited, now_ms=make_clock(settings.now)(), limits=limits)
    print_json({"key": secret}) if json else console.print(secret, soft_wrap=True, markup=False)


@app.command(name="list")
def list_all_keys(*, home: Home = None, json: Json = False) -> None:
    """List the keys by name; the secrets are nowhere."""
    with opened_control(home) as (control, _):
        found = list_keys(control)
    if json:
        print_json(msgspec.to_builtins(found))
        return
    rows = ((key.name, ", ".join(key.scopes), ", ".join(key.portals) or "all", ", ".join(key.limits.placements) or "all") for key in found)
    print_table(("name", "scopes", "portals", "placements"), rows, empty="No keys yet. `footfall keys add NAME` makes one.")


@app.command(name="revoke")
def revoke_one_key(name: str, /, *, home: Home = None, json: Json = False) -> None:
    """Revoke a key; it stops working at once."""
    with opened_control(home) as (control, settings):
        revoke_key(control, name, now_ms=make_clock(settings.now)())
    print_json({"revoked": True}) if json else console.print(f"{name} is revoked.", markup=False)
