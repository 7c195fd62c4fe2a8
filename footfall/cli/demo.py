"""``footfall demo``: a made-up city with weeks of history and a trickle of live traffic."""

import secrets
import threading
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
from cyclopts import Parameter

from footfall.cli.backend import find_server
from footfall.cli.listening import refuse_taken_port
from footfall.cli.terminal import Json, console, make_progress, print_json
from footfall.collect.journal import REFUSALS, write_segment
from footfall.collect.refusals import as_lines
from footfall.control.annotations import Annotation, add_annotation, list_annotations
from footfall.control.database import Control
from footfall.control.funnels import list_funnels, save_funnel
from footfall.control.invitations import set_password
from footfall.control.keys import SCOPES, create_key, list_keys, revoke_key
from footfall.control.operators import add_operator, give_grant, list_operators
from footfall.control.roles import Grant
from footfall.control.segments import Segment, add_segment, list_segments
from footfall.demo.ahead import Order, made_ahead
from footfall.demo.city import CITY, DemoPortal
from footfall.demo.city_data import load_city
from footfall.demo.content import load_content
from footfall.demo.live import Site, send_live
from footfall.demo.looking_back import tell_trends
from footfall.demo.placements import put_demo_placements
from footfall.demo.refused import make_refusals
from footfall.demo.sealed import SEALED
from footfall.demo.shown import tell_shown
from footfall.demo.simulator import Span
from footfall.demo.targets import put_demo_targets
from footfall.errors import BadInput, Conflict
from footfall.serve.clock import make_clock
from footfall.serve.home import open_control_of
from footfall.serve.house import Desk, open_desk
from footfall.serve.sealed import sealed_folder
from footfall.serve.sorting import sort_content
from footfall.serve.up import run_app
from footfall.settings import Settings, read_settings
from footfall.store.segments import IMPORT
from footfall.vocabulary import Portal

__all__ = ["Plan", "build_city", "demo"]

PROXY = "127.0.0.1/32"
"""Live traffic comes from this machine and says in X-Forwarded-For where its visitors are."""
KEY_NAME, COUNTRY = "demo", "RU"
EMAIL, PASSWORD_BYTES = "demo@example.city", 9
MOST_WEEKS = 108
"""A portal keeps events for 760 days at most."""
PORTALS_A_LOT = 3
"""That are loaded together: each day of a lot is a part of its table, and making a part costs as much as a thousand lines."""
NO_SEALED = "\nNo portal is sealed here: that needs a tmpfs folder on this machine (the setting 'volatile')."
DemoHome = Annotated[str, Parameter(help="Folder of the demo's state.")]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What was made, kept in the home's ``demo.json`` so that a build that was cut short goes on with the same lines."""

    key: str = ""
    """For the API, all scopes."""
    password: str = ""
    """Of the operator EMAIL, for the pages."""
    seed: int
    first_day: date
    days: int
    until_s: int
    """History ends here; live traffic goes on."""
    built: bool = False

    @property
    def span(self) -> Span:
        """What is to be made."""
        return Span(first_day=self.first_day, days=self.days, until_s=self.until_s)


def demo(
    *,
    home: DemoHome = "~/.footfall-demo",
    port: Annotated[int | None, Parameter(help="Port to listen on; 0 takes a free one [default: 8700].")] = None,
    weeks: Annotated[int, Parameter(help="Weeks of history, when the city is new.")] = 9,
    seed: Annotated[int, Parameter(help="Same seed, same city, when it is new.")] = 1,
    json: Json = False,
) -> None:
    """Build a demo city the first time, then serve it with live traffic until SIGTERM or Ctrl-C."""
    if not 0 <= weeks <= MOST_WEEKS:
        raise BadInput("--weeks {weeks} is not valid. Valid: 0 to {most}.", weeks=weeks, most=MOST_WEEKS)
    settings = read_settings(home=home, port=port, trusted_proxies=(PROXY,))
    folders = (*settings.source_folders, str(settings.home_path / "city"))
    settings = msgspec.structs.replace(settings, source_folders=folders, country=settings.country or COUNTRY, profiles=True)
    server = find_server(settings.home_path)
    if server:
        raise Conflict(f"The demo runs already at {server.url} (process {server.pid}).")
    refuse_taken_port(settings)
    plan = build_city(settings, weeks=weeks, seed=seed)
    sites = _sites(settings)
    stop = threading.Event()

    def started(url: str) -> None:
        _print_welcome(url, plan, settings, json=json)
        send_live(url, sites, seed=plan.seed + len(str(settings.home_path)), stop=stop)

    def beside(desk: Desk, stopping: threading.Event) -> None:
        tell_trends(desk, stopping)
        load_city(desk, seed=plan.seed, last_day=plan.first_day + timedelta(days=plan.days - 2), stop=stopping)

    try:
        run_app(settings, started, beside)
    finally:
        stop.set()


