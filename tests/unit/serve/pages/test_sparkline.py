from datetime import date

import pytest

from footfall.serve.pages.sparkline import HEIGHT, WIDTH, draw

DAYS = [date(2026, 3, day) for day in range(1, 6)]


def points(line):
    return [tuple(map(float, point.split(","))) for point in line.split(" ")]


def test_the_line_goes_from_edge_to_edge_with_zero_at_the_foot_and_the_most_on_top():
    (line,) = draw(DAYS, [0, 20, 40, 10, 0]).lines
    assert points(line) == [(2, HEIGHT - 2), (31, 15), (60, 2), (89, 21.5), (WIDTH - 2, HEIGHT - 2)]


def test_the_line_breaks_where_there_is_no_number_and_a_lone_point_is_a_dot():
    spark = draw(DAYS, [10, 20, None, 30, None])
    first, dot = map(points, spark.lines)
    assert [x for x, _ in first] == [2, 31]
    assert dot == [(89, 2), (89, 2)]
    assert spark.blank == 2


def test_most_and_least_are_named_with_their_days():
    spark = draw(DAYS, [10, None, 40, 12, 11])
    assert (spark.most, spark.least) == ((DAYS[2], 40), (DAYS[0], 10))


@pytest.mark.parametrize(("values", "blank", "lines"), [([], 0, 0), ([None], 1, 0), ([0], 0, 1), ([7], 0, 1)])
def test_nothing_and_a_single_bucket_can_be_drawn(values, blank, lines):
    spark = draw(DAYS[: len(values)], values)
    assert (spark.blank, len(spark.lines), spark.most is None) == (blank, lines, lines == 0)
