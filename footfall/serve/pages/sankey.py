"""Flows as the server draws them: names in columns, and a ribbon between each two, as wide as those who went."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import msgspec

__all__ = ["HEIGHT", "WIDTH", "Link", "Node", "Ribbon", "Sankey", "draw_sankey"]

WIDTH, HEIGHT, BAR, GAP = 960, 420, 12, 14
"""Pixels: of the picture at its highest, of a name's bar, and between two names."""
ROOM = 110
"""Of the height for each name of the longest column: few names need no more."""
LEAST = 1.5


class Link(msgspec.Struct, frozen=True):
    """So many from one name of a column to one of the next."""

    column: int
    """From 0."""
    source: str
    target: str
    value: float


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """A name and its bar."""

    column: int
    name: str
    x: float
    y: float
    height: float
    value: float
    is_last: bool
    """Its name stands to the left of it: to the right there is no room."""

    @property
    def middle(self) -> float:
        return round(self.y + self.height / 2, 1)


class Ribbon(msgspec.Struct, frozen=True):
    """One link, drawn."""

    path: str
    link: Link


class Sankey(msgspec.Struct, frozen=True):
    """The picture, in a box of WIDTH by HEIGHT."""

    nodes: tuple[Node, ...]
    ribbons: tuple[Ribbon, ...]
    width: int = WIDTH
    height: int = HEIGHT
    bar: int = BAR


Place = tuple[int, str]


def draw_sankey(links: Sequence[Link]) -> Sankey | None:
    """The picture of these links; ``None`` of none. A name is as high as what comes in or goes out, whichever is more; largest on top."""
    if not links:
        return None
    nodes = _nodes(links)
    by_place = {(node.column, node.name): node for node in nodes}
    out = {place: node.y for place, node in by_place.items()}
    come = dict(out)
    scale = _scale(_values(links))
    ribbons = []
    order = {node: place for place, node in enumerate(by_place)}
    for link in sorted(links, key=lambda one: (order[one.column, one.source], order[one.column + 1, one.target])):
        source, target, thick = (link.column, link.source), (link.column + 1, link.target), max(link.value * scale, LEAST)
        ends = (by_place[source].x + BAR, out[source], by_place[target].x, come[target])
        ribbons.append(Ribbon(_ribbon(*ends, thick), link))
        out[source] += link.value * scale
        come[target] += link.value * scale
    return Sankey(nodes, tuple(ribbons), height=_height(by_place))


def _values(links: Sequence[Link]) -> dict[Place, float]:
    out: dict[Place, float] = defaultdict(float)
    come: dict[Place, float] = defaultdict(float)
    for link in links:
        out[link.column, link.source] += link.value
        come[link.column + 1, link.target] += link.value
    return {place: max(out[place], come[place]) for place in {*out, *come}}


def _height(places: Iterable[Place]) -> int:
    return min(HEIGHT, ROOM * max(Counter(column for column, _ in places).values()))


def _scale(values: dict[Place, float]) -> float:
    """Pixels of one, so that the fullest column fits."""
    height = _height(values)
    columns: dict[int, list[float]] = defaultdict(list)
    for (column, _), value in values.items():
        columns[column].append(value)
    return min(max(height - GAP * (len(found) - 1), height / 4) / sum(found) for found in columns.values())


def _nodes(links: Sequence[Link]) -> tuple[Node, ...]:
    values = _values(links)
    scale, last = _scale(values), max(column for column, _ in values)
    found, at = [], dict[int, float]()
    for (column, name), value in sorted(values.items(), key=lambda item: (item[0][0], -item[1], item[0][1])):
        y, height = at.get(column, 0.0), max(value * scale, LEAST)
        x = (WIDTH - BAR) * column / last
        found.append(
            Node(column=column, name=name, x=round(x, 1), y=round(y, 1), height=round(height, 1), value=value, is_last=column == last)
        )
        at[column] = y + height + GAP
    return tuple(found)


def _ribbon(left: float, top: float, right: float, foot: float, thick: float) -> str:
    middle = (left + right) / 2
    return (
        f"M{left:.1f} {top:.1f}C{middle:.1f} {top:.1f} {middle:.1f} {foot:.1f} {right:.1f} {foot:.1f}"
        f"V{foot + thick:.1f}C{middle:.1f} {foot + thick:.1f} {middle:.1f} {top + thick:.1f} {left:.1f} {top + thick:.1f}Z"
    )
