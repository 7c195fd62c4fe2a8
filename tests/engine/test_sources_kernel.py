"""What becomes of a file: cells, tracks and surveys on the embedded engine."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest

from footfall.errors import BadInput, FootfallError
from footfall.sources import checks, kernel, merging
from footfall.sources.contract import Column, Contract, Measure, Rung
from footfall.sources.kernel import dry_run, load
from footfall.sources.outcome import Outcome
from footfall.sources.pieces import Piece
from footfall.store.engine import Engine
from footfall.store.workshop import open_workshop
from tests.support.city import contract, csv, order, pieces_of
from tests.support.files import files_in

TIME = Column(name="time", kind="instant", use="time", required=True)
POINT = (
    Column(name="lat", kind="number", use="latitude", required=True),
    Column(name="lon", kind="number", use="longitude", required=True),
)
POINTS = contract(
    [TIME, *POINT, Column(name="kind", use="category")],
    [Measure(name="points")],
    [Rung(time="hour", place="h3:9"), Rung(time="hour", place="h3:7"), Rung(time="day", place="city", categories=False)],
)
PAID = contract(
    [
        Column(name="day", kind="date", use="time", required=True),
        Column(name="district", use="place", place="district"),
        Column(name="service", use="category"),
        Column(name="amount", kind="money", use="measure"),
    ],
    [Measure(name="payments"), Measure(name="paid", aggregate="sum", column="amount", unit="GBP")],
    [Rung(time="day", place="district"), Rung(time="month", place="okrug", categories=False)],
    module="payments",
)
HERE, THERE = (55.75, 37.61), (55.90, 37.90)
SELECT = """SELECT toString(bucket), grain, place_kind, place, categories, measure, value, cohort FROM measures
WHERE dataset = {dataset:String} AND load = {load:UInt32} ORDER BY ALL"""


def run(engine: Engine, contract: Contract, *paths: Path, number: int = 1, **more: Any) -> tuple[Outcome, list[tuple[Any, ...]]]:
    with open_workshop(engine, paths[0].parent) as workshop:
        outcome = load(workshop, engine, order(contract, *paths, **more), number=number, loaded_at="2024-05-02 00:00:00")
    return outcome, engine.query(SELECT, {"dataset": contract.id, "load": number})


def measured(engine: Engine, contract: Contract, *paths: Path, **more: Any) -> dict[tuple[Any, ...], float]:
    """Values by place, categories and measure."""
    _, rows = run(engine, contract, *paths, **more)
    return {(place, *categories, measure): value for _, _, _, place, categories, measure, value, _ in rows}


def named(base: Contract, id: str, **more: Any) -> Contract:
    return msgspec.structs.replace(base, id=id, **more)


def test_a_cell_is_kept_at_the_finest_rung_that_holds_a_cohort(embedded_engine: Engine, tmp_path: Path) -> None:
    near = [("2024-05-01 10:05:00", 55.75, 37.61, "bus")] * 3
    beside = [("2024-05-01 10:15:00", 55.7601, 37.61, "bus")] * 2 + [("2024-05-01 10:25:00", 55.7650, 37.61, "bus")]
    others = [("2024-05-01 22:00:00", 59.0, 30.0, "tram"), ("yesterday", 55.75, 37.61, "bus")]
    file = csv(tmp_path / "a.csv", ("time", "lat", "lon", "kind"), [*near, *beside, *others])
    outcome, rows = run(embedded_engine, named(POINTS, "finest", most_refused=0.2), file)
    assert (outcome.rows_in, outcome.kept, outcome.folded, outcome.refused) == (8, 6, 1, 1)
    assert [(refusal.reason, refusal.first) for refusal in outcome.refusals] == [("time:missing", (8,))]
    assert rows == [
        ("2024-05-01 10:00:00", "hour", "h3:7", "8711aa7a8ffffff", ["bus"], "points", 3.0, 3),
        ("2024-05-01 10:00:00", "hour", "h3:9", "8911aa7aaabffff", ["bus"], "points", 3.0, 3),
    ]


def test_the_coarsest_cells_are_cells_too(embedded_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [("2024-05-01 10:05:00", *HERE, "bus")] * 3 + [("2024-05-01 10:05:00", -33.9, 151.2, "bus")] * 4
    file = csv(tmp_path / "a.csv", ("time", "lat", "lon", "kind"), rows)
    base = named(POINTS, "coarsest", ladder=(Rung(time="hour", place="h3:0"), POINTS.ladder[2]))
    cells = {("8011fffffffffff", "bus", "points"): 3.0, ("80bffffffffffff", "bus", "points"): 4.0}
    assert measured(embedded_engine, base, file) == cells
    monkeypatch.setattr(kernel, "PARTS", (5,))
    assert measured(embedded_engine, base, file, number=2) == cells


def test_buckets_begin_where_the_contract_is(embedded_engine: Engine, tmp_path: Path) -> None:
    file = csv(tmp_path / "a.csv", ("time", "lat", "lon", "kind"), [("2024-05-01 19:10:00", *HERE, "bus")] * 3)
    ladder = (Rung(time="day", place="city"),)
    _, rows = run(embedded_engine, named(POINTS, "zones", ladder=ladder, timezone="Asia/Kathmandu"), file)
    assert [row[0] for row in rows] == ["2024-05-01 18:15:00"]


def test_a_file_with_too_many_faults_is_refused_whole(embedded_engine: Engine, tmp_path: Path) -> None:
    file = csv(tmp_path / "a.csv", ("time", "lat", "lon", "kind"), [("2024-05-01 10:00:00", *HERE, "bus")] * 9 + [("never", *HERE, "bus")])
    outcome, rows = run(embedded_engine, named(POINTS, "faulty"), file)
    assert (outcome.state, outcome.refused, rows) == ("refused", 10, [])
    assert "row 10 (time:missing)" in outcome.said


def test_one_fault_refuses_a_file_of_restrictions(embedded_engine: Engine, tmp_path: Path) -> None:
    rows = [("2024-05-01 10:00:00", *HERE, "mask")] * 50 + [("never", *HERE, "mask")]
    file = csv(tmp_path / "a.csv", ("time", "lat", "lon", "kind"), rows)
    outcome, kept = run(embedded_engine, named(POINTS, "restricted", module="restrictions"), file)
    assert (outcome.state, kept) == ("refused", [])


def test_an_identifier_in_one_row_refuses_the_file_and_stays_unsaid(embedded_engine: Engine, tmp_path: Path) -> None:
    rows = [("2024-05-01 10:00:00", *HERE, "bus")] * 30 + [("2024-05-01 10:00:00", *HERE, "ann@example.org")]
    outcome, kept = run(embedded_engine, named(POINTS, "guarded"), csv(tmp_path / "a.csv", ("time", "lat", "lon", "kind"), rows))
    assert (outcome.state, kept) == ("refused", [])
    assert "'kind'" in outcome.said and "row 31" in outcome.said and "ann" not in outcome.said


def test_a_column_that_is_nearly_a_key_refuses_the_file(embedded_engine: Engine, tmp_path: Path) -> None:
    rows = [("2024-05-01 10:00:00", *HERE, f"trip {number}") for number in range(60)]
    outcome, _ = run(embedded_engine, named(POINTS, "keyed"), csv(tmp_path / "a.csv", ("time", "lat", "lon", "kind"), rows))
    assert outcome.state == "refused" and "60 values in 60 rows" in outcome.said


def test_many_points_of_one_device_are_one_person(embedded_engine: Engine, tmp_path: Path) -> None:
    columns = (*POINTS.columns, Column(name="device", use="device", required=True))
    measures = (Measure(name="sessions"), Measure(name="devices", aggregate="distinct", column="device"))
    alone = [("2024-05-01 10:00:00", *HERE, "wifi", "one")] * 40
    crowd = [("2024-05-01 11:00:00", *HERE, "wifi", f"d{number % 4}") for number in range(8)]
    file = csv(tmp_path / "a.csv", ("time", "lat", "lon", "kind", "device"), [*alone, *crowd])
    ladder = POINTS.ladder[:1]
    outcome, rows = run(embedded_engine, named(POINTS, "devices", columns=columns, measures=measures, ladder=ladder), file)
    assert [row[5:] for row in rows] == [("devices", 4.0, 4), ("sessions", 8.0, 4)]
    assert (outcome.kept, outcome.folded) == (8, 40)


def told_of(rows: list[tuple[Any, ...]], measure: str) -> list[tuple[Any, ...]]:
    """Place, value and cohort of a measure's cells."""
    return sorted((row[3], *row[6:]) for row in rows if row[5] == measure)


