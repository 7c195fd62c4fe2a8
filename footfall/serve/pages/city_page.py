"""What the City page shows, loaded: trend, places, map, and what two measures have to do with each other."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from footfall.control.loads import current_loads
from footfall.control.places import attribution_of, list_places, outlined_kinds
from footfall.privacy.measures import step_of
from footfall.serve.city_data import Topic, bucket_end, corners_of, find_topic, topics_of, values_in
from footfall.serve.house import Desk
from footfall.serve.pages.city_map import CityMap, draw_city
from footfall.serve.pages.city_scope import Scope
from footfall.serve.pages.city_trend import Ranked, draw_trend, indexed, ranked
from footfall.serve.pages.city_view import CityView
from footfall.serve.pages.city_words import GRAIN_NAMES
from footfall.serve.pages.graph import Graph
from footfall.serve.pages.language import N_, Language
from footfall.sources.contract import Contract
from footfall.vocabulary import Cell, Coarser, Measured, Place

__all__ = ["CityPage", "Line", "Shelf", "found_in", "load_city", "shelves_of"]

MOST_AREAS = 400
"""Cells of a grid on a map, and rows of the table: the largest; the CSV has all."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A place in the table and on the map."""

    id: str
    name: str
    value: float | None
    """``None``: too few, or none, or counted more coarsely."""
    beside: float | None = None
    """Of the measure that it is compared with."""
    with_: str = ""
    """What it is counted with where it has no number: a kind of place above, ``city``, or a coarser step; empty where it is not said."""
    above: str = ""
    """Name of the place above that it is counted with."""


class Shelf(msgspec.Struct, frozen=True, kw_only=True):
    """A dataset in the list of measures."""

    contract: Contract
    measures: tuple[str, ...]
    is_loaded: bool


class CityPage(msgspec.Struct, frozen=True, kw_only=True):
    """All that is shown."""

    view: CityView
    topic: Topic
    other: Topic | None
    refusal: str
    """Why two measures are not compared."""
    first: datetime
    last: datetime
    grain: str
    grains: tuple[str, ...]
    """Steps that can be chosen."""
    kind: str
    labels: list[str]
    graph: Graph
    total: float | None
    """Of all that lies in the period, by whatever step it is told; ``None`` where nothing does, or steps do not add up."""
    longer: float
    """Of the total, what is told by longer steps than those drawn; 0 where two measures are compared."""
    map: CityMap | None
    lines: tuple[Line, ...]
    rest: tuple[Line, ...]
    """Places beyond the most that are shown."""
    nowhere: float | None
    """Value of cells that name no place of that kind."""
    coarser: tuple[Coarser, ...]
    categories: tuple[tuple[int, str, tuple[str, ...]], ...]
    """Number and name of each column of categories, and its values."""
    attribution: str
    rank: Ranked | None
    place_name: str

    @property
    def step(self) -> int:
        """Number of the step that is shown, from 1; 0 is all of them."""
        return self.labels.index(self.view.at) + 1 if self.view.at in self.labels else 0


def shelves_of(desk: Desk, seen: list[Contract], view: CityView) -> list[Shelf]:
    loaded = current_loads(desk.control)
    chosen = {name.partition("/")[0] for name in (view.measure, view.beside)}
    found = []
    for contract in seen:
        names = tuple(measure.name for measure in contract.measures)
        if contract.id in chosen or contract.reduce == "survey":
            names = tuple(topic.held.measure for topic in topics_of(desk, contract)) if contract.id in loaded else names
        found.append(Shelf(contract=contract, measures=names, is_loaded=contract.id in loaded))
    return found


def found_in(shelves: list[Shelf], view: CityView) -> list[Shelf]:
    """Those of the list that what is searched for is in."""
    wanted = view.find.casefold()
    found = []
    for shelf in shelves:
        of_all = wanted in f"{shelf.contract.name} {shelf.contract.id} {shelf.contract.module}".casefold()
        names = tuple(name for name in shelf.measures if of_all or wanted in name.casefold())
        if names:
            found.append(msgspec.structs.replace(shelf, measures=names))
    return found


