"""Shapes of funnels and journeys as the server draws them: bars that grow shorter, streams that part. Useful without any script."""

from collections.abc import Sequence
from itertools import pairwise

import msgspec

from footfall.reports.funnels import Taken
from footfall.reports.journeys import Neighbours

__all__ = ["Bar", "Bars", "Streams", "draw_bars", "draw_streams", "rows_height"]

ROW, GAP = 56, 18
"""Pixels from one bar to the next, as high as a row of the table beside them, and what of it is between two bars."""
LINE = 44
"""Pixels of a row beside a stream."""
THICKEST, THINNEST = 0.8, 1.5
"""Of the height, all streams together; in pixels, one."""


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """One step: a rectangle as wide as its share of the first step, percent."""

    place: int
    top: int
    width: float
    is_known: bool
    """Else it is an outline, as wide as the last step that has a number; of no width where few took it."""


class Bars(msgspec.Struct, frozen=True, kw_only=True):
    """A funnel: heights in pixels, widths in percent."""

    bars: tuple[Bar, ...]
    bands: tuple[str, ...]
    """``points`` between each two bars, in a box of 100 by ``height``."""
    height: int
    thickness: int = ROW - GAP


class Streams(msgspec.Struct, frozen=True, kw_only=True):
    """One side of a page: ``paths`` in a box of 100 by ``height``, from the rows' middles on the left to one stem on the right."""

    paths: tuple[str, ...]
    height: int
    stem: tuple[float, float]
    """Top and height of where they meet."""


def draw_bars(steps: Sequence[Taken]) -> Bars:
    """The bars of these steps, as long as their shares."""
    bars: list[Bar] = []
    last = 0.0
    for step in steps:
        width = float(step.share or 0) if step.visitors is not None else last if step.blank == "near" else 0.0
        bars.append(Bar(place=step.place, top=(step.place - 1) * ROW, width=width, is_known=step.visitors is not None))
        last = width if step.visitors is not None else last
    bands = tuple(_band(one, other) for one, other in pairwise(bars))
    return Bars(bars=tuple(bars), bands=bands, height=len(bars) * ROW - GAP)


def draw_streams(side: Neighbours, height: int) -> Streams:
    """The streams of one side's rows, and last of its others; each as thick as its share of the page's visitors."""
    counts = [row.visitors or 0 for row in side.rows] + ([side.others] if side.others else [])
    whole = sum(counts) or 1
    room = height * THICKEST
    at = stem = (height - room) / 2
    paths = []
    for place, count in enumerate(counts):
        thick = room * count / whole
        paths.append(_stream((place + 0.5) * LINE, max(thick, THINNEST), at + thick / 2))
        at += thick
    return Streams(paths=tuple(paths), height=height, stem=(round(stem, 1), round(room, 1) if any(counts) else 0))


def rows_height(*sides: Neighbours) -> int:
    """As high as the longer side's rows, pixels."""
    return LINE * max([1, *(len(side.rows) + bool(side.others) for side in sides)])


def _band(one: Bar, other: Bar) -> str:
    top, foot = one.top + ROW - GAP, other.top
    return f"0,{top} {one.width:g},{top} {other.width:g},{foot} 0,{foot}"


def _stream(left: float, thick: float, right: float) -> str:
    """A ribbon whose ends are upright; on the left it is at most as high as its row."""
    half_left, half = min(thick, LINE - 8) / 2, thick / 2
    return (
        f"M0 {left - half_left:.1f}C50 {left - half_left:.1f} 50 {right - half:.1f} 100 {right - half:.1f}"
        f"V{right + half:.1f}C50 {right + half:.1f} 50 {left + half_left:.1f} 0 {left + half_left:.1f}Z"
    )
