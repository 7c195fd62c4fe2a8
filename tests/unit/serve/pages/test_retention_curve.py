"""The drawn retention curve: as high as its numbers, and none of one point."""

from footfall.reports.loyalty import Curve
from footfall.reports.wilson import rate_of
from footfall.serve.pages.retention_curve import HEIGHT, WIDTH, draw_curve


def test_weeks_without_a_number_are_not_drawn():
    assert draw_curve([Curve(1, 40, rate_of(20, 40)), Curve(2, 40, None)]) is None


def test_points_stand_in_the_picture_and_the_band_holds_the_line():
    drawn = draw_curve([Curve(1, 40, rate_of(20, 40)), Curve(2, 40, None), Curve(4, 40, rate_of(10, 40))])
    points = [tuple(map(float, point.split(","))) for point in drawn.line.split()]
    assert [week for _, week in drawn.ticks] == [1, 4]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points)
    assert points[0][1] < points[1][1]
    assert len(drawn.band.split()) == 2 * len(points)
