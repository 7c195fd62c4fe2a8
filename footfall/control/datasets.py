"""The city's datasets: which contract stands for each. Every change is noted in the audit log."""

import hashlib
from typing import Literal

import msgspec
import sqlalchemy as sa

from footfall.control.audit import note
from footfall.control.contracts import keep_contract
from footfall.control.tables import datasets
from footfall.control.transactions import Database
from footfall.errors import Conflict, NotFound
from footfall.sentences import NONE_YET

__all__ = ["Dataset", "find_dataset", "list_datasets", "put_dataset", "withdraw_dataset"]

MOST_NAMED = 20


class Dataset(msgspec.Struct, frozen=True, kw_only=True):
    """A dataset and the contract that it is loaded under."""

    id: str
    contract: str
    """As it was given, YAML."""
    version: str
    sha256: str
    """Of the contract's text."""
    state: Literal["active", "withdrawn"]
    cursor: str
    """Up to where a database was read, as its column says it; empty: not yet."""
    created_ms: int
    changed_ms: int


def list_datasets(database: Database) -> list[Dataset]:
    """All, also those that were withdrawn, by id."""
    with database.reading() as connection:
        return [_dataset(row) for row in connection.execute(sa.select(datasets).order_by(datasets.c.id))]


def find_dataset(database: Database, id: str) -> Dataset:
    """Raises NotFound where there is none of that id."""
    with database.reading() as connection:
        return _find(connection, id)


def put_dataset(database: Database, id: str, version: str, contract: str, *, now_ms: int) -> Dataset:
    """The dataset under this contract from now on: a new one, another version of its contract, or one that was withdrawn before.

    The same text again changes nothing, and keeps the cursor; another one starts it anew, so that all is read again.

    Raises:
        Conflict: the text is another one under the version that stands.
    """
    digest = hashlib.sha256(contract.encode()).hexdigest()
    with database.writing() as connection:
        row = connection.execute(sa.select(datasets).where(datasets.c.id == id)).first()
        before = _dataset(row) if row else None
        if before and before.sha256 == digest and before.state == "active":
            return before
        if before and before.sha256 != digest and before.version == version:
            raise Conflict("The contract of {id!r} has changed and its version {version} has not; give it another.", id=id, version=version)
        values = {"contract": contract, "version": version, "sha256": digest, "state": "active", "cursor": "", "changed_ms": now_ms}
        if before:
            connection.execute(datasets.update().where(datasets.c.id == id).values(values))
        else:
            connection.execute(datasets.insert().values(id=id, created_ms=now_ms, **values))
        keep_contract(connection, id, version, digest, contract, now_ms=now_ms)
        note(connection, now_ms, "contract changed" if before else "dataset added", f"{id} {version}")
        return _find(connection, id)


def withdraw_dataset(database: Database, id: str, *, now_ms: int) -> Dataset:
    """Nothing is loaded into it any more, until its contract is put again. Raises NotFound."""
    with database.writing() as connection:
        found = _find(connection, id)
        connection.execute(datasets.update().where(datasets.c.id == id).values(state="withdrawn", cursor="", changed_ms=now_ms))
        if found.state == "active":
            note(connection, now_ms, "dataset withdrawn", id)
        return _find(connection, id)


def _find(connection: sa.Connection, id: str) -> Dataset:
    row = connection.execute(sa.select(datasets).where(datasets.c.id == id)).first()
    if row is None:
        known = ", ".join(connection.scalars(sa.select(datasets.c.id).order_by(datasets.c.id).limit(MOST_NAMED)))
        raise NotFound("There is no dataset {id!r}. Known: {known}.", id=id, known=known or NONE_YET)
    return _dataset(row)


def _dataset(row: sa.Row) -> Dataset:  # type: ignore[type-arg]
    return Dataset(**row._mapping)
