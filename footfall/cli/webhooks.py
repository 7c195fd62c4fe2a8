"""``footfall webhooks``: who is told when a day's marts were published. Works on the control database; a running server tells them."""

from typing import Any

from cyclopts import App

from footfall.cli.portals import listed_of, opened_control
from footfall.cli.terminal import Home, Json, console, print_json, print_table
from footfall.control.runs import ask_run
from footfall.control.webhooks import add_webhook, delete_webhook, find_webhook, list_deliveries, list_webhooks
from footfall.serve.clock import make_clock
from footfall.serve.webhook_jobs import job_of, refuse_plain
from footfall.serve.webhooks import webhook_json

__all__ = ["app"]

app = App(name="webhooks", help="Who is told when a day's marts were published: list, add, send, remove.")


@app.command(name="list")
def list_all_webhooks(portal: str | None = None, /, *, home: Home = None, json: Json = False) -> None:
    """List webhooks, of one portal or of all, with how the last message went.

    Parameters
    ----------
    portal
        Its domain or id; none is all.
    """
    with opened_control(home) as (control, _):
        site, names = listed_of(control, portal)
        found = [(one, list_deliveries(control, one.id, most=1)) for one in list_webhooks(control, site)]
    shown: list[dict[str, Any]] = []
    for webhook, told in found:
        last = f"{told[0].day}: {told[0].state}{f' ({told[0].status})' if told[0].status else ''}" if told else None
        shown.append(webhook_json(webhook, names[webhook.site]) | {"last": last})
    if json:
        print_json(shown)
        return
    rows = ((one["id"], one["domain"], one["url"], one["last"]) for one in shown)
    print_table(("id", "portal", "address", "last message"), rows, empty="No webhooks yet. `footfall webhooks add PORTAL URL` makes one.")


@app.command(name="add")
def add_one_webhook(portal: str, url: str, /, *, home: Home = None, json: Json = False) -> None:
    """Have an address told, and print the secret that signs what it gets, this once.

    Parameters
    ----------
    portal
        Its domain or id.
    url
        https://host/path.
    """
    with opened_control(home) as (control, settings):
        owner = control.portal(portal)
        refuse_plain(settings, url)
        webhook, secret = add_webhook(control, owner.id, url, now_ms=make_clock(settings.now)())
    print_json(webhook_json(webhook, owner.domain) | {"secret": secret}) if json else console.print(secret, soft_wrap=True, markup=False)


@app.command(name="send")
def send_webhook(webhook: int, /, *, home: Home = None, json: Json = False) -> None:
    """Have it told now of the days that it was not told of: a running server does it within seconds."""
    with opened_control(home) as (control, settings):
        find_webhook(control, webhook)
        ask_run(control, job_of(webhook), now_ms=make_clock(settings.now)())
    said = "A running server sends within seconds; `footfall webhooks list` shows how it went."
    print_json({"asked": webhook}) if json else console.print(said)


@app.command(name="remove")
def remove_webhook(webhook: int, /, *, home: Home = None, json: Json = False) -> None:
    """Nothing is sent to it any more."""
    with opened_control(home) as (control, settings):
        delete_webhook(control, webhook, now_ms=make_clock(settings.now)())
    print_json({"deleted": True}) if json else console.print(f"Webhook {webhook} is removed.")
