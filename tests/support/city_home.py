"""A home whose datasets are loaded by the real readers, checks, guard and kernel."""

from collections import Counter
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

import msgspec

from footfall.control.database import Control, open_control
from footfall.serve.loading_sources import Loaded, Sources
from footfall.serve.source_tools import Tools
from footfall.sources import checks, guard, kernel
from footfall.sources.connectors import connector_of, masked, read_query
from footfall.sources.contract import Contract
from footfall.sources.kernel import Order
from footfall.sources.odcs import read_contract, write_contract
from footfall.sources.readers import pieces
from footfall.store.engine import Engine
from footfall.store.workshop import open_workshop

__all__ = ["NOW_MS", "CityHome", "tools", "whole_totals"]

read_once = cache(read_contract)
NOW_MS = int(datetime(2026, 11, 20, tzinfo=UTC).timestamp() * 1000)
ROWS = """SELECT measure, rung, toString(toTimeZone(bucket, {zone:String})), place, categories, value, cohort FROM (
SELECT *, concat(grain, ' ', place_kind, ' ', toString(notEmpty(categories))) AS rung FROM measures
WHERE dataset = {dataset:String} AND load IN {loads:Array(UInt32)}) ORDER BY ALL"""
OF_KEPT = "SELECT cell.1, sum(cell.3) FROM kept ARRAY JOIN told AS cell GROUP BY cell.1"
TOTALS = "SELECT measure, sum(value) FROM measures WHERE dataset = {dataset:String} AND load IN {loads:Array(UInt32)} GROUP BY measure"


def tools() -> Tools:
    """The real ones."""
    return Tools(
        read_contract=read_once,
        connector=lambda source: connector_of(source, lambda: datetime.now(UTC)),
        read_query=partial(read_query, allowed=("127.0.0.0/8",)),
        masked=masked,
        pieces=pieces,
        checks=checks,
        guard=guard,
        parents={},
    )


class CityHome:
    """Control, store and private folder under one folder."""

    def __init__(self, engine: Engine, home: Path, volatile: Path) -> None:
        self.engine, self.volatile = engine, volatile
        volatile.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.control: Control = open_control(f"sqlite:///{home}/control.db", lambda: NOW_MS)
        self.sources = Sources(self.control, engine, tools(), folder=volatile, now=lambda: NOW_MS)

    def load(self, contract: Contract) -> Loaded:
        """Put the contract, as YAML, and load its source."""
        self.sources.put(write_contract(contract))
        return self.sources.load(contract.id)

    def totals(self, dataset: str) -> dict[str, float]:
        """Of what is stored, by measure."""
        return dict(self.sources.rows(dataset, TOTALS))

    def cells(self, contract: Contract) -> list[tuple[Any, ...]]:
        """Measure, rung, local bucket, place, categories, value, cohort of every row."""
        return self.sources.rows(contract.id, ROWS, {"zone": contract.timezone})

    def close(self) -> None:
        self.control.close()


def with_all(contract: Contract) -> Contract:
    """The same that folds nothing: what of its files would be told, were there no cohort."""
    cohort = "certified" if contract.cohort == "rows" else contract.cohort
    return msgspec.structs.replace(contract, cohort=cohort, certificate="test", min_cohort=0, ladder=contract.ladder[:1])


def whole_totals(home: CityHome, contract: Contract) -> dict[str, float]:
    """By measure, what the files of the contract's source tell where nothing is folded: by the same readers, checks and kernel."""
    found: Counter[str] = Counter()
    for each in connector_of(contract.source, lambda: datetime.now(UTC)).objects({}):
        with open_workshop(home.engine, home.volatile) as workshop:
            order = Order(
                contract=with_all(contract),
                pieces=partial(pieces, Path(each.key), contract, home.volatile),
                checks=checks,
                guard=guard,
                salt=(1, 2),
            )
            kernel.reduce(workshop, order)
            for measure, value in workshop.query(OF_KEPT):
                found[measure] += value
    return dict(found)
