"""Contracts that datasets were loaded under: what holds for a stored cell is what its own contract said, not what the newest says."""

import msgspec
import sqlalchemy as sa

from footfall.control.tables import contracts, loads
from footfall.control.transactions import Database

__all__ = ["Ran", "contract_texts", "keep_contract", "read_under"]


class Ran(msgspec.Struct, frozen=True, kw_only=True):
    """A contract, and the loads that are read and ran under it."""

    version: str
    contract: str
    """YAML; empty where it is not known any more."""
    loads: tuple[int, ...]
    """Their numbers, rising."""


def keep_contract(connection: sa.Connection, dataset: str, version: str, sha256: str, contract: str, *, now_ms: int) -> None:
    """Keep the text for as long as there is this database."""
    same = (contracts.c.dataset == dataset, contracts.c.sha256 == sha256)
    if connection.scalar(sa.select(contracts.c.sha256).where(*same)) is None:
        connection.execute(contracts.insert().values(dataset=dataset, sha256=sha256, version=version, contract=contract, put_ms=now_ms))


def contract_texts(database: Database, dataset: str) -> dict[str, str]:
    """Of every contract that the dataset had, by the SHA-256 that its loads name."""
    with database.reading() as connection:
        found = connection.execute(sa.select(contracts.c.sha256, contracts.c.contract).where(contracts.c.dataset == dataset))
        return {sha256: text for sha256, text in found}


def read_under(database: Database, dataset: str) -> list[Ran]:
    """The contracts of the loads whose rows are read, that of the newest load first."""
    joined = loads.outerjoin(contracts, sa.and_(contracts.c.dataset == loads.c.dataset, contracts.c.sha256 == loads.c.contract_sha256))
    wanted = sa.select(loads.c.number, loads.c.contract_version, loads.c.contract_sha256, contracts.c.contract).select_from(joined)
    current = wanted.where(loads.c.dataset == dataset, loads.c.state == "current").order_by(loads.c.number)
    found: dict[str, Ran] = {}
    with database.reading() as connection:
        for number, version, sha256, text in connection.execute(current):
            before = found.get(sha256, Ran(version=version, contract=text or "", loads=()))
            found[sha256] = msgspec.structs.replace(before, loads=(*before.loads, number))
    return sorted(found.values(), key=lambda ran: -ran.loads[-1])
