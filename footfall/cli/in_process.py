"""The home folder, opened by the command itself where no server runs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from footfall.cli.backend import LoadOrder, parts_of
from footfall.collect.importing import ImportReport
from footfall.control.targets import delete_target
from footfall.privacy.attacks.outcome import Attack
from footfall.reports.shape import as_json
from footfall.serve.aggregates import parquet_for
from footfall.serve.answers import ask
from footfall.serve.answers_paths import ask_funnel, ask_journey
from footfall.serve.attacking import attack_home
from footfall.serve.catalogue import dataset_lines, dataset_shown, load_lines, outcome_shown
from footfall.serve.dataset_shapes import LoadLines, builtins
from footfall.serve.datasets import withdrawn_shown
from footfall.serve.flows import ask_flows
from footfall.serve.house import Desk, open_desk
from footfall.serve.imports import import_stream
from footfall.serve.interest_routes import shown
from footfall.serve.keys import LOCAL
from footfall.serve.loading_sources import Sources
from footfall.serve.loyalty import ask_loyalty
from footfall.serve.participation import ask_participation
from footfall.serve.reach import reach_json, span_of
from footfall.serve.shapes import State, Verified
from footfall.serve.state import state_of
from footfall.serve.targets import put_target, target_json, target_whole, targets_json
from footfall.serve.tools_of_sources import sources_of
from footfall.serve.verifying import verify
from footfall.settings import Settings

__all__ = ["InProcess", "opened"]


@contextmanager
def opened(settings: Settings) -> Iterator["InProcess"]:
    """A backend on this home, closed at the end."""
    desk = open_desk(settings)
    try:
        yield InProcess(desk)
    finally:
        desk.close()


class InProcess:
    """The home folder, opened by this process."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def attacks(self) -> tuple[Attack, ...]:
        return attack_home(self._desk)

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        self._desk.load()
        return as_json(ask(self._desk, question))

    def funnel(self, question: dict[str, Any]) -> dict[str, Any]:
        self._desk.load()
        return ask_funnel(self._desk, question)

    def journey(self, question: dict[str, Any]) -> dict[str, Any]:
        self._desk.load()
        return ask_journey(self._desk, question)

    def datasets(self) -> list[dict[str, Any]]:
        return [builtins(line) for line in dataset_lines(self._sources, self._desk.now(), exact=True)]

    def dataset(self, id: str) -> dict[str, Any]:
        return builtins(dataset_shown(self._sources, id, self._desk.now(), exact=True))

    def put_dataset(self, id: str, contract: str) -> dict[str, Any]:
        self._sources.put(contract)
        return self.dataset(id)

    def load_dataset(self, id: str, order: LoadOrder, progress: Callable[[str, int], None]) -> dict[str, Any]:
        sources = self._sources
        if order.file and order.dry_run:
            return builtins(LoadLines(dry_run=outcome_shown(sources.dry_run(id, order.file, progress))))
        sources.mend()
        source = str(order.file or order.source)
        return builtins(load_lines(sources, sources.load_from(id, source, progress) if source else sources.load(id, progress)))

    def withdraw_dataset(self, id: str) -> dict[str, Any]:
        return builtins(withdrawn_shown(self._sources, id, self._desk.now()))

    def export(self, domain: str, date_range: str) -> bytes:
        self._desk.load()
        return parquet_for(self._desk, domain, date_range)

    def load_file(self, kind: str, domain: str, file: BinaryIO, progress: Callable[[int], None]) -> ImportReport:
        return import_stream(self._desk, kind, domain, parts_of(file, progress))

    def reach(self, first: str, last: str) -> dict[str, Any]:
        return reach_json(self._desk, span_of(self._desk, first, last))

    def mart(self, name: str, portals: str, date_range: str) -> bytes:
        return shown(self._desk, name, {"site_id": portals, "date_range": date_range})

    def targets(self, domain: str) -> list[dict[str, Any]]:
        self._desk.load()
        return targets_json(self._desk, self._desk.control.portal(domain), LOCAL)

    def target(self, domain: str, id: int) -> dict[str, Any]:
        self._desk.load()
        return target_whole(self._desk, self._desk.control.portal(domain), id, LOCAL)

    def add_target(self, domain: str, given: dict[str, Any]) -> dict[str, Any]:
        self._desk.load()
        portal = self._desk.control.portal(domain)
        return target_json(put_target(self._desk, portal, given), portal)

    def remove_target(self, domain: str, id: int) -> None:
        delete_target(self._desk.control, self._desk.control.portal(domain), id, now_ms=self._desk.now())

    def flows(self, domain: str, date_range: str) -> dict[str, Any]:
        self._desk.load()
        return builtins(ask_flows(self._desk, domain, date_range))

    def loyalty(self, portals: str, date_range: str) -> dict[str, Any]:
        self._desk.load()
        return builtins(ask_loyalty(self._desk, portals, date_range))

    def participation(self, domain: str, date_range: str) -> dict[str, Any]:
        self._desk.load()
        return builtins(ask_participation(self._desk, domain, date_range))

    def state(self) -> State:
        return state_of(self._desk)

    @property
    def _sources(self) -> Sources:
        return sources_of(self._desk, any_path=True)

    def verify(self, head: str = "") -> Verified:
        return verify(self._desk, head)
