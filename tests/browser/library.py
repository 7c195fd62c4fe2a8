"""library.example, a portal of thirty days with something on each of its pages; and what a page shows."""

import json
from datetime import date, timedelta
from pathlib import Path

import msgspec

from footfall.control.database import open_control
from footfall.control.funnels import save_funnel
from footfall.control.items import put_items
from footfall.control.placements import put_placement
from footfall.control.trends import Card, save_cards
from footfall.trends.explain import Bucket, Driver, Explained, Reason
from footfall.vocabulary import Item, Step
from tests.support.server import FootfallHere

__all__ = ["DOMAIN", "HERE", "cards", "open_library", "rows"]

DOMAIN, NOW = "library.example", date(2026, 1, 20)
HERE = f"/portals/{DOMAIN}"


def lines():
    """Thirty days: on each 12 visitors from search who read two pages and send a form, 15 who come straight, 4 from a rare country."""
    for back in range(30, -1, -1):
        day = (NOW - timedelta(days=back)).isoformat()
        for number in range(12):
            who = {"visitor": f"a{number}", "country": "RU", "browser": "Chrome", "os": "Windows", "device": "Desktop", "source": "Google"}
            yield who | {"timestamp": f"{day}T09:{number:02}:00Z", "pathname": "/"}
            yield who | {"timestamp": f"{day}T09:{number:02}:40Z", "pathname": "/catalogue, new"}
            yield who | {"timestamp": f"{day}T09:{number:02}:50Z", "name": "Form: Submission", "props": {"form": "order"}}
        for number in range(15):
            yield {
                "visitor": f"b{number}",
                "timestamp": f"{day}T10:{number:02}:00Z",
                "pathname": "/=opening",
                "country": "DE",
                "device": "Mobile",
            }
        for number in range(4):
            yield {"visitor": f"c{number}", "timestamp": f"{day}T10:{number:02}:30Z", "pathname": "/rare", "country": "MT"}


def put_contents(control):
    """Two items, and a placement that tests two arms and pins one of them."""
    site = control.portal(DOMAIN).id
    items = [Item(id=0, site=site, path=path, url=f"https://{DOMAIN}{path}", title=path.title()) for path in ("/order", "/news")]
    pinned = put_items(control, items, now_ms=0)[0]
    arms = [{"name": "calm", "share": 0.5}, {"name": "bold", "share": 0.5, "settings": {"rising": 2.0}}]
    put_placement(control, site, "tested", {"title": "Tested", "arms": arms, "pins": [pinned.id], "is_public": True}, now_ms=0)


def put_trend(control):
    """A page that rises, told of by days."""
    spark = tuple(Bucket(f"2026-01-{day:02}", 12 + day, 12.0, 7.0, 18.0) for day in range(1, 20))
    told = Explained(
        name="/order",
        counts="pageviews",
        observed=31,
        expected=12.0,
        low=7.0,
        high=18.0,
        lift=2.6,
        confidence="likely",
        reason=Reason("source", "Google"),
        drivers=(Driver("source", "Google", 20, 10, 0.8),),
        spark=spark,
    )
    at = {"since_ms": 1_768_608_000_000, "found_ms": 1_768_694_400_000, "seen_ms": 1_768_867_200_000, "strength": 4.0}
    series = {"dimension": "page", "key": "/order", "members": (("page", "/order"), ("search", "order"))}
    body = json.dumps(msgspec.to_builtins(told))
    save_cards(
        control, [Card(site=control.portal(DOMAIN).id, step="day", kind="rise", state="trend", marks="111", body=body, **at, **series)]
    )


def open_library(home: Path) -> FootfallHere:
    """A server of its own under the policy that people work with."""
    running = FootfallHere(home, now="2026-01-20T12:00:00Z", policy="staff", segment_age_ms="50")
    running.run("portals", "add", DOMAIN, "--timezone", "Europe/Moscow")
    events = "".join(json.dumps(line) + "\n" for line in lines())
    assert running.call("POST", f"/api/v1/import/events?site_id={DOMAIN}", content=events).json()["refused"] == 0
    running.run("goals", "add", DOMAIN, "--event", "Form: Submission", "--name", "Order sent")
    control = open_control(f"sqlite:///{home / 'control.db'}", lambda: 0)
    save_funnel(control, control.portal(DOMAIN), "Orders", (Step(page="/"), Step(page="/*"), Step(goal="Order sent")), now_ms=0)
    put_contents(control)
    put_trend(control)
    control.close()
    return running


def cards(page):
    return dict(zip(page.locator(".cards .name").all_inner_texts(), page.locator(".cards .value").all_inner_texts(), strict=True))


def rows(page, panel):
    return [[cell.strip() for cell in row.split("\t")] for row in page.locator(f"#{panel} tbody tr").all_inner_texts()]
