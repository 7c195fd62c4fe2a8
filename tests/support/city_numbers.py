"""A city with numbers: districts of the demo, and cells of four datasets written as a load writes them, the same every time."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import msgspec

from footfall.control.datasets import put_dataset
from footfall.control.loads import Begun, Ended, begin_load, publish_loads
from footfall.control.places import put_places
from footfall.demo.datasets.districts import CENTRE, DISTRICTS, write_districts
from footfall.serve.house import Desk
from footfall.serve.loading_sources import Sources
from footfall.sources.odcs import read_contract
from footfall.sources.places import Fields, read_places
from footfall.store.measures import write_measures

__all__ = ["FIRST_DAY", "cell", "fill_city", "put_cells"]

FIRST_DAY = datetime(2025, 12, 1, tzinfo=UTC)
DISTRICT_FIELDS = Fields(
    id="id",
    name="name",
    names={"ru": "name_ru"},
    parent_kind="okrug",
    parent="okrug",
    parent_name="okrug_name",
    parent_names={"ru": "okrug_ru"},
)
ATTRIBUTION = "Land office of the made city, CC0"
GRID = "SELECT h3ToString(arrayJoin(h3kRing(geoToH3({lat:Float64}, {lon:Float64}, 9), 4)))"
SERVICES = ("parking", "library", "water")


def cell(measure: str, bucket: datetime, value: float, cohort: int, **more: object) -> dict[str, object]:
    """A row of ``measures`` without its dataset and load: a day of the whole city, unless it says otherwise."""
    usual = {"unit": "", "grain": "day", "place_kind": "city", "place": "", "categories": [], "contract_version": "1.0.0"}
    at = {"bucket": bucket.strftime("%Y-%m-%d %H:%M:%S"), "loaded_at": "2026-01-05 00:00:00"}
    return usual | at | {"measure": measure, "value": value, "cohort": cohort} | more


def put_cells(
    desk: Desk, contract: str, cells: Iterator[dict[str, object]] | list[dict[str, object]], *, folded: int = 0, object: str = "numbers.csv"
) -> int:
    """The contract's dataset with these cells as the load of that object; its number."""
    id, now_ms = read_contract(contract).id, desk.now()
    dataset = put_dataset(desk.control, id, read_contract(contract).version, contract, now_ms=now_ms)
    # A server that has just started ends the loads of others that died, and would take this one for such.
    with Sources._beginning:
        number = begin_load(desk.control, dataset, Begun(object=object, version="1"), now_ms=now_ms)
        Sources._running.add(number)
    rows = [msgspec.json.encode(one | {"dataset": id, "load": number}) for one in cells]
    write_measures(desk.engine, b"\n".join(rows) + b"\n", f"{id}-{number}")
    kept = len(rows) * 30
    publish_loads(desk.control, {number: Ended(rows_in=kept + folded, kept=kept, folded=folded, cells=len(rows))}, now_ms=now_ms)
    return number


def fill_city(desk: Desk, folder: Path, *, days: int = 35) -> None:
    """Districts and okrugs with outlines; payments, fines, points and a survey."""
    write_districts(folder / "districts.geojson")
    for kind, places in read_places((folder / "districts.geojson").read_bytes(), "district", DISTRICT_FIELDS).items():
        put_places(desk.control, kind, places, attribution=ATTRIBUTION, now_ms=desk.now())
    put_cells(desk, builtin("payments-gateway"), _payments(days), folded=32)
    put_cells(desk, builtin("restrictions"), _violations(days))
    put_cells(desk, builtin("geodata-points"), _points(desk, days))
    put_cells(desk, builtin("surveys"), _answers(days))


def builtin(name: str) -> str:
    """A contract that comes with Footfall, as YAML."""
    return (files("footfall.sources") / "builtin" / f"{name}.yaml").read_text("utf-8")


def _payments(days: int) -> Iterator[dict[str, object]]:
    """By district, day and service where there are twenty; else with the okrug's month."""
    chance = random.Random(1)
    small: dict[str, int] = {}
    for day in range(days):
        at = FIRST_DAY + timedelta(days=day)
        for district in DISTRICTS:
            for weight, service in enumerate(SERVICES, 1):
                usual = district.population / (700 * weight) * (0.6 if at.weekday() > 4 else 1.0)
                count = round(usual * chance.uniform(0.8, 1.2))
                if count < 20:
                    small[district.okrug] = small.get(district.okrug, 0) + count
                    continue
                where = {"place_kind": "district", "place": district.id, "categories": [service, "paid"]}
                yield cell("payments", at, count, count, unit="payments", **where)
                yield cell("amount", at, count * chance.uniform(8, 30), count, unit="EUR", **where)
    for okrug, count in small.items():
        for measure, value in (("payments", count), ("amount", count * 15)):
            yield cell(measure, FIRST_DAY, value, count, grain="month", place_kind="okrug", place=okrug)


def _violations(days: int) -> Iterator[dict[str, object]]:
    chance = random.Random(2)
    for week in range(-(-days // 7)):
        for district in DISTRICTS:
            count = round(district.population / 900 * chance.uniform(0.5, 1.5))
            if count >= 20:
                where = {"grain": "week", "place_kind": "district", "place": district.id, "categories": ["noise"]}
                yield cell("violations", FIRST_DAY + timedelta(weeks=week), count, count, unit="violations", **where)


def _points(desk: Desk, days: int) -> Iterator[dict[str, object]]:
    """By cell of a grid around the centre, and hour."""
    chance = random.Random(3)
    given = {"lat": CENTRE[0], "lon": CENTRE[1]}
    ids = sorted(str(id) for (id,) in desk.engine.query(GRID, given))
    for day in range(min(days, 2)):
        for hour in range(24):
            for id in ids:
                count = 20 + round(chance.random() * 60)
                at = FIRST_DAY + timedelta(days=day, hours=hour)
                yield cell("points", at, count, count, unit="points", grain="hour", place_kind="h3:9", place=id)


def _answers(days: int) -> Iterator[dict[str, object]]:
    chance = random.Random(4)
    for week in range(-(-days // 7)):
        answers, at = 80 + week, FIRST_DAY + timedelta(weeks=week)
        yield cell("answers", at, answers, answers, unit="answers", grain="week", categories=["score"])
        yield cell("csat", at, round(chance.uniform(60, 90), 1), answers, unit="%", grain="week", categories=["score"])
