"""A CSV of points to cells of H3 and hour, with checks, guard and ladder, beside the engine's bare GROUP BY over the same file.

Both in one run; the bare one reads typed columns and checks nothing. The ratio must be a third or more, memory under 1 GiB. The points are
a day of a city whose vehicles are near its centre. Vehicles are dropped, or are devices, which both sides count; ``wide`` is a region whose
cells do not fit at once (long form). Then the guard alone, over every column of the points and over a text of a million different values.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from footfall.sources import checks, guard
from footfall.sources.contract import Column, Contract, Measure, Rung
from footfall.sources.kernel import Order, load
from footfall.sources.pieces import Piece, quoted, structure
from footfall.store.engine import Engine, open_engine
from footfall.store.migrate import migrate
from footfall.store.workshop import open_workshop

SHORT, LONG = 1_000_000, 10_000_000
LEAST_RATIO, MOST_BYTES = 1 / 3, 2**30
SPREADS = {"points": 0.03, "wide": 0.1}
"""Degrees of latitude, one standard deviation."""
COLUMNS = ("time", "lat", "lon", "kind", "vehicle")
MADE = """INSERT INTO FUNCTION file({path:String}, 'CSVWithNames')
SELECT formatDateTime(
        toDateTime('2024-05-01 00:00:00', 'UTC') + intDiv(number * 86400, {rows:UInt64}) + rand(3) % 600, '%Y-%m-%d %H:%i:%S') AS time,
    round(55.75 + randNormal(0, {spread:Float64}), 6) AS lat, round(37.61 + randNormal(0, {spread:Float64} * 1.7), 6) AS lon,
    ['bus', 'tram', 'scooter'][rand(5) % 3 + 1] AS kind, concat('v', toString(rand(4) % 20000)) AS vehicle
FROM numbers({rows:UInt64})"""
MADE_TEXTS = """INSERT INTO FUNCTION file({path:String}, 'CSVWithNames')
SELECT concat('stop ', toString(1000000 + number)) AS text FROM numbers({rows:UInt64})"""
BARE = """SELECT count(), sum(points) FROM (
    SELECT toStartOfHour(time) AS hour, geoToH3(lat, lon, 9) AS cell, kind, count() AS points, DEVICES AS vehicles
    FROM file({path:String}, 'CSV', 'time DateTime, lat Float64, lon Float64, kind String, vehicle String') GROUP BY hour, cell, kind)
