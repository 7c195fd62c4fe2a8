"""What becomes of a file: cells, tracks and surveys on the embedded engine."""

from pathlib import Path

import msgspec

from footfall.sources.contract import Column, Contract, Measure, Rung
from footfall.sources.kernel import load
from footfall.sources.outcome import Outcome
from footfall.store.engine import Engine
from footfall.store.workshop import open_workshop
from tests.support.city import contract, csv, order

POINTS = contract(
    [
        Column(name="time", kind="instant", use="time", required=True),
        Column(name="lat", kind="number", use="latitude", required=True),
        Column(name="lon", kind="number", use="longitude", required=True),
        Column(name="kind", use="category"),
    ],
    [Measure(name="points")],
    [Rung(time="hour", place="h3:9"), Rung(time="hour", place="h3:7"), Rung(time="day", place="city", categories=False)],
)
HEADER = ("time", "lat", "lon", "kind")
SELECT = """SELECT toString(bucket), grain, place_kind, place, categories, measure, value, cohort FROM measures
WHERE dataset = {dataset:String} AND load = {load:UInt32} ORDER BY ALL"""


def loaded(engine: Engine, tmp_path: Path, contract: Contract, *paths: Path, number: int = 1) -> tuple[Outcome, list[tuple[object, ...]]]:
    with open_workshop(engine, tmp_path) as workshop:
        outcome = load(workshop, engine, order(contract, *paths), number=number, loaded_at="2024-05-02 00:00:00")
    return outcome, engine.query(SELECT, {"dataset": contract.id, "load": number})


def test_points_become_cells_of_the_finest_rung_that_holds_a_cohort(embedded_engine: Engine, tmp_path: Path) -> None:
    near = [("2024-05-01 10:05:00", 55.75, 37.61, "bus")] * 3
    beside = [("2024-05-01 10:15:00", 55.7601, 37.61, "bus")] * 2 + [("2024-05-01 10:25:00", 55.7650, 37.61, "bus")] * 1
    far = [("2024-05-01 22:00:00", 59.0, 30.0, "tram")]
    broken = [("yesterday", 55.75, 37.61, "bus")]
    file = csv(tmp_path / "a.csv", HEADER, [*near, *beside, *far, *broken])
    outcome, rows = loaded(embedded_engine, tmp_path, msgspec.structs.replace(POINTS, most_refused=0.2), file)
    assert (outcome.rows_in, outcome.kept, outcome.folded, outcome.refused) == (8, 6, 1, 1), outcome
    assert rows == [
        ("2024-05-01 10:00:00", "hour", "h3:7", "8711aa7a8ffffff", ["bus"], "points", 3.0, 3),
        ("2024-05-01 10:00:00", "hour", "h3:9", "8911aa7aaabffff", ["bus"], "points", 3.0, 3),
    ]