def test_a_sum_that_two_payments_make_waits_for_a_coarser_cell(embedded_engine: Engine, tmp_path: Path) -> None:
    rows = [("2024-05-01", "north", "fines", amount) for amount in (1000, -900, 10, 10, 10)]
    rows += [("2024-05-02", "south", "fines", 30)] * 4
    parents = {("district", "okrug"): {"north": "all", "south": "all"}}
    file = csv(tmp_path / "a.csv", ("day", "district", "service", "amount"), rows)
    outcome, kept = run(embedded_engine, named(PAID, "dominated"), file, parents=parents)
    assert told_of(kept, "payments") == [("north", 5, 5), ("south", 4, 4)]
    assert told_of(kept, "paid") == [("south", 120, 4)]
    assert (outcome.kept, outcome.folded) == (9, 0)


@pytest.mark.parametrize(("aggregate", "told"), [("sum", 160.0), ("mean", 6.4)])
def test_what_few_of_many_paid_waits_for_a_coarser_cell(
    embedded_engine: Engine, tmp_path: Path, aggregate: Literal["sum", "mean"], told: float
) -> None:
    rows = [("2024-05-01", "north", "fines", amount) for amount in [20] * 4 + [0] * 6]
    rows += [("2024-05-02", "south", "fines", amount) for amount in [20] * 4 + [""] * 2 + [0] * 11]
    rows += [("2024-05-02", "west", "fines", 10)] * 5 + [("2024-05-02", "east", "fines", 0)] * 5
    file = csv(tmp_path / "a.csv", ("day", "district", "service", "amount"), rows)
    measures = (PAID.measures[0], Measure(name="paid", aggregate=aggregate, column="amount"))
    contract = named(PAID, f"few-payers-{aggregate}", min_cohort=5, measures=measures)
    outcome, kept = run(embedded_engine, contract, file, parents={("district", "okrug"): {"north": "all", "south": "all"}})
    assert told_of(kept, "payments") == [("east", 5, 5), ("north", 10, 10), ("south", 17, 17), ("west", 5, 5)]
    assert [row[:2] for row in told_of(kept, "paid")] == [("all", told), ("west", 50 if aggregate == "sum" else 10)]
    assert (outcome.kept, outcome.folded, outcome.cells) == (37, 0, 5)
    assert [(summed.measure, summed.rows) for summed in outcome.summed] == [("paid", 32)]


