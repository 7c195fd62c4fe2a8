"""``footfall alerts``: who is told of trends and targets. Works on the control database; a running server tells them."""

import secrets
from typing import Any

from cyclopts import App

from footfall.cli.portals import listed_of, opened_control
from footfall.cli.terminal import Home, Json, console, print_json, print_table
from footfall.control.alerts import Channel, Logged, find_channel, list_channels, read_log
from footfall.serve.alerting.sending import Sender, send_trial
from footfall.serve.clock import make_clock
from footfall.serve.secret import Signer

__all__ = ["app"]

app = App(name="alerts", help="Who is told of trends and targets: list, test.")


@app.command(name="list")
def list_alerts(portal: str | None = None, /, *, home: Home = None, json: Json = False) -> None:
    """List channels, of one portal or of all, with how the last message went.

    Parameters
    ----------
    portal
        Its domain or id; none is all.
    """
    with opened_control(home) as (control, _):
        site, names = listed_of(control, portal)
        found = [(one, read_log(control, [one.id], most=1)) for one in list_channels(control, site)]
    shown = [_shown(one, names[one.site], log) for one, log in found]
    if json:
        print_json(shown)
        return
    rows = ((one["id"], one["portal"], one["kind"], one["address"], ", ".join(one["about"]), one["last"]) for one in shown)
    head = ("id", "portal", "kind", "address", "about", "last message")
    print_table(head, rows, empty="No channels yet. The page Alerts of a portal makes one.")


@app.command(name="test")
def send_test(portal: str, channel: int, /, *, home: Home = None, json: Json = False) -> None:
    """Send a channel a message that says that it is a test."""
    with opened_control(home) as (control, settings):
        owner = control.portal(portal)
        # An alert holds no signed link, so any signer does.
        sender = Sender(control, settings, Signer(secrets.token_bytes(32)), make_clock(settings.now))
        send_trial(sender, owner, find_channel(control, owner.id, channel))
    print_json({"sent": channel}) if json else console.print("A test was sent.")


def _shown(channel: Channel, portal: str, log: list[Logged]) -> dict[str, Any]:
    """Without where it is."""
    told = {"role": channel.plan.role, "about": list(channel.plan.about), "last": f"{log[0].state}: {log[0].title}" if log else None}
    return {"id": channel.id, "portal": portal, "kind": channel.kind, "address": channel.shown, **told}
