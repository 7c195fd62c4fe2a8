"""``footfall content``: what portals have to read and to do. Works on the control database; a running server sees every change at once."""

from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import App, Parameter

from footfall.cli.portals import opened_control
from footfall.cli.terminal import Home, Json, Words, console, print_json, print_table, words_of
from footfall.control.content_sources import find_source
from footfall.control.items import get_item, remove_item
from footfall.control.runs import Run, claim_run, end_run, last_runs
from footfall.errors import BadInput, Conflict, FootfallError, NotFound
from footfall.interests.taxonomy import taxonomy
from footfall.interests.uploads import FORMATS
from footfall.serve.clock import make_clock
from footfall.serve.content_filling import ask_source, put_source, remove_source, sources_shown
from footfall.serve.content_items import Asked, item_shown, items_of, put_one, upload
from footfall.serve.content_jobs import content_job
from footfall.serve.content_shapes import SourceBody, SourceShown
from footfall.serve.dataset_shapes import builtins
from footfall.serve.home import running_server
from footfall.serve.house import Desk, open_desk
from footfall.serve.jobs import Job
from footfall.settings import Settings

__all__ = ["app"]

app = App(name="content", help="What portals have to read and to do: list, show, add, load, remove items; read them from the portals.")
State = Literal["live", "fading", "dead", "hidden"]
Kind = Literal["article", "service", "event", "form", "page"]
COLUMNS = ("id", "path", "title", "kind", "language", "topics", "weight", "state")
EMPTY = "No items. `footfall content add PORTAL URL --title TITLE` makes one; `footfall content crawl PORTAL` reads them from the portal."
NIGHTLY = "15 3 * * *"
NO_END_MS = 86_400_000 * 365
SUFFIXES = {".csv": "csv", ".ndjson": "ndjson", ".jsonl": "ndjson"}


@app.command(name="list")
def list_content(
    portal: str,
    /,
    *,
    query: Annotated[str, Parameter(help="Text in path, title or summary.")] = "",
    kind: Annotated[Kind | None, Parameter(help="Of this kind alone.")] = None,
    topic: Annotated[str, Parameter(help="Of this topic alone.")] = "",
    state: Annotated[State | None, Parameter(help="In this state alone.")] = None,
    limit: Annotated[int, Parameter(help="Most items.")] = 100,
    home: Home = None,
    json: Json = False,
) -> None:
    """List a portal's items by path.

    Parameters
    ----------
    portal
        Its domain or id.
    """
    asked = Asked(query=query, kind=kind or "", topic=topic, state=state or "", limit=max(1, limit))
    with opened_control(home) as (control, _):
        found = items_of(control, control.portal(portal), asked)
    if json:
        print_json(builtins(found))
        return
    rows = ((one.id, one.path, one.title, one.kind, one.language, ", ".join(one.topics), one.weight, one.state) for one in found.items)
    print_table(COLUMNS, rows, empty=EMPTY)


@app.command(name="show")
def show_content(item: int, /, *, home: Home = None, json: Json = False) -> None:
    """Show one item, with its text."""
    with opened_control(home) as (control, _):
        found = get_item(control, item)
        shown = builtins(item_shown(found, control.portal(found.site)))
    if json:
        print_json(shown)
        return
    print_table(("", ""), ((name, _said(value)) for name, value in shown.items()), empty="")