SPENT = named(
    PAID,
    "spent",
    columns=(*PAID.columns, Column(name="card", use="device", required=True)),
    measures=(*PAID.measures, Measure(name="mean", aggregate="mean", column="amount"), Measure(name="cards", aggregate="distinct")),
    ladder=PAID.ladder[:1],
)


def spent(path: Path, **cards: Sequence[object]) -> Path:
    rows = [("2024-05-01", "north", "fines", amount, card) for card, amounts in cards.items() for amount in amounts]
    return csv(path, ("day", "district", "service", "amount", "card"), rows)


def test_a_sum_that_one_device_makes_in_many_rows_is_not_told(embedded_engine: Engine, tmp_path: Path) -> None:
    alone = spent(tmp_path / "a.csv", one=[20] * 8, two=[5], three=[5], four=[5], five=[5])
    shared = spent(tmp_path / "b.csv", one=[20] * 8, two=[80], three=[80], four=[80, ""], five=[0])
    assert measured(embedded_engine, SPENT, alone) == {("north", "fines", "payments"): 12, ("north", "fines", "cards"): 5}
    _, rows = run(embedded_engine, SPENT, shared, number=2)
    assert [row[5:] for row in rows] == [("cards", 5, 5), ("mean", 400 / 12, 12), ("paid", 400, 4), ("payments", 13, 5)]


MONTHLY = named(SPENT, "monthly", min_cohort=5, ladder=(Rung(time="month", place="district"),))


def monthly(path: Path, days: Sequence[int], cards: Sequence[str], *more: tuple[int, str, object]) -> Path:
    """Each of the cards pays 10 on each of the days; more is paid by day, card and amount."""
    paid = [*((day, card, 10) for day in days for card in cards), *more]
    rows = [(f"2024-05-{day:02}", "north", "fines", amount, card) for day, card, amount in paid]
    return csv(path, ("day", "district", "service", "amount", "card"), rows)


def test_one_card_on_many_days_is_no_cohort_of_a_month(embedded_engine: Engine, tmp_path: Path) -> None:
    alone, few = monthly(tmp_path / "a.csv", range(1, 21), ["one"]), monthly(tmp_path / "b.csv", range(1, 21), ["a", "b", "c", "d"])
    assert measured(embedded_engine, MONTHLY, alone) == measured(embedded_engine, MONTHLY, few, number=2) == {}
    enough = monthly(tmp_path / "c.csv", (1, 2, 3), ["a", "b", "c", "d"], (2, "e", 10))
    outcome, rows = run(embedded_engine, MONTHLY, enough, number=3)
    assert [row[5:] for row in rows] == [("cards", 13, 5), ("mean", 10, 13), ("paid", 130, 5), ("payments", 13, 5)]
    assert (outcome.kept, outcome.folded) == (13, 0)


def test_sharers_of_a_sum_are_those_of_one_day(embedded_engine: Engine, tmp_path: Path) -> None:
    nothing = [(day, card, 0) for day in (1, 2) for card in "efgh"]
    told = measured(embedded_engine, MONTHLY, monthly(tmp_path / "a.csv", (1, 2), ["a", "b", "c"], *nothing), number=4)
    assert {key[-1]: value for key, value in told.items()} == {"payments": 14, "cards": 14}


def test_two_who_bring_most_every_day_are_seen_over_many(embedded_engine: Engine, tmp_path: Path) -> None:
    """Of all that devices bring in a day each of the ten large ones is a tenth."""
    large = [(day, "one", 1000) for day in range(1, 11)]
    file = monthly(tmp_path / "a.csv", range(1, 11), ["a", "b", "c", "d"], *large)
    told = measured(embedded_engine, MONTHLY, file, number=5)
    assert {key[-1]: value for key, value in told.items()} == {"payments": 50, "cards": 50}


def test_a_count_that_one_device_makes_in_many_rows_is_not_told(embedded_engine: Engine, tmp_path: Path) -> None:
    file = spent(tmp_path / "a.csv", one=[10] * 1000, two=[10], three=[10], four=[10], five=[10])
    outcome, rows = run(embedded_engine, named(SPENT, "thousand"), file)
    assert (rows, outcome.kept, outcome.folded) == ([], 0, 1004)
    counts = named(SPENT, "thousand-counts", measures=(PAID.measures[0],))
    outcome, rows = run(embedded_engine, counts, file)
    assert (rows, outcome.kept, outcome.folded) == ([], 0, 1004)
    cards = named(SPENT, "thousand-cards", measures=(Measure(name="cards", aggregate="distinct", column="card"),))
    assert measured(embedded_engine, cards, file) == {("north", "fines", "cards"): 5}