def load_city(desk: Desk, seen: list[Contract], shelves: list[Shelf], view: CityView, spoken: Language) -> CityPage | None:
    loaded = [shelf for shelf in shelves if shelf.is_loaded]
    if not loaded:
        return None
    topic = find_topic(desk, seen, *view.measure.partition("/")[::2]) if view.measure else _first(desk, loaded)
    view = view.changed(measure=f"{topic.contract.id}/{topic.held.measure}")
    other, refusal = None, ""
    if view.beside and view.beside != view.measure:
        other = find_topic(desk, seen, *view.beside.partition("/")[::2])
        refusal = _refusal(topic, other)
    return _page(desk, Scope(desk, topic, None if refusal else other, view), refusal, spoken)


def _first(desk: Desk, loaded: list[Shelf]) -> Topic:
    """The first measure that a map can be drawn of; where there is none, the first."""
    outlined = outlined_kinds(desk.control)
    for shelf in loaded:
        if any(_is_drawn(rung.place, outlined) for rung in shelf.contract.ladder):
            for topic in topics_of(desk, shelf.contract):
                if _is_drawn(next(iter(topic.place_kinds), "city"), outlined):
                    return topic
    return find_topic(desk, [loaded[0].contract], loaded[0].contract.id, loaded[0].measures[0])


def _is_drawn(kind: str, outlined: frozenset[str]) -> bool:
    return kind in outlined or kind.startswith("h3:")


def _refusal(topic: Topic, other: Topic) -> str:
    grains = set(topic.public_grains) & set(other.public_grains)
    return "" if grains else N_("The two share no step of time that both have numbers for, so they are not compared.")


def _page(desk: Desk, scope: Scope, refusal: str, spoken: Language) -> CityPage:
    topic, other, view = scope.topic, scope.other, scope.view
    trend, places = scope.trend(topic), scope.places(topic)
    beside = scope.trend(other) if other else None
    whole = scope.whole(topic) if topic.adds_up and not other else None
    theirs = scope.places(other) if other and scope.kind != "city" else None
    known = list_places(desk.control, scope.kind)
    values = {cell.key: cell.value for cell in places.rows if cell.key}
    lines = _lines(scope, known, places, theirs, spoken)
    pairs = [(line.value, line.beside) for line in lines if line.value is not None and line.beside is not None]
    at = datetime.fromtimestamp(desk.now() / 1000, topic.zone)
    return CityPage(
        view=view,
        topic=topic,
        other=other,
        refusal=refusal,
        first=datetime(*scope.first.timetuple()[:3]),
        last=datetime(*scope.last.timetuple()[:3]),
        grain=scope.grain,
        grains=scope.grains,
        kind=scope.kind,
        labels=scope.labels,
        graph=_graph(scope, trend.rows, beside.rows if beside else None, min(at, scope.end)),
        total=whole.value if whole else None,
        longer=_longer(whole, trend.rows),
        map=draw_city(_outlines(desk, scope.kind, known, lines[:MOST_AREAS]), values, _beneath(desk, scope.kind, places)),
        lines=lines[:MOST_AREAS],
        rest=lines[MOST_AREAS:],
        nowhere=next((cell.value for cell in places.rows if not cell.key), None) if scope.kind != "city" else None,
        coarser=_named(desk, places.coarser, spoken),
        categories=_categories(desk, topic),
        attribution=attribution_of(desk.control, scope.kind),
        rank=ranked(pairs) if theirs else None,
        place_name=_name(view.place, known, spoken) if view.place else "",
    )


def _lines(scope: Scope, known: Mapping[str, Place], places: Measured, theirs: Measured | None, spoken: Language) -> tuple[Line, ...]:
    values = {cell.key: cell.value for cell in places.rows if cell.key}
    beside = {cell.key: cell.value for cell in theirs.rows} if theirs else {}
    above = {(one.place_kind, one.place) for one in places.coarser}
    steps = {one.grain for one in places.coarser if one.place_kind == scope.kind}
    parents = list_places(scope.desk.control, next((place.parent_kind for place in known.values() if place.parent_kind), ""))
    found = []
    for id in dict.fromkeys([*values, *known]):
        place, value = known.get(id), values.get(id)
        with_, name = "", ""
        if value is None:
            with_, name = _counted_with(place, above, steps, parents, spoken)
        found.append(Line(id=id, name=_name(id, known, spoken), value=value, beside=beside.get(id), with_=with_, above=name))
    if scope.view.sort == "name":
        return tuple(sorted(found, key=lambda line: line.name.casefold()))
    return tuple(sorted(found, key=lambda line: (line.value is None, -(line.value or 0.0), line.name.casefold())))


