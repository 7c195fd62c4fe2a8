"""A CSV of points to cells of H3 and hour, with checks, guard and ladder, beside the engine's bare GROUP BY over the same file.

Both in one run; the bare one reads typed columns and checks nothing. The ratio must be a third or more, memory under
1 GiB. The points are a day of a city whose vehicles are near its centre.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from footfall.sources import checks, guard
from footfall.sources.contract import Column, Contract, Measure, Rung
from footfall.sources.kernel import Order, load
from footfall.sources.pieces import Piece, quoted, structure
from footfall.store.engine import Engine, open_engine
from footfall.store.migrate import migrate
from footfall.store.workshop import open_workshop

SHORT, LONG = 1_000_000, 10_000_000
LEAST_RATIO, MOST_BYTES = 1 / 3, 2**30
COLUMNS = ("time", "lat", "lon", "kind", "vehicle")
SETTINGS: dict[str, str | int] = {"input_format_csv_skip_first_lines": 1}
MADE = """INSERT INTO FUNCTION file({path:String}, 'CSVWithNames')
SELECT formatDateTime(
        toDateTime('2024-05-01 00:00:00', 'UTC') + intDiv(number * 86400, {rows:UInt64}) + rand(3) % 600, '%Y-%m-%d %H:%i:%S') AS time,
    round(55.75 + randNormal(0, 0.03), 6) AS lat, round(37.61 + randNormal(0, 0.05), 6) AS lon,
    ['bus', 'tram', 'scooter'][rand(5) % 3 + 1] AS kind, concat('v', toString(rand(4) % 20000)) AS vehicle
FROM numbers({rows:UInt64})"""
BARE = """SELECT count(), sum(points) FROM (
    SELECT toStartOfHour(time) AS hour, geoToH3(lat, lon, 9) AS cell, kind, count() AS points, uniqCombined64(14)(vehicle) AS vehicles
    FROM file({path:String}, 'CSV', 'time DateTime, lat Float64, lon Float64, kind String, vehicle String') GROUP BY hour, cell, kind)
SETTINGS input_format_csv_skip_first_lines = 1, max_threads = 2"""
CONTRACT = Contract(
    id="points",
    version="1.0.0",
    name="Points",
    module="geodata",
    purpose="bench",
    legal_basis="bench",
    owner="bench",
    granularity="a vehicle at an instant",
    retention_days=30,
    columns=(
        Column(name="time", kind="instant", use="time", required=True),
        Column(name="lat", kind="number", use="latitude", required=True, minimum=-90, maximum=90),
        Column(name="lon", kind="number", use="longitude", required=True, minimum=-180, maximum=180),
        Column(name="kind", use="category", required=True),
        Column(name="vehicle", use="device", required=True),
    ),
    measures=(Measure(name="points"), Measure(name="vehicles", aggregate="distinct", column="vehicle")),
    ladder=(Rung(time="hour", place="h3:9"), Rung(time="hour", place="h3:8"), Rung(time="day", place="h3:7"), Rung(time="day")),
)


def main(short: bool = False) -> None:
    """One line. Each part is a process of its own: memory that one took would count for the next."""
    rows = SHORT if short else LONG
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        _part("make", folder, rows)
        bare, loaded = _part("bare", folder, rows), _part("load", folder, rows)
    print(
        f"sources: {rows:,} points in {loaded['seconds']:.1f} s ({rows / loaded['seconds'] / 1e6:.2f} M/s), bare GROUP BY "
        f"{bare['seconds']:.1f} s; ratio {bare['seconds'] / loaded['seconds']:.2f} (least {LEAST_RATIO:.2f}); "
        f"{loaded['most'] / 2**20:.0f} MiB at most, bare {bare['most'] / 2**20:.0f} (most {MOST_BYTES / 2**20:.0f}); {loaded['said']}",
        flush=True,
    )


def _part(name: str, folder: str, rows: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.sources", name, folder, str(rows)]
    return dict(json.loads(subprocess.run(command, check=True, capture_output=True, timeout=150).stdout))


def _do(name: str, room: Path, rows: int) -> None:
    engine, path, said = open_engine("chdb", room / f"home-{name}", query_seconds=600), room / "points.csv", ""
    migrate(engine)
    started = time.perf_counter()
    if name == "make":
        engine.command(MADE, {"path": str(path), "rows": rows})
    elif name == "bare":
        engine.query(BARE, {"path": str(path)})
    else:
        said = _loaded(engine, path, room)
    seconds = time.perf_counter() - started
    print(json.dumps({"seconds": seconds, "most": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, "said": said}))
    engine.close()


def _loaded(engine: Engine, path: Path, room: Path) -> str:
    piece = Piece(
        sql=f"file({{piece_path:String}}, 'CSV', '{structure(COLUMNS)}')",
        parameters={"piece_path": str(path)},
        settings=SETTINGS | {"input_format_csv_allow_variable_number_of_columns": 1},
        columns={name: quoted(name) for name in COLUMNS},
    )
    steps: list[tuple[str, float]] = []
    order = Order(
        contract=CONTRACT,
        pieces=lambda: [piece],
        checks=checks,
        guard=guard,
        salt=(1, 2),
        progress=lambda step, rows: steps.append((step, time.perf_counter())),
    )
    started = time.perf_counter()
    with open_workshop(engine, room) as workshop:
        outcome = load(workshop, engine, order, number=1, loaded_at="2024-05-05 00:00:00")
    told = ", ".join(f"{step} at {at - started:.1f} s" for step, at in {step: at for step, at in steps}.items())
    return f"{outcome.kept:,} kept in {outcome.cells:,} cells, {outcome.folded:,} folded; {told}"


if __name__ == "__main__":
    _do(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