@app.command(name="add")
def add_content(
    portal: str,
    url: str,
    /,
    *,
    title: Annotated[str, Parameter(help="1 to 300 characters.")],
    summary: Annotated[str | None, Parameter(help="What it is about.")] = None,
    kind: Annotated[Kind | None, Parameter(help="What it is [default: page].")] = None,
    weight: Annotated[float | None, Parameter(help="0 to 10; 0 hides it [default: 1].")] = None,
    topic: Words = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Add an item, or change what is named of the one at that address.

    Parameters
    ----------
    portal
        Its domain or id.
    url
        An address of the portal.
    topic
        TOPIC or TOPIC:SCORE; at most three. They stand, whatever its text says.
    """
    given: dict[str, Any] = {"url": url, "title": title, "summary": summary, "kind": kind, "weight": weight}
    given |= {"topics": dict(map(_topic, words_of(topic))) if topic is not None else None}
    with opened_control(home) as (control, settings):
        owner = control.portal(portal)
        told = {name: value for name, value in given.items() if value is not None}
        item = put_one(control, owner, told, taxonomy(settings.topics_file), source="api", now_ms=make_clock(settings.now)())
        shown = item_shown(item, owner)
    print_json(builtins(shown)) if json else console.print(f"Item {shown.id}: {shown.title}", markup=False)


@app.command(name="load")
def load_content(portal: str, file: Path, /, *, home: Home = None, json: Json = False) -> None:
    """Load a file of items into a portal. A line that is refused keeps no other out.

    Parameters
    ----------
    portal
        Its domain or id.
    file
        .csv with a header, or .ndjson with a JSON object a line.
    """
    format = SUFFIXES.get(file.suffix.lower())
    if format is None:
        raise BadInput("{path} is no file of items. Valid: .csv, .ndjson, .jsonl.", path=file)
    if not file.is_file():
        raise NotFound("There is no file {path}.", path=file)
    with opened_control(home) as (control, settings):
        known = next(each for each in FORMATS if each == format)
        done = upload(control, control.portal(portal), file, known, taxonomy(settings.topics_file), now_ms=make_clock(settings.now)())
    if json:
        print_json(builtins(done))
        return
    counts = f"{done.added} added, {done.changed} changed, {done.unchanged} unchanged, {done.refused} refused"
    console.print(f"{done.read} lines read: {counts}.", markup=False)
    for refusal in done.refusals[:10]:
        console.print(f"  line {refusal.line}: {refusal.error}", markup=False, soft_wrap=True)


@app.command(name="remove")
def remove_content(item: int, /, *, home: Home = None, json: Json = False) -> None:
    """Remove an item by its id. A filling that meets its page again brings it back; weight 0 hides it for good."""
    with opened_control(home) as (control, settings):
        remove_item(control, item, now_ms=make_clock(settings.now)())
    print_json({"deleted": True}) if json else console.print(f"Item {item} is removed.")


@app.command(name="crawl")
def crawl_content(
    portal: str,
    url: str = "",
    /,
    *,
    kind: Annotated[Literal["sitemap", "feed", "crawl", "traffic"], Parameter(help="What is read: see docs/content.md.")] = "sitemap",
    schedule: Annotated[str, Parameter(help="Cron by the portal's clock; empty is by hand.")] = NIGHTLY,
    pages: Annotated[int, Parameter(help="Most that are fetched in a run, 1 to 20,000.")] = 500,
    home: Home = None,
    json: Json = False,
) -> None:
    """Set up where a portal's items are read from, and read it now: here, or by the server that runs on this home.

    Parameters
    ----------
    portal
        Its domain or id.
    url
        Where to begin: a sitemap, a feed, a page [default: what robots.txt names, or the first page].
    """
    body = SourceBody(site_id=portal, kind=kind, url=url, schedule=schedule, most_pages=pages)
    with opened_control(home) as (control, settings):
        now_ms, owner = make_clock(settings.now)(), control.portal(portal)
        id = put_source(control, owner, body, now_ms=now_ms).id
        ask_source(control, find_source(control, id), now_ms=now_ms)
    if running_server(settings.home_path) is None:
        _read_here(settings, id)
    with opened_control(home) as (control, _):
        shown = next(one for one in sources_shown(control, owner) if one.id == id)
    _print_sources([shown], json=json)


@app.command(name="sources")
def list_sources(portal: str, /, *, home: Home = None, json: Json = False) -> None:
    """List where a portal's items are read from, and how far that is.

    Parameters
    ----------
    portal
        Its domain or id.
    """
    with opened_control(home) as (control, _):
        found = sources_shown(control, control.portal(portal))
    _print_sources(found, json=json)


@app.command(name="drop")
def drop_source(source: int, /, *, home: Home = None, json: Json = False) -> None:
    """Read a source no more, by its id (`footfall content sources` shows it). The items that it brought stay."""
    with opened_control(home) as (control, settings):
        remove_source(control, find_source(control, source), now_ms=make_clock(settings.now)())
    print_json({"deleted": True}) if json else console.print(f"Source {source} is read no more.")


def _read_here(settings: Settings, id: int) -> None:
    """Make the run that was asked for in this process, however long it takes. Raises what ends it."""
    desk = open_desk(settings)
    try:
        desk.load()
        source = find_source(desk.control, id)
        job = content_job(desk, lambda: False, source, desk.control.portal(source.site), NO_END_MS)
        run = claim_run(desk.control, job.name, last_runs(desk.control)[job.name].due_ms, now_ms=desk.now())
        if run is None:
            raise Conflict("It is being read already.")
        _make(desk, job, run)
    finally:
        desk.close()


def _make(desk: Desk, job: Job, run: Run) -> None:
    try:
        said = job.work(run.due_ms)
    except FootfallError as error:
        end_run(desk.control, run, "failed", error.sentence, now_ms=desk.now(), tries=run.tries + 1)
        raise
    end_run(desk.control, run, "done", said, now_ms=desk.now(), tries=run.tries)


def _print_sources(found: list[SourceShown], *, json: bool) -> None:
    if json:
        print_json([builtins(one) for one in found])
        return
    rows = ((one.id, one.kind, one.url, one.schedule, one.fetched, one.waiting, one.state, one.said) for one in found)
    empty = "Nothing is read for this portal. `footfall content crawl PORTAL` sets it up."
    print_table(("id", "kind", "begins at", "schedule", "fetched", "waiting", "state", "said"), rows, empty=empty)


def _topic(text: str) -> tuple[str, float]:
    id, colon, score = text.rpartition(":")
    try:
        return (id, float(score)) if colon else (text, 1.0)
    except ValueError:
        raise BadInput("--topic {text!r} is not valid. Valid: TOPIC or TOPIC:SCORE.", text=text) from None


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {score:g}" for name, score in value.items())
    return ", ".join(value) if isinstance(value, list | tuple) else str(value)
