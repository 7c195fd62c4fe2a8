from datetime import datetime
from itertools import pairwise

import pytest

from footfall.errors import BadQuestion
from footfall.serve.pages.city_map import draw_city, quantiles
from footfall.serve.pages.city_trend import indexed, labels_of, ranked, steps_of
from footfall.serve.pages.city_view import CityView, read_city_view
from footfall.vocabulary import Cell

SQUARE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0))


def test_address_says_all_and_is_read_back():
    view = CityView(
        measure="payments/amount", beside="fines/count", period="custom", first="2026-01-01", last="2026-01-31", categories=((1, "a:b"),)
    )
    assert read_city_view(view.as_pairs()) == view


@pytest.mark.parametrize("pair", [("period", "never"), ("sort", "x"), ("category", "x:y"), ("category", "99:y")])
def test_value_that_is_not_valid_is_refused(pair):
    with pytest.raises(BadQuestion):
        read_city_view([pair])


def test_classes_hold_about_as_many_places_each():
    shades = quantiles(list(range(20, 220, 10)))
    assert [(shade.first, shade.last) for shade in shades] == [(20, 50), (60, 90), (100, 130), (140, 170), (180, 210)]
    assert [shade.depth for shade in shades] == [1, 2, 3, 4, 5]


def test_like_numbers_are_in_one_class():
    shades = quantiles([20] * 30 + [30, 40, 50, 60, 70, 80])
    assert [shade.first for shade in shades].count(20) == 1
    assert all(one.last < other.first for one, other in pairwise(shades))


def test_place_without_a_number_has_no_shade_and_a_lone_one_the_deepest():
    drawn = draw_city({"a": (SQUARE,), "b": (SQUARE,), "c": ()}, {"a": 30.0})
    assert [(area.id, area.shade) for area in drawn.areas] == [("a", 5), ("b", 0)]
    assert drawn.has_folded


def test_larger_shapes_beneath_are_in_the_frame_and_have_no_shade():
    wide = tuple((2 * across, up) for across, up in SQUARE)
    alone, drawn = draw_city({"a": (SQUARE,)}, {"a": 30.0}), draw_city({"a": (SQUARE,)}, {"a": 30.0}, {"b": (wide,)})
    assert [(area.id, area.shade) for area in drawn.beneath] == [("b", 0)]
    assert drawn.height < alone.height and not drawn.has_folded
    assert draw_city({}, {}, {"b": (wide,)}).areas == ()


def test_no_outlines_are_no_map():
    assert draw_city({"a": ()}, {"a": 1.0}) is None


def test_steps_begin_in_the_period_and_weeks_on_mondays():
    first, end = datetime(2026, 1, 1).date(), datetime(2026, 2, 1)
    assert labels_of(first, end, "week") == ["2026-01-05", "2026-01-12", "2026-01-19", "2026-01-26"]
    assert labels_of(first, datetime(2026, 3, 2), "month") == ["2026-01-01", "2026-02-01", "2026-03-01"]
    assert labels_of(first, datetime(2026, 1, 1, 2), "hour") == ["2026-01-01 00:00:00", "2026-01-01 01:00:00"]


def test_usual_step_suits_the_period_among_those_there_are():
    first, last = datetime(2026, 1, 1).date(), datetime(2026, 1, 31).date()
    assert steps_of(first, last, ("hour", "day", "week")) == "day"
    assert steps_of(first, last, ("week", "month")) == "week"
    assert steps_of(first, datetime(2029, 1, 1).date(), ("day", "week")) == "week"


def test_each_measure_is_a_hundred_for_its_own_mean():
    cells = [Cell("1", 10.0, 20), Cell("2", 30.0, 20), Cell("3", 40.0, 20)]
    assert [cell.value for cell in indexed(cells, {"1", "2"})] == [50.0, 150.0, 200.0]


def test_rank_correlation_is_spearmans_and_needs_five_places():
    assert ranked([(1, 5), (2, 4), (3, 3), (4, 2), (5, 1)]).rho == -1.0
    assert ranked([(1, 1), (2, 2), (2, 3), (4, 4), (5, 5)]).rho == pytest.approx(0.97, abs=0.01)
    assert ranked([(1, 1)] * 4).rho is None
    assert ranked([(1, 1)] * 9).rho is None
