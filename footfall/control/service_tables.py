"""Tables of the content service: placements, what keys had of it, webhooks and what was sent to them."""

import sqlalchemy as sa

from footfall.control.tables import metadata

__all__ = ["deliveries", "key_usage", "placements", "webhooks"]

placements = sa.Table(
    "placements",
    metadata,
    sa.Column("id", sa.String(50), primary_key=True, comment="its name"),
    sa.Column("portal_id", sa.Integer, sa.ForeignKey("portals.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("settings", sa.Text, nullable=False, comment="the Placement as JSON"),
    sa.Column("changed_ms", sa.BigInteger, nullable=False),
)
key_usage = sa.Table(
    "key_usage",
    metadata,
    sa.Column("name", sa.String(100), sa.ForeignKey("keys.name", ondelete="CASCADE"), primary_key=True),
    sa.Column("day", sa.String(10), primary_key=True, comment="of UTC, YYYY-MM-DD"),
    sa.Column("what", sa.String(20), primary_key=True, comment="what was asked for; granted: requests that apps took of the quota"),
    sa.Column("asked", sa.BigInteger, nullable=False),
    sa.Column("refused", sa.BigInteger, nullable=False, comment="over a limit"),
)
webhooks = sa.Table(
    "webhooks",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("portal_id", sa.Integer, sa.ForeignKey("portals.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("url", sa.String(1000), nullable=False),
    sa.Column("secret", sa.String(100), nullable=False, comment="signs what is sent; shown once"),
    sa.Column("created_ms", sa.BigInteger, nullable=False, comment="nothing is sent of what was published before"),
    sqlite_autoincrement=True,
)
deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("webhook_id", sa.Integer, sa.ForeignKey("webhooks.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("day", sa.String(10), primary_key=True, comment="service day whose marts were published"),
    sa.Column("state", sa.String(10), nullable=False, comment="sent, refused or away"),
    sa.Column("status", sa.Integer, nullable=False, comment="what was answered; 0 is nothing"),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("at_ms", sa.BigInteger, nullable=False, comment="of the last try"),
)