def build_city(settings: Settings, *, weeks: int, seed: int) -> Plan:
    """The city's portals, goals, key and history up to now, made once.

    Raises:
        Unavailable: another process holds the home.
    """
    path = settings.home_path / "demo.json"
    now_ms = make_clock(settings.now)()
    plan = msgspec.json.decode(path.read_bytes(), type=Plan) if path.exists() else _new_plan(now_ms, weeks=weeks, seed=seed)
    made = iter(()) if plan.built else _made(settings, plan, now_ms)
    desk = open_desk(settings)
    try:
        plan = msgspec.structs.replace(plan, key=plan.key or _make_key(desk), password=plan.password or _let_in(desk))
        _write_private(path, plan)
        if not plan.built:
            _build(desk, plan, made)
            plan = msgspec.structs.replace(plan, built=True)
            _write_private(path, plan)
        return plan
    finally:
        desk.close()


def _made(settings: Settings, plan: Plan, now_ms: int) -> Iterator[tuple[Portal, bytes]]:
    """The portals with their lines, which are being made from now on, while the store is opened."""
    settings.home_path.mkdir(parents=True, exist_ok=True, mode=0o700)
    control = open_control_of(settings)
    try:
        portals = [_found(control, portal, now_ms) for portal in CITY]
    finally:
        control.close()
    return made_ahead([Order(portal, plan.span, plan.seed, settings.profile) for portal in portals])


