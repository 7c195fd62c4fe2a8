"""The control database's tables as the code uses them; ``migrations`` makes them."""

import sqlalchemy as sa

__all__ = [
    "audit",
    "funnels",
    "goals",
    "grants",
    "invitations",
    "keys",
    "metadata",
    "operators",
    "portals",
    "recovery_codes",
    "removed",
    "rounds",
    "sessions",
    "version",
]

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
funnels = sa.Table(
    "funnels",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("portal_id", sa.Integer, sa.ForeignKey("portals.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("steps", sa.Text, nullable=False, comment="Steps as JSON, in order"),
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
operators = sa.Table(
    "operators",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("email", sa.String(254), nullable=False, unique=True, comment="lower case"),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("password", sa.String(255), nullable=False, comment="argon2id; empty signs in otherwise or not yet"),
    sa.Column("totp", sa.String(64), nullable=False, comment="the secret, base32; empty is none"),
    sa.Column("totp_step", sa.BigInteger, nullable=False, comment="the last code that was used, in steps of 30 s"),
    sa.Column("disabled", sa.Boolean, nullable=False),
    sa.Column("failures", sa.Integer, nullable=False, comment="tries since the last sign-in"),
    sa.Column("locked_until_ms", sa.BigInteger, nullable=False),
    sa.Column("created_ms", sa.BigInteger, nullable=False),
    sqlite_autoincrement=True,
)
grants = sa.Table(
    "grants",
    metadata,
    sa.Column("operator_id", sa.Integer, sa.ForeignKey("operators.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("scope", sa.String(10), primary_key=True, comment="all, group or portal"),
    sa.Column("value", sa.String(255), primary_key=True, comment="the group's name, the portal's id, or empty"),
    sa.Column("role", sa.String(10), nullable=False),
)
sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("sha256", sa.String(64), primary_key=True),
    sa.Column("operator_id", sa.Integer, sa.ForeignKey("operators.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("created_ms", sa.BigInteger, nullable=False),
    sa.Column("seen_ms", sa.BigInteger, nullable=False, comment="to ten minutes"),
)
invitations = sa.Table(
    "invitations",
    metadata,
    sa.Column("sha256", sa.String(64), primary_key=True),
    sa.Column("operator_id", sa.Integer, sa.ForeignKey("operators.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("expires_ms", sa.BigInteger, nullable=False),
)
recovery_codes = sa.Table(
    "recovery_codes",
    metadata,
    sa.Column("operator_id", sa.Integer, sa.ForeignKey("operators.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("sha256", sa.String(64), primary_key=True),
)
audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at_ms", sa.BigInteger, nullable=False),
    sa.Column("operator", sa.String(254), nullable=False, comment="e-mail, a key's name, or the command line"),
    sa.Column("action", sa.String(50), nullable=False),
    sa.Column("object", sa.String(500), nullable=False),
    sqlite_autoincrement=True,
)
