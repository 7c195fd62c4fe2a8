"""The control database's tables as the code uses them; ``migrations`` makes them."""

import sqlalchemy as sa

__all__ = ["goals", "keys", "metadata", "portals", "removed", "rounds", "version"]

metadata = sa.MetaData()
portals = sa.Table(
    "portals",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("domain", sa.String(255), nullable=False, unique=True),
    sa.Column("settings", sa.Text, nullable=False, comment="the Portal as JSON"),
    sa.Column("created_ms", sa.BigInteger, nullable=False),
    sqlite_autoincrement=True,
)
goals = sa.Table(
    "goals",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("portal_id", sa.Integer, sa.ForeignKey("portals.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("goal", sa.Text, nullable=False, comment="the Goal as JSON"),
    sqlite_autoincrement=True,
)
keys = sa.Table(
    "keys",
    metadata,
    sa.Column("name", sa.String(100), primary_key=True),
    sa.Column("sha256", sa.String(64), nullable=False, unique=True),
    sa.Column("scopes", sa.Text, nullable=False, comment="commas between"),
    sa.Column("portals", sa.Text, nullable=False, comment="domains, commas between; empty is all"),
    sa.Column("created_ms", sa.BigInteger, nullable=False),
)
removed = sa.Table(
    "removed_portals",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("removed_ms", sa.BigInteger, nullable=False),
)
rounds = sa.Table(
    "rounds",
    metadata,
    sa.Column("name", sa.String(50), primary_key=True),
    sa.Column("day", sa.String(10), nullable=False, comment="the last day it was done on, YYYY-MM-DD"),
)
version = sa.Table(
    "version",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("number", sa.BigInteger, nullable=False, comment="grows with every change; its row lock orders writers"),
)