def test_a_count_that_many_devices_share_is_told_without_their_rows(embedded_engine: Engine, tmp_path: Path) -> None:
    """Two of forty bring a fifth each, the others many rows too."""
    counts = named(SPENT, "shared-counts", measures=(PAID.measures[0],), min_cohort=20)
    file = spent(tmp_path / "a.csv", **{f"d{at}": [10] * (200 if at < 2 else 15) for at in range(40)})
    assert measured(embedded_engine, counts, file, salt=(1, 2)) == {("north", "fines", "payments"): 970}


def test_devices_that_bring_nothing_in_all_are_no_payers(embedded_engine: Engine, tmp_path: Path) -> None:
    file = spent(tmp_path / "a.csv", one=[10], two=[10], three=[70, -70], four=[0], five=[0, 0])
    assert set(measured(embedded_engine, named(SPENT, "nothing"), file)) == {("north", "fines", "payments"), ("north", "fines", "cards")}


def test_second_counts_of_aggregates_need_a_cohort_of_their_own(embedded_engine: Engine, tmp_path: Path) -> None:
    columns = (*PAID.columns[:3], Column(name="entries", kind="integer", use="cohort"), Column(name="exits", kind="integer", use="measure"))
    columns += (Column(name="taken", kind="money", use="measure"),)
    measures = (Measure(name="entries"), *(Measure(name=name, aggregate="sum", column=name) for name in ("exits", "taken")))
    rows = [("2024-05-01", "a", "x", 25, 3, "2.50"), ("2024-05-01", "b", "x", 25, 0, 0), ("2024-05-01", "c", "x", 40, 22, 90)]
    rows += [("2024-05-01", "d", "x", 500, 90, 0), ("2024-05-01", "d", "x", 19, 10, 7)]
    file = csv(tmp_path / "a.csv", ("day", "district", "service", "entries", "exits", "taken"), rows)
    contract = named(PAID, "exits", columns=columns, measures=measures, ladder=PAID.ladder[:1], cohort="entries", min_cohort=20)
    _, kept = run(embedded_engine, contract, file)
    assert told_of(kept, "entries") == [("a", 25, 25), ("b", 25, 25), ("c", 40, 40), ("d", 519, 519)]
    assert told_of(kept, "exits") == [("c", 22, 22), ("d", 100, 100)]
    assert told_of(kept, "taken") == [("a", 2.5, 25), ("c", 90, 40)]


def test_what_one_uses_up_is_no_cohort_however_much_it_is(embedded_engine: Engine, tmp_path: Path) -> None:
    people = Column(name="people", kind="integer", use="cohort", unit="people")
    used = (Column(name="minutes", kind="integer", use="measure"), Column(name="share", kind="number", use="measure"))
    measures = (Measure(name="people"), Measure(name="minutes", aggregate="sum", column="minutes", unit="min"))
    measures += (Measure(name="share", aggregate="mean", column="share", unit="people"),)
    rows = [("2024-05-01", "alone", "x", 19, 0, 0), ("2024-05-01", "alone", "x", 1, 5000, 50.5), ("2024-05-01", "all", "x", 25, 90, 2.5)]
    file = csv(tmp_path / "a.csv", ("day", "district", "service", "people", "minutes", "share"), rows)
    contract = named(PAID, "used", columns=(*PAID.columns[:3], people, *used), measures=measures, cohort="people", min_cohort=20)
    _, kept = run(embedded_engine, contract, file)
    assert told_of(kept, "people") == [("all", 25, 25), ("alone", 20, 20)]
    assert (told_of(kept, "minutes"), told_of(kept, "share")) == ([("all", 90, 25)], [("all", 2.5, 25)])


PAYEE = Column(name="payee", use="payee", required=True)


@pytest.mark.parametrize("device", [False, True])
def test_a_sum_needs_three_payees_none_two_of_whom_get_nearly_all(embedded_engine: Engine, tmp_path: Path, device: bool) -> None:
    places = {
        "two": [("p", 30)] * 4 + [("q", 30)] * 4 + [("r", 0)],
        "unequal": [("p", 80), ("p", 40), ("p", 40), ("q", 80), ("r", 20), ("s", 10)],
        "three": [("p", 30), ("q", 30), ("r", 30)],
    }
    rows = [("2024-05-01", place, "x", amount, payee, f"d{at}") for place, all in places.items() for at, (payee, amount) in enumerate(all)]
    again = [("2024-05-02", *row[1:]) for row in rows if row[1] == "two"]
    file = csv(tmp_path / "a.csv", ("day", "district", "service", "amount", "payee", "card"), [*rows, *again])
    columns = (*PAID.columns, PAYEE, Column(name="card", use="device" if device else "drop"))
    ladder = (PAID.ladder[0], Rung(time="month", place="district"))
    _, kept = run(embedded_engine, named(PAID, f"payees{device}", columns=columns, ladder=ladder), file)
    assert told_of(kept, "paid") == [("three", 90, 3)]
    assert told_of(kept, "payments") == [("three", 3, 3), ("two", 9, 9), ("two", 9, 9), ("unequal", 6, 6)]


