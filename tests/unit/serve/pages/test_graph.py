from datetime import datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import msgspec
import pytest

from footfall.errors import BadQuestion
from footfall.serve.pages.graph import HEIGHT, LEFT, WIDTH, draw, steps_that_fit
from footfall.vocabulary import Answer, Row

ZONE = ZoneInfo("Europe/Moscow")
DAYS = [f"2026-01-0{day}" for day in range(1, 6)]


def answer(values, labels=DAYS, end="2026-01-05T23:59:59+03:00", others=None):
    rows = []
    for place, value in enumerate(values):
        if value is not ...:
            other = Row((labels[place],), (others[place],)) if others else None
            rows.append(Row((labels[place],), (value,), comparison=other))
    query = {"date_range": ["2026-01-01T00:00:00+03:00", end]}
    return SimpleNamespace(answer=Answer(rows=tuple(rows), meta={"time_labels": labels}, query=query))


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def points(line):
    return [tuple(map(float, point.split(","))) for point in line.split()]


def test_a_line_goes_through_every_bucket_of_a_period_that_is_over():
    graph = draw(answer([10, 20, 40, 20, 10]), at("2026-02-01T12:00"))
    (line,) = graph.line
    xs, ys = zip(*points(line), strict=True)
    assert (xs[0], xs[-1]) == (LEFT, WIDTH - 6)
    assert min(ys) == ys[2], "the most is drawn highest"
    assert all(0 <= y <= HEIGHT for y in ys)
    assert (graph.open_line, graph.running) == ((), None)


def test_the_bucket_that_runs_is_dashed_and_those_to_come_have_no_value():
    graph = draw(answer([10, 20, 5, 0, 0]), at("2026-01-03T09:00"))
    assert graph.running == 2
    assert [value for _, value, _ in graph.rows] == [10, 20, 5, None, None]
    assert len(points(graph.line[0])) == 2
    assert len(points(graph.open_line[0])) == 2


def test_a_bucket_without_a_row_is_nobody_where_nothing_is_folded():
    told = answer([10, ..., 10])
    told.answer.meta["release"] = {"smallest_cohort": 0}
    assert [value for _, value, _ in draw(told, at("2026-02-01T12:00")).rows] == [10, 0, 10, 0, 0]


def test_a_bucket_that_the_gate_left_out_breaks_the_line():
    graph = draw(answer([10, 20, ..., 20, 30]), at("2026-02-01T12:00"))
    assert [len(points(line)) for line in graph.line] == [2, 2]
    assert graph.rows[2] == ("2026-01-03", None, None)


def test_an_hour_that_the_clock_repeats_has_two_values():
    labels = ["2026-10-25 01:00:00", "2026-10-25 02:00:00", "2026-10-25 02:00:00", "2026-10-25 03:00:00"]
    graph = draw(answer([10, 20, 30, 40], labels, end="2026-10-25T23:59:59+01:00"), at("2026-11-01T00:00"))
    assert [value for _, value, _ in graph.rows] == [10, 20, 30, 40]


def test_compared_values_have_a_line_of_their_own_on_the_same_scale():
    graph = draw(answer([10] * 5, others=[20] * 5), at("2026-02-01T12:00"))
    assert points(graph.other_line[0])[0][1] < points(graph.line[0])[0][1]


@pytest.mark.parametrize(("most", "top"), [(0, 4), (3, 4), (7, 8), (99, 100), (430, 500), (1001, 1200), (7722, 8000)])
def test_rules_stand_at_round_numbers_that_hold_the_most(most, top):
    graph = draw(answer([most] * 5), at("2026-02-01T12:00"))
    assert [value for _, value in graph.marks] == [top * part / 4 for part in range(5)]


def test_highest_and_lowest_are_named_for_those_who_do_not_see_it():
    graph = draw(answer([10, 30, ..., 5, 20]), at("2026-02-01T12:00"))
    assert (graph.highest, graph.lowest) == (("2026-01-02", 30), ("2026-01-04", 5))
    assert draw(answer([...] * 5), at("2026-02-01T12:00")).highest is None


def test_at_most_seven_buckets_are_named():
    labels = [f"2026-01-{day:02}" for day in range(1, 32)]
    assert len(draw(answer([10] * 31, labels, end="2026-01-31T23:59:59+03:00"), at("2026-02-01T12:00")).names) <= 7


def test_a_bucket_that_stands_alone_is_a_short_stroke():
    graph = draw(answer([..., ..., 12, ..., 40]), at("2026-02-01T12:00"))
    alone = points(graph.line[0])
    assert len(alone) == 2
    assert alone[0][1] == alone[1][1]
    assert 0 < alone[1][0] - alone[0][0] < 10


@pytest.mark.parametrize(
    ("days", "finest"),
    [(1, "minute"), (2, "hour"), (62, "hour"), (63, "day"), (1500, "day"), (1502, "week")],
)
def test_no_graph_has_more_than_fifteen_hundred_steps(days, finest):
    first = datetime(2026, 1, 1)
    assert steps_that_fit(first, first + timedelta(days=days) - timedelta(seconds=1))[0] == finest


def test_what_cannot_be_drawn_says_which_intervals_can():
    minutes = [f"2026-01-{day:02} {hour:02}:{minute:02}:00" for day in range(1, 32) for hour in range(24) for minute in range(60)]
    with pytest.raises(BadQuestion, match=r"of 44,640 steps cannot be drawn. Valid intervals: hour, day, week, month\."):
        draw(answer([], minutes, end="2026-01-31T23:59:59+03:00"), at("2026-02-01T12:00"))


def test_a_value_with_noise_has_a_band_around_it_that_a_gap_breaks_and_that_ends_at_nobody():
    told = answer([10, 20, ..., 30, ...])
    drawn = tuple(msgspec.structs.replace(row, plus_minus=15) for row in told.answer.rows)
    told.answer = msgspec.structs.replace(told.answer, rows=drawn)
    graph = draw(told, at("2026-02-01T12:00"))
    two, one = (points(ring) for ring in graph.band)
    assert (len(two), len(one)) == (4, 4)
    assert two[3][1] == graph.bottom, "ten less fifteen is nobody"
    assert [x for x, _ in two[:2]] == [x for x, _ in points(graph.line[0])]
    assert draw(answer([10, 20]), at("2026-02-01T12:00")).band == ()
