"""What goes together, drawn: names one below the other, and an arc between each two, the thicker the oftener they meet."""

from collections.abc import Sequence

import msgspec

__all__ = ["ROW", "WIDTH", "Arc", "Arcs", "draw_arcs"]

ROW, WIDTH, EDGE = 36, 150, 8
"""Pixels: a name's row, the picture, and what is left free at its right."""
THINNEST, THICKEST = 1.5, 7.0


class Arc(msgspec.Struct, frozen=True, kw_only=True):
    """One edge: ``path`` in a box of WIDTH by the picture's height."""

    path: str
    width: float
    one: str
    other: str
    weight: float
    """Lift, or visitors."""


class Arcs(msgspec.Struct, frozen=True, kw_only=True):
    """Nodes in the order of their rows, and the edges between them, thick ones last."""

    nodes: tuple[str, ...]
    arcs: tuple[Arc, ...]
    height: int
    width: int = WIDTH

    @property
    def middles(self) -> tuple[int, ...]:
        """Height of each node's middle."""
        return tuple(_middle(place) for place in range(len(self.nodes)))


def draw_arcs(pairs: Sequence[tuple[str, str, float]]) -> Arcs:
    """The arcs of pairs with their weight. Those that go together stand near each other, so that most arcs are short.

    >>> draw_arcs([("a", "b", 3.0), ("c", "a", 2.0)]).nodes
    ('c', 'a', 'b')
    """
    nodes = _ordered(pairs)
    place = {node: number for number, node in enumerate(nodes)}
    longest = max((abs(place[one] - place[other]) for one, other, _ in pairs), default=1)
    most, least = max((weight for *_, weight in pairs), default=1.0), min((weight for *_, weight in pairs), default=1.0)
    arcs = []
    for one, other, weight in sorted(pairs, key=lambda pair: pair[2]):
        top, foot = sorted((place[one], place[other]))
        share = (weight - least) / (most - least) if most > least else 1.0
        # A Bézier curve reaches three quarters of its handles.
        reach = (WIDTH - EDGE) * (0.35 + 0.65 * (foot - top) / longest) / 0.75
        path = f"M0 {_middle(top)}C{reach:.1f} {_middle(top)} {reach:.1f} {_middle(foot)} 0 {_middle(foot)}"
        arcs.append(Arc(path=path, width=round(THINNEST + (THICKEST - THINNEST) * share, 1), one=one, other=other, weight=weight))
    return Arcs(nodes=nodes, arcs=tuple(arcs), height=ROW * len(nodes))


def _ordered(pairs: Sequence[tuple[str, str, float]]) -> tuple[str, ...]:
    """A chain that grows at either end by whatever goes best with that end; what goes with neither begins below."""
    weights = {frozenset((one, other)): weight for one, other, weight in pairs}
    rest = list(dict.fromkeys(name for one, other, _ in sorted(pairs, key=lambda pair: -pair[2]) for name in (one, other)))
    chain: list[str] = rest[:1]
    del rest[:1]
    while rest:
        ends = [(weights.get(frozenset((name, end)), 0.0), -rest.index(name), name, end) for name in rest for end in {chain[0], chain[-1]}]
        _, _, name, end = max(ends, key=lambda one: (one[0], one[3] == chain[-1], one[1]))
        if end == chain[-1]:
            chain.append(name)
        else:
            chain.insert(0, name)
        rest.remove(name)
    return tuple(chain)


def _middle(place: int) -> int:
    return ROW * place + ROW // 2