def test_districts_become_okrugs_and_categories_are_put_together(embedded_engine: Engine, tmp_path: Path) -> None:
    rows = [("2024-05-01", "a", "parking", 10), ("2024-05-02", "b", "parks", 10), ("2024-05-03", "c", "parks", 10)]
    parents = {("district", "okrug"): {"a": "centre", "b": "centre", "c": "centre"}}
    file = csv(tmp_path / "a.csv", ("day", "district", "service", "amount"), rows)
    _, kept = run(embedded_engine, named(PAID, "above"), file, parents=parents)
    assert kept == [
        ("2024-05-01 00:00:00", "month", "okrug", "centre", [], "paid", 30.0, 3),
        ("2024-05-01 00:00:00", "month", "okrug", "centre", [], "payments", 3.0, 3),
    ]


def test_rows_that_are_aggregates_bring_their_cohort(embedded_engine: Engine, tmp_path: Path) -> None:
    columns = (*PAID.columns[:3], Column(name="visits", kind="integer", use="cohort"), Column(name="mark", kind="number", use="measure"))
    measures = (Measure(name="visits"), Measure(name="mark", aggregate="mean", column="mark"))
    rows = [("2024-05-01", "a", "library", 90, 4), ("2024-05-01", "a", "library", 10, 2), ("2024-05-01", "b", "library", 2, 5)]
    file = csv(tmp_path / "a.csv", ("day", "district", "service", "visits", "mark"), rows)
    contract = named(PAID, "aggregated", columns=columns, measures=measures, ladder=PAID.ladder[:1], cohort="visits", min_cohort=20)
    assert measured(embedded_engine, contract, file) == {("a", "library", "visits"): 100, ("a", "library", "mark"): 3.8}


def test_certified_rows_need_no_cohort_and_carry_its_bound(embedded_engine: Engine, tmp_path: Path) -> None:
    file = csv(tmp_path / "a.csv", ("day", "district", "service", "amount"), [("2024-05-01", "a", "cards", 12.5)])
    contract = named(PAID, "certified", cohort="certified", certificate="by contract", min_cohort=20)
    _, rows = run(embedded_engine, contract, file)
    assert [row[5:] for row in rows] == [("paid", 12.5, 20), ("payments", 1.0, 20)]


def test_a_mean_of_too_few_is_not_told(embedded_engine: Engine, tmp_path: Path) -> None:
    measures = (Measure(name="payments"), Measure(name="mean", aggregate="mean", column="amount"))
    rows = [("2024-05-01", "a", "x", 7)] * 2 + [("2024-05-01", "a", "x", "")] * 5
    file = csv(tmp_path / "a.csv", ("day", "district", "service", "amount"), rows)
    assert measured(embedded_engine, named(PAID, "means", measures=measures), file) == {("a", "x", "payments"): 7}


def test_a_mean_that_one_row_makes_is_not_told(embedded_engine: Engine, tmp_path: Path) -> None:
    measures = (Measure(name="payments"), Measure(name="mean", aggregate="mean", column="amount"))
    rows = [("2024-05-01", "a", "x", 1)] * 19 + [("2024-05-01", "a", "x", 1_000_000)] + [("2024-05-01", "b", "x", 7)] * 20
    file = csv(tmp_path / "a.csv", ("day", "district", "service", "amount"), rows)
    told = measured(embedded_engine, named(PAID, "unequal", measures=measures), file)
    assert told == {("a", "x", "payments"): 20, ("b", "x", "payments"): 20, ("b", "x", "mean"): 7}


def test_a_track_loses_the_cells_it_begins_and_ends_in(embedded_engine: Engine, tmp_path: Path) -> None:
    columns = (TIME, *POINT, Column(name="trip", use="track"))
    places = {"home": (55.70, 37.50), "way": HERE, "work": THERE}
    path = ("home", "way", "home", "way", "work")
    points = [(f"2024-05-01 10:{minute:02d}:00", *places[at], f"trip {trip}") for trip in range(4) for minute, at in enumerate(path)]
    halves = (
        csv(tmp_path / "a.csv", ("time", "lat", "lon", "trip"), points[::-2]),
        csv(tmp_path / "b.csv", ("time", "lat", "lon", "trip"), points[-2::-2]),
    )
    contract = named(POINTS, "tracks", columns=columns, reduce="tracks", ladder=POINTS.ladder[:1])
    outcome, rows = run(embedded_engine, contract, *halves)
    assert [row[3:] for row in rows] == [("8911aa7aaabffff", [], "points", 8.0, 4)]
    assert (outcome.rows_in, outcome.kept, outcome.folded) == (20, 8, 12)


