"""The city's other data in the demo: files as its offices send them, in ``<home>/city``, each dataset under contract, and their loads.

All of it happens beside the running server. It takes up where it was cut short, and at a second start finds everything done.
"""

import threading
from datetime import date, timedelta
from pathlib import Path

import structlog

from footfall.control.places import put_places
from footfall.demo.datasets.districts import write_districts
from footfall.demo.datasets.folder import DISTRICTS_FILE, OFFICES
from footfall.demo.datasets.plan import make_season
from footfall.demo.datasets.restrictions import write_named
from footfall.demo.datasets.under_contract import contract_of
from footfall.errors import FootfallError, Unavailable
from footfall.serve.house import Desk
from footfall.serve.tools_of_sources import sources_of
from footfall.sources.kernel import Progress
from footfall.sources.odcs import write_contract
from footfall.sources.places import Fields, read_places

__all__ = ["SCHEDULES", "load_city", "until", "write_files"]

log = structlog.get_logger()
SCALE = 1.0
SCHEDULES = {
    "gateway-payments": (7, "10 4 * * *"),
    "parking-fines": (28, "20 4 1 * *"),
    "scooter-points": (7, "30 4 * * *"),
    "hired-bicycles": (14, "40 4 * * 1"),
    "wifi-sessions": (14, "50 4 * * *"),
    "fare-taps": (28, "0 5 * * 1"),
    "daily-ridership": (35, "10 5 * * *"),
    "restriction-violations": (35, "20 5 1 * *"),
    "event-attendance": (35, "30 5 * * 1"),
    "survey-csat": (28, "40 5 * * 1"),
    "service-counters": (35, "50 5 1 * *"),
}
"""Dataset → how many days up to yesterday its office sends, and when it is loaded by itself."""
WRITTEN = "written"
"""Name of the file that stands in the folder when all others do."""
FIELDS = Fields(
    id="id",
    name="name",
    names={"ru": "name_ru"},
    parent_kind="okrug",
    parent="okrug",
    parent_name="okrug_name",
    parent_names={"ru": "okrug_ru"},
)
"""Names of the properties of a district."""


def load_city(desk: Desk, *, seed: int, last_day: date, stop: threading.Event) -> None:
    """Write the files, put the contracts and load what is new, dataset by dataset, until ``stop`` is set. What fails is in its line."""
    folder = desk.settings.home_path / "city"
    if not (folder / WRITTEN).exists():
        write_files(folder, seed=seed, last_day=last_day, stop=stop)
    for kind, places in read_places((folder / DISTRICTS_FILE).read_bytes(), "district", FIELDS).items():
        put_places(desk.control, kind, places, now_ms=desk.now())
    try:
        sources = sources_of(desk)
    except Unavailable as error:
        log.warning("the demo has no data of the city", fault=str(error))
        return
    for name, (_, schedule) in SCHEDULES.items():
        if stop.is_set():
            return
        try:
            sources.put(write_contract(contract_of(name, str(folder), schedule=schedule)))
            sources.load(name, until(stop))
        except FootfallError as error:
            log.warning("a dataset of the demo was not loaded", dataset=name, fault=str(error))


def until(stop: threading.Event) -> Progress:
    """What goes on until ``stop`` is set, and then raises Unavailable: the next start takes it up."""

    def progress(step: str, rows: int) -> None:
        if stop.is_set():
            raise Unavailable("The server stopped while it was read; it is read again.")

    return progress


def write_files(folder: Path, *, seed: int, last_day: date, stop: threading.Event) -> None:
    """Every office's files up to that day, one a week or month where it would send a month; one of them is about people by mistake."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_districts(folder / DISTRICTS_FILE)
    for name, (days, _) in SCHEDULES.items():
        if stop.is_set():
            return
        module, write = OFFICES[name]
        write(folder / module, make_season(seed=seed, first_day=last_day - timedelta(days=days - 1), days=days, scale=SCALE))
    write_named(folder / "restrictions", make_season(seed=seed, first_day=last_day, days=1, scale=SCALE))
    (folder / WRITTEN).touch()
