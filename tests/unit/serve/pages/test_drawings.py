"""Shapes of funnels and journeys: as long and as wide as their numbers."""

import re

from footfall.reports.funnels import Taken
from footfall.reports.journeys import Neighbour, Neighbours
from footfall.serve.pages.drawings import draw_bars, draw_streams, rows_height


def step(place, visitors, share, **rest):
    return Taken(place=place, name=f"/{place}", visitors=visitors, share=share, **rest)


def test_bars_are_as_wide_as_their_shares_with_bands_between_them():
    drawn = draw_bars([step(1, 40, 100.0), step(2, 20, 50.0)])
    assert [(bar.top, bar.width, bar.is_known) for bar in drawn.bars] == [(0, 100.0, True), (56, 50.0, True)]
    assert drawn.bands == ("0,38 100,38 50,56 0,56",)
    assert drawn.height == 56 + 38


def test_a_blank_step_is_an_outline_of_the_last_known_width_or_of_none():
    drawn = draw_bars([step(1, 40, 100.0), step(2, 20, 50.0), step(3, None, None, blank="near"), step(4, None, None, blank="few")])
    assert [(bar.width, bar.is_known) for bar in drawn.bars[2:]] == [(50.0, False), (0.0, False)]


def test_streams_fill_the_stem_in_the_rows_order():
    side = Neighbours(visitors=100, rows=(Neighbour(page="/a", visitors=75, share=75.0),), others=25, others_share=25.0)
    drawn = draw_streams(side, rows_height(side))
    assert (drawn.height, drawn.stem) == (88, (8.8, 70.4))
    ends = [[float(number) for number in re.findall(r"100 (\S+?)V(\S+?)C", path)[0]] for path in drawn.paths]
    assert [(round(top, 1), round(foot, 1)) for top, foot in ends] == [(8.8, 61.6), (61.6, 79.2)]


def test_a_page_without_its_number_is_a_thread_and_nothing_is_drawn_of_nobody():
    side = Neighbours(visitors=50, rows=(Neighbour(page="/a", visitors=None, share=None),), others=50, others_share=100.0)
    assert len(draw_streams(side, 88).paths) == 2
    nobody = Neighbours(visitors=None)
    assert (draw_streams(nobody, rows_height(nobody)).paths, draw_streams(nobody, 44).stem[1]) == ((), 0)