def _counted_with(
    place: Place | None, above: set[tuple[str, str]], steps: set[str], parents: Mapping[str, Place], spoken: Language
) -> tuple[str, str]:
    """What a place without a number of its own is counted with."""
    if place and (place.parent_kind, place.parent) in above:
        return place.parent_kind, _name(place.parent, parents, spoken)
    if steps:
        return min(steps, key=list(GRAIN_NAMES).index), ""
    return ("city", "") if any(kind == "city" for kind, _ in above) else ("", "")


def _named(desk: Desk, coarser: tuple[Coarser, ...], spoken: Language) -> tuple[Coarser, ...]:
    """With the name of each place for its id."""
    known = {kind: list_places(desk.control, kind) for kind in {one.place_kind for one in coarser if one.place}}
    return tuple(msgspec.structs.replace(one, place=_name(one.place, known.get(one.place_kind, {}), spoken)) for one in coarser)


def _outlines(desk: Desk, kind: str, known: Mapping[str, Place], lines: tuple[Line, ...]) -> dict[str, Any]:
    if kind.startswith("h3:"):
        return _cells(desk, [line.id for line in lines])
    return {id: place.rings for id, place in known.items()}


def _beneath(desk: Desk, kind: str, places: Measured) -> dict[str, Any]:
    """Cells of a grid that what was too small went to, and those that have a number by longer steps alone; largest cells first."""
    if not kind.startswith("h3:"):
        return {}
    told = {cell.key for cell in places.rows}
    grid = [one for one in places.coarser if one.place_kind.startswith("h3:")]
    cells = {one.place: one.place_kind for one in grid if one.place and one.place not in told}
    return _cells(desk, sorted(cells, key=lambda id: (int(cells[id][3:]), id))[:MOST_AREAS])


def _cells(desk: Desk, ids: list[str]) -> dict[str, Any]:
    corners = corners_of(desk, ids)
    return {id: (corners[id] + corners[id][:1],) for id in ids if id in corners}


def _graph(scope: Scope, rows: tuple[Cell, ...], others: tuple[Cell, ...] | None, now: datetime) -> Graph:
    """Of two measures each is drawn as 100 for its own mean of the steps that both have."""
    if others is not None:
        drawn = {f"{label} 00:00:00"[:19] for label in scope.labels}
        common = drawn & {cell.key for cell in rows} & {cell.key for cell in others}
        rows, others = tuple(indexed(rows, common)), tuple(indexed(others, common))
    last = datetime.fromisoformat(scope.labels[-1]) if scope.labels else scope.end
    return draw_trend(scope.labels, rows, others or (), now=now, end=bucket_end(last, scope.grain))


def _longer(whole: Cell | None, rows: tuple[Cell, ...]) -> float:
    """What the whole has beyond the steps; 0 where rounding explains it."""
    if whole is None or whole.value is None:
        return 0.0
    beyond = whole.value - sum(cell.value or 0.0 for cell in rows)
    return beyond if beyond > step_of(whole.value, whole.cohort) else 0.0


def _categories(desk: Desk, topic: Topic) -> tuple[tuple[int, str, tuple[str, ...]], ...]:
    names = [column.name for column in topic.contract.used("category")]
    if topic.contract.reduce == "survey":
        names = [N_("Question"), *names]
    found: dict[int, list[str]] = {}
    for number, value in values_in(desk, topic):
        found.setdefault(number, []).append(value)
    return tuple((number, names[number - 1] if number <= len(names) else str(number), tuple(values)) for number, values in found.items())


def _name(id: str, known: Mapping[str, Place], spoken: Language) -> str:
    place = known.get(id)
    return (place.names.get(spoken.code) or place.name) if place else id
