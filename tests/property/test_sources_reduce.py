"""Whatever a file holds: every row is in one place, no cell is small, and neither order nor pieces matter."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from footfall.sources.contract import Column, Contract, Measure, Rung
from footfall.sources.kernel import reduce
from footfall.sources.outcome import Outcome
from footfall.store.engine import Engine
from footfall.store.workshop import open_workshop
from tests.support.city import K, contract, csv, order

PARENTS = {("district", "okrug"): {"a": "west", "b": "west", "c": "east"}}
HEADER = ("time", "district", "kind", "amount", "who")
CONTRACT = contract(
    [
        Column(name="time", kind="instant", use="time", required=True),
        Column(name="district", use="place", place="district"),
        Column(name="kind", use="category"),
        Column(name="amount", kind="money", use="measure"),
        Column(name="who", use="device"),
    ],
    [
        Measure(name="payments"),
        Measure(name="paid", aggregate="sum", column="amount"),
        Measure(name="people", aggregate="distinct", column="who"),
    ],
    [
        Rung(time="hour", place="district"),
        Rung(time="day", place="district"),
        Rung(time="day", place="okrug", categories=False),
        Rung(time="month", categories=False),
    ],
    most_refused=1.0,
)
rows_of = st.lists(
    st.tuples(
        st.sampled_from(["2024-05-01 10:05:00", "2024-05-01 10:55:00", "2024-05-01 23:30:00", "2024-05-02 10:00:00", "never"]),
        st.sampled_from(["a", "b", "c", ""]),
        st.sampled_from(["bus", "tram"]),
        st.sampled_from(["0.1", "0.2", "7", "-3.5", "1000", ""]),
        st.sampled_from(["x", "y", "z", "w", "v"]),
    ),
    min_size=1,
    max_size=40,
)
few = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


class Cell(NamedTuple):
    rung: int
    rule: int
    bucket: str
    place: str
    categories: tuple[str, ...]
    rows: int
    told: tuple[tuple[Any, ...], ...]


@pytest.fixture
def home(embedded_engine: Engine, tmp_path: Path) -> Iterator[tuple[Engine, Path]]:
    yield embedded_engine, tmp_path


def reduced(home: tuple[Engine, Path], contract: Contract, *pieces: Sequence[tuple[str, ...]]) -> tuple[Outcome, list[Cell]]:
    engine, folder = home
    paths = [csv(folder / f"{index}.csv", HEADER, piece) for index, piece in enumerate(pieces)]
    with open_workshop(engine, folder) as workshop:
        outcome = reduce(workshop, order(contract, *paths, parents=PARENTS, salt=(1, 2)))
        found = workshop.query("SELECT rung, rule, toString(bucket), place, categories, rows, told FROM kept ORDER BY ALL")
    return outcome, [Cell(*head, tuple(names), rows, tuple(told)) for *head, names, rows, told in found]


@few
@given(rows=rows_of)
def test_every_row_is_kept_folded_or_refused_and_no_cell_is_small(home: tuple[Engine, Path], rows: list[tuple[str, ...]]) -> None:
    outcome, cells = reduced(home, CONTRACT, rows)
    readable = [row for row in rows if row[0] != "never"]
    assert outcome.rows_in == len(rows) == outcome.kept + outcome.folded + outcome.refused
    assert outcome.refused == len(rows) - len(readable)
    assert outcome.kept == sum(cell.rows for cell in cells if not cell.rule)
    for cell in cells:
        told = {name: (value, cohort) for name, _, value, cohort in cell.told}
        assert set(told) == ({"paid"} if cell.rule else {"payments", "people"})
        assert min(cohort for _, cohort in told.values()) >= K
        assert cell.rule or (told["payments"][0] == cell.rows and told["people"][0] >= told["people"][1])


@few
@given(rows=rows_of)
def test_each_number_is_told_by_the_finest_cell_that_may_and_by_no_other(home: tuple[Engine, Path], rows: list[tuple[str, ...]]) -> None:
    """So cells of different rungs are disjoint, and no sum is made by few: counted again in Python, the slow way."""
    _, cells = reduced(home, CONTRACT, rows)
    for rule, name in enumerate(("payments", "paid")):
        waiting = [row for row in rows if row[0] != "never"]
        for rung in range(len(CONTRACT.ladder)):
            groups = {key: [row for row in waiting if _key(rung, row) == key] for key in {_key(rung, row) for row in waiting}}
            wanted = {key: _number(rule, group) for key, group in groups.items() if _may_be_told(rule, group)}
            kept = [cell for cell in cells if (cell.rung, cell.rule) == (rung, rule)]
            found = {
                (cell.bucket, cell.place, cell.categories): (float(value), cohort)
                for cell in kept
                for measure, _, value, cohort in cell.told
                if measure == name
            }
            assert found == {key: (pytest.approx(value), cohort) for key, (value, cohort) in wanted.items()}
            waiting = [row for row in waiting if _key(rung, row) not in wanted]


@few
@given(rows=rows_of, data=st.data())
def test_neither_order_nor_pieces_nor_a_second_run_matter(
    home: tuple[Engine, Path], rows: list[tuple[str, ...]], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(rows))
    cut = data.draw(st.integers(0, len(rows)))
    once = reduced(home, CONTRACT, rows)
    assert reduced(home, CONTRACT, shuffled[:cut], shuffled[cut:])[1] == once[1]
    assert reduced(home, CONTRACT, rows) == once


def _key(rung: int, row: tuple[str, ...]) -> tuple[str, str, tuple[str, ...]]:
    time, district, kind, *_ = row
    hour, day = f"{time[:13]}:00:00", f"{time[:10]} 00:00:00"
    okrug = PARENTS["district", "okrug"].get(district, "")
    return [(hour, district, (kind,)), (day, district, (kind,)), (day, okrug, ()), ("2024-05-01 00:00:00", "", ())][rung]


def _brought(rule: int, rows: list[tuple[str, ...]]) -> dict[str, list[float]]:
    """By day what each device brings, rows or money, less those that bring nothing; largest first."""
    found: Counter[tuple[str, str]] = Counter()
    for time, _, _, amount, who in rows:
        found[time[:10], who] += round(float(amount or 0) * 10) if rule else 10
    of_days: dict[str, list[float]] = {}
    for (day, _), tenths in found.items():
        of_days.setdefault(day, []).extend([tenths / 10] if tenths else [])
    return {day: sorted(brought, key=abs, reverse=True) for day, brought in of_days.items()}


def _number(rule: int, rows: list[tuple[str, ...]]) -> tuple[float, int]:
    """All of it, and how many bring it on the best day."""
    days = _brought(rule, rows).values()
    return sum(map(sum, days)), max(map(len, days))


def _may_be_told(rule: int, rows: list[tuple[str, ...]]) -> bool:
    sizes = [[abs(amount) for amount in day] for day in _brought(rule, rows).values()]
    return _number(rule, rows)[1] >= K and sum(sum(day[:2]) for day in sizes) < 0.85 * sum(map(sum, sizes))
