"""``footfall placements``: where other systems show lists of content. Works on the control database; a running server knows in seconds."""

from pathlib import Path
from typing import Annotated, Any

import msgspec
import yaml
from cyclopts import App, Parameter

from footfall.cli.portals import listed_of, opened_control
from footfall.cli.terminal import Home, Json, Words, console, print_json, print_table, words_of
from footfall.control.database import Control
from footfall.control.placements import Placement, delete_placement, find_placement, list_placements, put_placement
from footfall.errors import BadInput
from footfall.serve.audiences import refuse_untold
from footfall.serve.clock import make_clock

__all__ = ["app"]

app = App(name="placements", help="Where other systems show lists of content: list, show, put, remove.")
Number = Annotated[int | None, Parameter(help="Items of a list, 1 to 50 [default: 6].")]
Share = Annotated[float | None, Parameter(help="Share of places for items of which little is known, 0 to 0.1.")]
Public = Annotated[bool | None, Parameter(help="Its list is for anybody, without a key.")]
FromFile = Annotated[Path | None, Parameter(name="--from", help="A file of settings, YAML or JSON, as `show --json` prints them.")]


@app.command(name="list")
def list_all_placements(portal: str | None = None, /, *, home: Home = None, json: Json = False) -> None:
    """List placements by name, of one portal or of all.

    Parameters
    ----------
    portal
        Its domain or id; none is all.
    """
    with opened_control(home) as (control, _):
        site, names = listed_of(control, portal)
        found = list_placements(control, site)
    if json:
        print_json([_shown(one, names[one.site]) for one in found])
        return
    rows = ((one.id, names[one.site], one.title, one.n, len(one.pins), len(one.blocked), _arms(one)) for one in found)
    empty = "No placements yet. `footfall placements put NAME PORTAL` makes one."
    print_table(("name", "portal", "title", "items", "pinned", "blocked", "A/B"), rows, empty=empty)


@app.command(name="show")
def show_placement(name: str, /, *, home: Home = None, json: Json = False) -> None:
    """Show a placement with all its settings, as YAML that `put --from` takes."""
    with opened_control(home) as (control, _):
        found = find_placement(control, name)
        shown = _shown(found, control.portal(found.site).domain)
    print_json(shown) if json else console.print(yaml.safe_dump(shown, sort_keys=False, allow_unicode=True).strip(), markup=False)


@app.command(name="put")
def put_one_placement(
    name: str,
    portal: str,
    /,
    *,
    title: str | None = None,
    n: Number = None,
    kinds: Words = None,
    topics: Words = None,
    languages: Words = None,
    pins: Words = None,
    blocked: Words = None,
    explore: Share = None,
    public: Public = None,
    from_: FromFile = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Make a placement, or change what is named; the rest stays as it is.

    Parameters
    ----------
    name
        1 to 50 of a-z, 0-9 and -, such as home-news.
    portal
        Its domain or id.
    title
        Above the list.
    kinds
        Only these: article, service, event, form, page; "" is all.
    topics
        Only items of one of these topics, by their ids.
    languages
        Only items in these languages, such as en,ru.
    pins
        Ids of items that stand first, in this order.
    blocked
        Ids of items that are never in it.
    """
    given: dict[str, Any] = {"title": title, "n": n, "explore": explore, "is_public": public}
    given |= {key: None if words is None else _numbers(words) for key, words in (("pins", pins), ("blocked", blocked))}
    rules = {
        key: list(words_of(words)) for key, words in (("kinds", kinds), ("topics", topics), ("languages", languages)) if words is not None
    }
    with opened_control(home) as (control, settings):
        site = control.portal(portal).id
        whole = (_read(from_) if from_ else {}) | {key: value for key, value in given.items() if value is not None}
        if rules:
            whole["rules"] = _rules_of(control, name) | whole.get("rules", {}) | rules
        refuse_untold(control, control.portal(portal), name, whole)
        made = put_placement(control, site, name, whole, now_ms=make_clock(settings.now)())
        shown = _shown(made, control.portal(site).domain)
    print_json(shown) if json else console.print(f"{made.id}: {made.n} items of {shown['domain']}.", markup=False)


@app.command(name="remove")
def remove_placement(name: str, /, *, home: Home = None, json: Json = False) -> None:
    """Remove a placement; its list is answered no more."""
    with opened_control(home) as (control, settings):
        delete_placement(control, name, now_ms=make_clock(settings.now)())
    print_json({"deleted": True}) if json else console.print(f"{name} is removed.", markup=False)


def _rules_of(control: Control, name: str) -> dict[str, Any]:
    """The rules there are: an option changes one of them."""
    found = next((one for one in list_placements(control) if one.id == name), None)
    return dict(msgspec.to_builtins(found.rules)) if found else {}


def _read(path: Path) -> dict[str, Any]:
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError):
        found = None
    if not isinstance(found, dict):
        raise BadInput(f"{path} holds no settings of a placement. Valid: YAML or JSON as `footfall placements show` prints them.")
    return {key: value for key, value in found.items() if key not in ("id", "domain", "site")}


def _numbers(words: tuple[str, ...]) -> list[int]:
    found = words_of(words)
    if wrong := [word for word in found if not word.isdecimal()]:
        raise BadInput(f"{wrong[0]!r} is no id of an item. Valid: whole numbers, commas between.")
    return [int(word) for word in found]


def _shown(placement: Placement, domain: str) -> dict[str, Any]:
    return {"domain": domain} | dict(msgspec.to_builtins(placement))


def _arms(placement: Placement) -> str:
    return ", ".join(f"{arm.name} {arm.share:g}" for arm in placement.arms)
