"""Tables of alerts: channels that are told, and what was sent to them."""

import sqlalchemy as sa

from footfall.control.metadata import metadata

__all__ = ["alert_channels", "alert_log"]

alert_channels = sa.Table(
    "alert_channels",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("portal_id", sa.Integer, sa.ForeignKey("portals.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("kind", sa.String(10), nullable=False, comment="email, webhook, telegram, slack or teams"),
    sa.Column("address", sa.String(1000), nullable=False, comment="where to, as secret as a password; never shown"),
    sa.Column("secret", sa.String(100), nullable=False, comment="signs what a webhook gets; shown once; else empty"),
    sa.Column("shown", sa.String(300), nullable=False, comment="the address, masked"),
    sa.Column("plan", sa.Text, nullable=False, comment="the Plan as JSON"),
    sa.Column("created_ms", sa.BigInteger, nullable=False, comment="nothing is told of what was found before"),
    sqlite_autoincrement=True,
)
alert_log = sa.Table(
    "alert_log",
    metadata,
    sa.Column("channel_id", sa.Integer, sa.ForeignKey("alert_channels.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("news", sa.String(40), primary_key=True, comment="trend or target change, and its id"),
    sa.Column("title", sa.String(300), nullable=False),
    sa.Column("message", sa.String(40), nullable=False, comment="what was sent together has the same"),
    sa.Column("state", sa.String(10), nullable=False, comment="sent, waits or failed"),
    sa.Column("status", sa.Integer, nullable=False, comment="what was answered; 0 is nothing, or not told"),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("at_ms", sa.BigInteger, nullable=False, comment="of the last try"),
)