DEVICES = (*POINTS.columns, Column(name="device", use="device", required=True))
CROWD = [
    (f"2024-05-0{day} {hour}:10:00", 55.7 + at / 50, 37.6, ("bus", "tram")[hour % 2], f"d{device}")
    for day in (1, 2)
    for hour in (10, 11, 12)
    for at in range(8)
    for device in range(1 + at % 4)
]


def crowded(tmp_path: Path) -> tuple[list[Path], Contract]:
    """Three pieces, whose cells lie across them."""
    header = ("time", "lat", "lon", "kind", "device", "amount", "payee")
    rows = [(*row, at % 7, f"p{at % 5}") for at, row in enumerate([*CROWD, ("never", *HERE, "bus", "d1")])]
    paths = [csv(tmp_path / f"{index}.csv", header, rows[index::3]) for index in range(3)]
    measures = (Measure(name="points"), Measure(name="devices", aggregate="distinct", column="device"))
    return paths, named(POINTS, "crowded", columns=DEVICES, measures=measures)


def as_tracks(contract: Contract) -> Contract:
    columns = (*contract.columns[:4], Column(name="device", use="track", required=True))
    return named(contract, "crowded-tracks", columns=columns, measures=POINTS.measures, reduce="tracks")


def as_sums(contract: Contract) -> Contract:
    columns = (*contract.columns, Column(name="amount", kind="money", use="measure"), PAYEE)
    more = (Measure(name="paid", aggregate="sum", column="amount"), Measure(name="mean", aggregate="mean", column="amount"))
    return named(contract, "crowded-sums", columns=columns, measures=(*contract.measures, *more))


def as_tracks_with_sums(contract: Contract) -> Contract:
    found = as_tracks(as_sums(contract))
    return named(found, "tracks-sums", columns=(*found.columns, *as_sums(contract).columns[5:]), measures=as_sums(contract).measures)


@pytest.mark.parametrize("of", [lambda contract: contract, as_tracks, as_sums, as_tracks_with_sums])
def test_neither_parts_nor_merging_change_what_is_kept(
    embedded_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, of: Callable[[Contract], Contract]
) -> None:
    paths, contract = crowded(tmp_path)
    once = run(embedded_engine, of(contract), *paths, salt=(1, 2))
    monkeypatch.setattr(merging, "FEWEST_ROWS", 1)
    merged = run(embedded_engine, of(contract), *paths, salt=(1, 2), number=2)
    monkeypatch.setattr(kernel, "PARTS", (5,))
    parted = run(embedded_engine, of(contract), *paths, salt=(1, 2), number=3)
    assert len(once[1]) > 4 and all(summed.rows for summed in once[0].summed)
    assert once == merged == parted


@pytest.mark.parametrize("coarser", ["h3:8", "h3:7", "h3:5"])
def test_small_cells_come_together_in_parts_as_they_do_at_once(
    embedded_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, coarser: str
) -> None:
    rows = [("2024-05-01 10:00:00", 55.70 + north / 500, 37.60 + east / 300, "bus") for north in range(20) for east in range(20)]
    file = csv(tmp_path / "a.csv", ("time", "lat", "lon", "kind"), rows)
    contract = named(POINTS, coarser, min_cohort=8, ladder=(POINTS.ladder[0], Rung(time="hour", place=coarser), POINTS.ladder[2]))
    once = run(embedded_engine, contract, file, salt=(1, 2))
    monkeypatch.setattr(kernel, "PARTS", (5,))
    assert once == run(embedded_engine, contract, file, salt=(1, 2), number=2)
    assert once[0].steps[1].rows > 200


