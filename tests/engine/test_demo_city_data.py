"""The demo's history, and its data of the city: files, contracts and loads, made beside the server; nothing of it twice."""

import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from footfall.cli import demo
from footfall.control.datasets import list_datasets
from footfall.control.loads import Load, list_loads
from footfall.demo import city_data
from footfall.demo.ahead import Order, make_hits
from footfall.demo.city import CITY
from footfall.demo.city_data import load_city
from footfall.serve.house import Desk, open_desk
from footfall.settings import Settings
from footfall.sources.odcs import read_contract

LAST_DAY = date(2026, 11, 1)
FEW = {"restriction-violations": (8, "20 5 1 * *"), "daily-ridership": (7, "10 5 * * *"), "event-attendance": (7, "30 5 * * 1")}


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(city_data, "SCHEDULES", FEW)
    (tmp_path / "volatile").mkdir()
    home, room = tmp_path / "home", tmp_path / "volatile"
    opened = open_desk(Settings(home=str(home), volatile=str(room), source_folders=(str(home / "city"),)))
    yield opened
    opened.close()


def load(desk: Desk, stop: threading.Event | None = None) -> dict[str, list[Load]]:
    load_city(desk, seed=1, last_day=LAST_DAY, stop=stop or threading.Event())
    return {dataset.id: list_loads(desk.control, dataset.id, most=50, before=0) for dataset in list_datasets(desk.control)}


def test_city_is_loaded_once_and_a_file_about_people_is_refused(desk: Desk) -> None:
    first = load(desk)
    states = {Path(line.object).name: line.state for lines in first.values() for line in lines}
    assert states == {
        "violations-2026-10.csv": "current",
        "violations-2026-11.csv": "current",
        "violations-2026-11-01-named.csv": "refused",
        "daily_ridership.csv": "current",
        "attendance.csv": "current",
    }
    schedules = {dataset.id: read_contract(dataset.contract).schedule for dataset in list_datasets(desk.control)}
    assert schedules == {name: schedule for name, (_, schedule) in FEW.items()}
    assert load(desk) == first


def test_demo_that_was_cut_short_goes_on(desk: Desk) -> None:
    stop = threading.Event()
    stop.set()
    assert load(desk, stop) == {}
    folder = desk.settings.home_path / "city"
    assert not (folder / "written").exists()
    found = load(desk)
    assert set(found) == set(FEW) and (folder / "written").exists()


def test_history_of_a_build_that_was_cut_short_is_not_loaded_twice(desk: Desk) -> None:
    plan = demo.Plan(seed=1, first_day=LAST_DAY, days=1, until_s=desk.now() // 1000)
    portal = demo._found(desk.control, CITY[-1], desk.now())
    lines = b"".join(make_hits(Order(portal, plan.span, plan.seed, desk.settings.profile)))
    for _ in range(2):
        demo._load(desk, plan, [(portal, lines)])
    pings, counted = lines.count(b'"name":"engagement"'), desk.engine.query("SELECT count(), countIf(name = 'engagement') FROM events")[0]
    assert counted == (lines.count(b"\n"), pings) and pings > 0
    assert not list(desk.journal_folder.glob("import-*"))