SETTINGS input_format_csv_skip_first_lines = 1, max_threads = 2"""
POINTS = Contract(
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
        Column(name="vehicle", use="drop"),
    ),
    measures=(Measure(name="points"),),
    ladder=(Rung(time="hour", place="h3:9"), Rung(time="hour", place="h3:8"), Rung(time="day", place="h3:7"), Rung(time="day")),
)
DEVICES = msgspec.structs.replace(
    POINTS,
    id="devices",
    columns=(*POINTS.columns[:4], Column(name="vehicle", use="device", required=True)),
    measures=(*POINTS.measures, Measure(name="vehicles", aggregate="distinct", column="vehicle")),
)


def main(short: bool = False) -> None:
    """A line a comparison. Each part is a process of its own: memory that one took would count for the next."""
    rows = SHORT if short else LONG
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        _part("make-points", folder, rows)
        for name in ("points", "devices"):
            _compare(name, folder, rows)
        _guarded("points", folder, rows)
        _part("make-texts", folder, rows // 10)
        _guarded("texts", folder, rows // 10)
        if not short:
            Path(folder, "points.csv").unlink()
            _part("make-wide", folder, rows)
            _compare("wide", folder, rows)


def _compare(name: str, folder: str, rows: int) -> None:
    bare, loaded = _part(f"bare-{name}", folder, rows), _part(f"load-{name}", folder, rows)
    print(
        f"{name}: {rows:,} points in {loaded['seconds']:.1f} s ({rows / loaded['seconds'] / 1e6:.2f} M/s), bare GROUP BY "
        f"{bare['seconds']:.1f} s; ratio {bare['seconds'] / loaded['seconds']:.2f} (least {LEAST_RATIO:.2f}); "
        f"{loaded['most'] / 2**20:.0f} MiB at most, bare {bare['most'] / 2**20:.0f} (most {MOST_BYTES / 2**20:.0f}); {loaded['said']}",
        flush=True,
    )


def _guarded(name: str, folder: str, rows: int) -> None:
    looked = _part(f"guard-{name}", folder, rows)
    print(
        f"guard alone, {name}: {rows:,} rows in {looked['seconds']:.1f} s, {looked['seconds'] / rows * 1e9:.0f} ns a row; "
        f"{looked['most'] / 2**20:.0f} MiB at most; {looked['said']}",
        flush=True,
    )


def _part(name: str, folder: str, rows: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.sources", name, folder, str(rows)]
    return dict(json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=150).stdout))


def _do(name: str, room: Path, rows: int) -> None:
    step, what = name.split("-")
    engine = open_engine("chdb", room / f"home-{name}", query_seconds=600)
    migrate(engine)
    path = room / f"{'points' if what == 'devices' else what}.csv"
    doing: dict[str, Callable[[Engine, Path, str, int], str]] = {"make": _made, "bare": _bare, "load": _loaded, "guard": _looked}
    started = time.perf_counter()
    said = doing[step](engine, path, what, rows)
    seconds = time.perf_counter() - started
    print(json.dumps({"seconds": seconds, "most": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, "said": said}))
    engine.close()


def _made(engine: Engine, path: Path, what: str, rows: int) -> str:
    how = MADE_TEXTS if what == "texts" else MADE
    engine.command(how, {"path": str(path), "rows": rows, "spread": SPREADS.get(what, 0.0)})
    return ""


def _bare(engine: Engine, path: Path, what: str, rows: int) -> str:
    engine.query(BARE.replace("DEVICES", "0" if what == "points" else "uniq(vehicle)"), {"path": str(path)})
    return ""


def _looked(engine: Engine, path: Path, what: str, rows: int) -> str:
    columns = ("text",) if what == "texts" else COLUMNS
    with open_workshop(engine, path.parent) as workshop:
        seen = guard.check_pieces([_piece(path, columns)], workshop.query)
    return ", ".join(f"{column.name}: {column.finding.kind if column.finding else 'nothing'}" for column in seen)


def _piece(path: Path, columns: tuple[str, ...]) -> Piece:
    return Piece(
        sql=f"file({{piece_path:String}}, 'CSV', '{structure(columns)}')",
        parameters={"piece_path": str(path)},
        settings={"input_format_csv_skip_first_lines": 1, "input_format_csv_allow_variable_number_of_columns": 1},
        columns={name: quoted(name) for name in columns},
    )


def _loaded(engine: Engine, path: Path, what: str, rows: int) -> str:
    steps: dict[str, float] = {}
    readings = 0

    def pieces() -> list[Piece]:
        nonlocal readings
        readings += 1
        return [_piece(path, COLUMNS)]

    order = Order(
        contract=POINTS if what == "points" else DEVICES,
        pieces=pieces,
        checks=checks,
        guard=guard,
        salt=(1, 2),
        progress=lambda step, rows: steps.update({step: time.perf_counter()}),
    )
    started = time.perf_counter()
    with open_workshop(engine, path.parent) as workshop:
        outcome = load(workshop, engine, order, number=1, loaded_at="2024-05-05 00:00:00")
    told = ", ".join(f"{step} at {at - started:.1f} s" for step, at in steps.items())
    return f"{outcome.kept:,} kept in {outcome.cells:,} cells, {outcome.folded:,} folded; {told}; file read {readings} times"


if __name__ == "__main__":
    _do(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