def test_answers_are_read_in_parts_too(embedded_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = answers(tmp_path / "a.csv", (5, 6), (4, 3), (3, 4), (2, 3), (1, 4), ("", 9))
    once = measured(embedded_engine, survey("whole", 5), file)
    monkeypatch.setattr(kernel, "PARTS", (3,))
    assert measured(embedded_engine, survey("parted", 5), file) == once


def reread(engine: Engine, room: Path, contract: Contract, *paths: Path) -> tuple[Outcome, int]:
    """What a dry run says, and how often it reads the file."""
    readings = 0

    def pieces() -> Iterator[Piece]:
        nonlocal readings
        readings += 1
        yield from pieces_of(*paths)()

    with open_workshop(engine, room) as workshop:
        outcome = dry_run(workshop, msgspec.structs.replace(order(contract, *paths, salt=(1, 2)), pieces=pieces))
    return outcome, readings


def test_a_file_whose_cells_do_not_fit_is_read_again_in_parts(
    embedded_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths, contract = crowded(tmp_path)
    once = run(embedded_engine, contract, *paths, salt=(1, 2))
    monkeypatch.setattr(merging, "MOST_BYTES", 13_000)
    assert reread(embedded_engine, tmp_path, contract, *paths) == (msgspec.structs.replace(once[0], written=0), 5)
    monkeypatch.setattr(merging, "MOST_BYTES", 100)
    with pytest.raises(BadInput, match="more memory than a load may use"):
        run(embedded_engine, contract, *paths)


def test_cells_of_a_region_too_small_to_keep_need_not_fit_together(
    embedded_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [("2024-05-01 10:00:00", 55 + north / 20, 37 + east / 10, "bus") for north in range(20) for east in range(20)]
    file = csv(tmp_path / "a.csv", ("time", "lat", "lon", "kind"), rows)
    monkeypatch.setattr(merging, "MOST_BYTES", 40_000)
    outcome, readings = reread(embedded_engine, tmp_path, named(POINTS, "region"), file)
    assert (outcome.kept, outcome.cells, readings) == (400, 1, 5)


def test_numbers_that_are_none_are_faults_of_their_rows(embedded_engine: Engine, tmp_path: Path) -> None:
    places = [("nan", 37.6), ("inf", 37.6), (55.7, "-inf"), ("1e400", 37.6), (1e300, -1e300), ("", "")]
    rows = [("2024-05-01 10:00:00", *HERE, "bus")] * 3 + [("2024-05-01 10:00:00", *place, "bus") for place in places]
    file = csv(tmp_path / "a.csv", ("time", "lat", "lon", "kind"), [*rows, ("99999-99-99", *HERE, "bus")])
    columns = (TIME, *(msgspec.structs.replace(column, minimum=-180, maximum=180) for column in POINT), POINTS.columns[3])
    outcome, _ = run(embedded_engine, named(POINTS, "none", columns=columns, most_refused=1.0), file, checks=checks)
    assert (outcome.rows_in, outcome.kept, outcome.refused) == (10, 3, 7)


def survey(id: str, high: int, low: int = 1, **more: Any) -> Contract:
    columns = (
        Column(name="week", kind="date", use="time", required=True),
        Column(name="service", use="category"),
        *(Column(name=name, kind="integer", use="score", minimum=low, maximum=high) for name in ("clear", "quick")),
    )
    ladder = (Rung(time="week"), Rung(time="month", categories=False))
    return contract(columns, [Measure(name="answers")], ladder, id=id, module="surveys", reduce="survey", **more)


def answers(path: Path, *given: tuple[object, int]) -> Path:
    return csv(
        path, ("week", "service", "clear", "quick"), [("2024-05-01", "parks", score, "") for score, times in given for _ in range(times)]
    )


def test_a_survey_becomes_a_histogram_with_its_summary(embedded_engine: Engine, tmp_path: Path) -> None:
    file = answers(tmp_path / "a.csv", (5, 6), (4, 3), (3, 4), (2, 3), (1, 4), ("", 9))
    outcome, rows = run(embedded_engine, survey("csat", 5), file)
    assert {row[0] for row in rows} == {"2024-04-29 00:00:00"} and {tuple(row[4]) for row in rows} == {("clear", "parks")}
    told = {row[5]: (row[6], row[7]) for row in rows}
    assert told == {
        "answers": (20, 20),
        "csat": (45, 20),
        "answers:1": (4, 4),
        "answers:2": (3, 3),
        "answers:3": (4, 4),
        "answers:4": (3, 3),
        "answers:5": (6, 6),
    }
    assert (outcome.rows_in, outcome.kept) == (20, 20)


def test_no_bar_can_be_had_by_subtraction(embedded_engine: Engine, tmp_path: Path) -> None:
    file = answers(tmp_path / "a.csv", (5, 6), (4, 1), (3, 4), (2, 3), (1, 2))
    told = measured(embedded_engine, survey("bars", 5), file)
    assert {key[-1] for key in told} == {"answers", "csat", "answers:3"}


def test_a_class_under_the_cohort_is_told_only_together_with_others(embedded_engine: Engine, tmp_path: Path) -> None:
    unhappy = csv(
        tmp_path / "a.csv",
        ("week", "service", "clear", "quick"),
        [("2024-05-06", "parks", 5, "")] * 20 + [("2024-05-06", "parks", 1, "")] * 2,
    )
    outcome, rows = run(embedded_engine, survey("classes", 5), unhappy)
    assert (rows, outcome.folded) == ([], 22)


def test_nps_counts_promoters_less_detractors(embedded_engine: Engine, tmp_path: Path) -> None:
    told = measured(embedded_engine, survey("nps", 10, 0), answers(tmp_path / "a.csv", (10, 10), (8, 5), (3, 5)))
    assert {key[-1]: value for key, value in told.items() if ":" not in key[-1]} == {"answers": 20, "nps": 25}


def test_where_a_mean_is_told_all_bars_are_or_none(embedded_engine: Engine, tmp_path: Path) -> None:
    whole = measured(embedded_engine, survey("ces", 7), answers(tmp_path / "a.csv", *((score, 3) for score in range(1, 8))))
    part = measured(embedded_engine, survey("ces", 7), answers(tmp_path / "b.csv", (7, 9), (6, 9), (5, 1)), number=2)
    assert (whole["", "clear", "parks", "ces"], len(whole)) == (4, 9)
    assert {key[-1] for key in part} == {"answers", "ces"}


def test_what_one_device_answers_again_and_again_is_one_answer(embedded_engine: Engine, tmp_path: Path) -> None:
    base = survey("again", 5)
    contract = named(base, "again", columns=(*base.columns, Column(name="phone", use="device", required=True)))
    crowd = [("2024-05-01", "parks", score, "", f"d{score}{at}") for score in range(1, 6) for at in range(3)]
    alone = [("2024-05-01", "paths", 1, "", f"d{at}") for at in range(3)]
    alone += [("2024-05-01", "paths", score, "", "one") for score in (4, 5, 5)]
    rows = [*crowd, *[("2024-05-01", "parks", 5, "", "d50")] * 9, *alone]
    file = csv(tmp_path / "a.csv", ("week", "service", "clear", "quick", "phone"), rows)
    told = measured(embedded_engine, contract, file)
    wanted = {"answers": 15, "csat": 40} | {f"answers:{score}": 3 for score in range(1, 6)}
    assert told == {("", "clear", "parks", name): value for name, value in wanted.items()}


def test_who_answers_on_many_days_is_no_cohort_of_a_week(embedded_engine: Engine, tmp_path: Path) -> None:
    base = survey("weekly", 5)
    contract = named(base, "weekly", columns=(*base.columns, Column(name="phone", use="device", required=True)))
    rows = [(f"2024-05-0{day}", "parks", score, "", f"d{score}") for day in (1, 2, 3) for score in range(1, 6)]
    crowd = [("2024-05-01", "paths", score, "", f"d{score}{at}") for score in range(1, 6) for at in range(3)]
    file = csv(tmp_path / "a.csv", ("week", "service", "clear", "quick", "phone"), [*rows, *crowd, ("2024-05-02", "paths", 5, "", "d50")])
    _, kept = run(embedded_engine, contract, file)
    assert {tuple(row[4]) for row in kept} == {("clear", "paths")}
    assert {row[5]: row[6:] for row in kept if row[5] in ("answers", "answers:5")} == {"answers": (16, 15), "answers:5": (4, 3)}


def test_a_dry_run_tells_the_same_and_writes_nothing(embedded_engine: Engine, tmp_path: Path) -> None:
    file = csv(tmp_path / "a.csv", ("time", "lat", "lon", "kind"), [("2024-05-01 10:00:00", *HERE, "bus")] * 4)
    with open_workshop(embedded_engine, tmp_path) as workshop:
        tried = dry_run(workshop, order(named(POINTS, "dry"), file))
    before = embedded_engine.query(SELECT, {"dataset": "dry", "load": 1})
    outcome, rows = run(embedded_engine, named(POINTS, "dry"), file)
    assert (before, msgspec.structs.replace(outcome, written=0), len(rows)) == ([], tried, 1)


def test_a_number_given_again_after_a_backup_has_its_own_rows_alone(embedded_engine: Engine, tmp_path: Path) -> None:
    before, after = (
        csv(tmp_path / f"{kind}.csv", ("time", "lat", "lon", "kind"), [("2024-05-01 10:00:00", *HERE, kind)] * 4)
        for kind in ("bus", "tram")
    )
    run(embedded_engine, named(POINTS, "again"), before)
    with open_workshop(embedded_engine, tmp_path) as workshop:
        load(workshop, embedded_engine, order(named(POINTS, "again"), after), number=1, loaded_at="2024-05-03 00:00:00")
    assert [row[4] for row in embedded_engine.query(SELECT, {"dataset": "again", "load": 1})] == [["tram"]]


def test_an_error_of_the_engine_quotes_nothing(embedded_engine: Engine, tmp_path: Path) -> None:
    with open_workshop(embedded_engine, tmp_path) as workshop, pytest.raises(FootfallError) as caught:
        workshop.command("INSERT INTO FUNCTION null('a UInt8') SELECT toUInt8('Ann Smith')", None, {})
    assert isinstance(caught.value, BadInput) and "Ann" not in str(caught.value) and caught.value.__cause__ is None


SENTINEL, ALONE = "dev-5ent1nel-9041", "alone-5ent1nel-77"
"""An id that rows hold, and a category that one row holds."""


def test_no_file_of_the_home_ever_holds_what_only_rows_hold(embedded_engine: Engine, tmp_path: Path) -> None:
    columns = (*POINTS.columns, Column(name="device", use="device", required=True))
    rows = [("2024-05-01 10:00:00", *HERE, "bus", f"{SENTINEL}-{number}") for number in range(2000)]
    rows += [("2024-05-01 10:00:00", *HERE, ALONE, SENTINEL), ("never", *HERE, ALONE, SENTINEL)]
    file = csv(tmp_path / "a.csv", ("time", "lat", "lon", "kind", "device"), rows)
    contract = named(POINTS, "sentinel", columns=columns)
    betrayed: set[str] = set()

    def look(step: str, _: int) -> None:
        folders = (embedded_engine.home, *([embedded_engine.volatile] if embedded_engine.volatile else []))
        held = files_in(*folders)
        betrayed.update(f"{step}: {path.name}" for path, content in held if any(text.encode() in content for text in (SENTINEL, ALONE)))

    outcome, kept = run(embedded_engine, contract, file, progress=look)
    look("after", 0)
    assert (outcome.kept, outcome.folded, outcome.refused, len(kept)) == (2000, 1, 1, 1)
    assert betrayed == set()