def _new_plan(now_ms: int, *, weeks: int, seed: int) -> Plan:
    today = datetime.fromtimestamp(now_ms // 1000, ZoneInfo(CITY[0].timezone)).date()
    return Plan(seed=seed, first_day=today - timedelta(weeks=weeks), days=weeks * 7 + 1, until_s=now_ms // 1000)


def _make_key(desk: Desk) -> str:
    if any(key.name == KEY_NAME for key in list_keys(desk.control)):
        revoke_key(desk.control, KEY_NAME, now_ms=desk.now())
    return create_key(desk.control, KEY_NAME, SCOPES, now_ms=desk.now())


def _let_in(desk: Desk) -> str:
    """The password of an operator who may everything; made here, and again where the demo's plan was lost."""
    password, now_ms = secrets.token_urlsafe(PASSWORD_BYTES), desk.now()
    if all(operator.email != EMAIL for operator in list_operators(desk.control)):
        add_operator(desk.control, EMAIL, "Demo", now_ms=now_ms)
    operator = give_grant(desk.control, EMAIL, Grant(role="admin"), now_ms=now_ms)
    set_password(desk.control, operator, password, now_ms=now_ms)
    return password


def _build(desk: Desk, plan: Plan, made: Iterator[tuple[Portal, bytes]]) -> None:
    load_content(desk.control, {portal.domain: portal for portal in desk.control.portals()}, seed=plan.seed, now_ms=desk.now())
    sort_content(desk)
    with make_progress() as bar:
        waiting = iter(bar.track(made, total=len(CITY), description="Building the city"))
        while lot := list(islice(waiting, PORTALS_A_LOT)):
            _load(desk, plan, lot)
    tell_shown(desk, [portal.domain for portal in CITY], plan.span, seed=plan.seed)
    if sealed_folder(desk.settings):
        _found(desk.control, SEALED, desk.now())


def _load(desk: Desk, plan: Plan, lot: list[tuple[Portal, bytes]]) -> None:
    """What was loaded before, in a build that was cut short, is known by its segment's name."""
    name = f"{plan.first_day}-{lot[0][0].id}"
    desk.loader.load(write_segment(desk.journal_folder, f"{IMPORT}demo-{name}", [lines for _, lines in lot]))
    of_city = {portal.domain: portal for portal in CITY}
    refused = [as_lines(make_refusals(of_city[portal.domain], portal.id, plan.span, seed=plan.seed)) for portal, _ in lot]
    write_segment(desk.journal_folder, f"0-demo-{name}", refused, suffix=REFUSALS)
    for portal, _ in lot:
        _mark(desk, of_city[portal.domain], portal, plan)


def _found(control: Control, portal: DemoPortal, now_ms: int) -> Portal:
    """The portal, its goals, funnels and placements; made where they are not there."""
    made = _find_or_create(control, portal)
    for goal in portal.goals:
        control.put_goal(made.id, **msgspec.to_builtins(goal))
    saved = {funnel.name for funnel in list_funnels(control, made.id)}
    for funnel in portal.funnels:
        if funnel.name not in saved:
            save_funnel(control, made, funnel.name, funnel.steps, now_ms=now_ms)
    put_demo_placements(control, made, now_ms=now_ms)
    return made


def _mark(desk: Desk, portal: DemoPortal, made: Portal, plan: Plan) -> None:
    """Targets, segments and notes, where there are none yet."""
    now_ms = desk.now()
    days = plan.first_day, plan.first_day + timedelta(days=plan.days - 1)
    put_demo_targets(desk.control, made, days[1], now_ms=now_ms)
    if not list_segments(desk.control, made, 0):
        for segment in portal.segments:
            add_segment(desk.control, made, Segment(name=segment.name, filters=segment.filters), now_ms=now_ms)
    if not list_annotations(desk.control, made, *days):
        for told in portal.notes:
            day = days[1] - timedelta(days=told.ago)
            if day >= days[0]:
                add_annotation(desk.control, made, Annotation(day=day.isoformat(), text=told.text), now_ms=now_ms)


def _find_or_create(control: Control, portal: DemoPortal) -> Portal:
    known = {found.domain: found for found in control.portals()}
    rest = {"timezone": portal.timezone, "keep_events": portal.keep_events}
    return known.get(portal.domain) or control.create_portal(domain=portal.domain, **rest)


def _sites(settings: Settings) -> tuple[Site, ...]:
    """The city's portals with the ids that trackers know them by."""
    control = open_control_of(settings)
    try:
        known = {portal.domain: portal for portal in control.portals()}
    finally:
        control.close()
    found = ((portal, known[portal.domain]) for portal in (*CITY, SEALED) if portal.domain in known)
    return tuple(Site(portal, idsite=made.id, website=made.umami_id) for portal, made in found)


def _write_private(path: Path, plan: Plan) -> None:
    temporary = path.with_suffix(".tmp")
    temporary.touch(mode=0o600)
    temporary.write_bytes(msgspec.json.encode(plan))
    temporary.rename(path)


def _print_welcome(url: str, plan: Plan, settings: Settings, *, json: bool) -> None:
    if json:
        print_json({"url": url, "email": EMAIL, "password": plan.password, "key": plan.key, "home": str(settings.home_path)})
        return
    domain, where, is_sealed = CITY[0].domain, f"--home {settings.home}", sealed_folder(settings) is not None
    question = msgspec.json.encode({"site_id": domain, "metrics": ["visitors"], "date_range": "28d", "dimensions": ["event:page"]}).decode()
    lines = (
        f"\nThe demo city is at {url}",
        f"Sign in as {EMAIL} with the password {plan.password}",
        f"Its key for the API: {plan.key}",
        f"\n{SEALED.domain} is sealed: it has no history, and finished hours show five minutes after each." if is_sealed else NO_SEALED,
        "\nTry, in another terminal:",
        f"  footfall ask {domain} visitors,pageviews --by visit:source --range 30d {where}",
        f"  footfall ask transport.example.city visitors,bounce_rate --by time:day --range 7d --compare previous_period {where}",
        f"  curl -H 'Authorization: Bearer {plan.key}' -d '{question}' {url}/api/v2/query",
        f"\nFiles of the city's offices are in {settings.home_path / 'city'}; they are loaded while you look.",
        "Ctrl-C stops it.",
    )
    for line in lines:
        console.print(line, soft_wrap=True, markup=False)
