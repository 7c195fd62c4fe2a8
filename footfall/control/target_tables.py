"""Tables of targets: what is wanted of a portal, and how its state changed."""

import sqlalchemy as sa

from footfall.control.metadata import metadata

__all__ = ["target_changes", "targets"]

targets = sa.Table(
    "targets",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("portal_id", sa.Integer, sa.ForeignKey("portals.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("settings", sa.Text, nullable=False, comment="the Target as JSON"),
    sa.Column("created_ms", sa.BigInteger, nullable=False),
    sa.Column("state", sa.String(10), nullable=False, comment="as it was found last; empty: nobody looked yet"),
    sa.Column("period", sa.String(10), nullable=False, comment="last day of the period that this is the state of, YYYY-MM-DD"),
    sqlite_autoincrement=True,
)
target_changes = sa.Table(
    "target_changes",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("target_id", sa.Integer, sa.ForeignKey("targets.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("at_ms", sa.BigInteger, nullable=False),
    sa.Column("period", sa.String(10), nullable=False, comment="its last day"),
    sa.Column("before", sa.String(10), nullable=False, comment="empty: the period is new"),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("chance", sa.Float, nullable=True, comment="0 to 1; null: not known"),
    sqlite_autoincrement=True,
)
