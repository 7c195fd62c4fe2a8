"""The secret that hashes in names of objects are made under: random, of this control database, and shown nowhere."""

import sqlalchemy as sa

from footfall.control.tables import object_names
from footfall.control.transactions import Database

__all__ = ["names_key"]


def names_key(database: Database) -> bytes:
    """32 bytes, the same for all apps and for as long as the database stands: with another key every address would be a new object."""
    with database.reading() as connection:
        return bytes.fromhex(str(connection.scalars(sa.select(object_names.c.key)).one()))
