"""Tables of trends: cards, what people said of them, and how strict a portal's are."""

import sqlalchemy as sa

from footfall.control.metadata import metadata

__all__ = ["trend_cards", "trend_feedback", "trend_merges", "trend_strictness"]

trend_cards = sa.Table(
    "trend_cards",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("site", sa.Integer, sa.ForeignKey("portals.id", ondelete="CASCADE"), nullable=True, index=True, comment="null: the city's"),
    sa.Column("step", sa.String(4), nullable=False, comment="hour or day"),
    sa.Column("kind", sa.String(10), nullable=False, comment="rise, fall, new, outage or broken_tag"),
    sa.Column("dimension", sa.String(20), nullable=False, comment="of its head, with key"),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("members", sa.Text, nullable=False, comment="dimension and key of all series in it, a JSON list"),
    sa.Column("state", sa.String(10), nullable=False, comment="candidate, emerging, trend, fading or closed"),
    sa.Column("marks", sa.String(48), nullable=False, comment="1 where it held, by bucket up to seen_ms"),
    sa.Column("since_ms", sa.BigInteger, nullable=False, comment="when it began, by its series"),
    sa.Column("found_ms", sa.BigInteger, nullable=False, comment="end of the bucket that it was first found in"),
    sa.Column("seen_ms", sa.BigInteger, nullable=False, comment="end of the bucket that was looked at last"),
    sa.Column("closed_ms", sa.BigInteger, nullable=False, comment="0: open"),
    sa.Column("strength", sa.Float, nullable=False, comment="largest score so far"),
    sa.Column("body", sa.Text, nullable=False, comment="what may be told of it, as it passed the gate: JSON"),
    sa.Column(
        "news_ms", sa.BigInteger, nullable=False, comment="of the city's: when it was more than a candidate first, by the clock; else 0"
    ),
    sqlite_autoincrement=True,
)
trend_merges = sa.Table(
    "trend_merges",
    metadata,
    sa.Column("card", sa.Integer, primary_key=True, autoincrement=False, comment="a card that is gone: it told the same story"),
    sa.Column("kept", sa.Integer, sa.ForeignKey("trend_cards.id", ondelete="CASCADE"), nullable=False, index=True),
)
trend_feedback = sa.Table(
    "trend_feedback",
    metadata,
    sa.Column("card", sa.Integer, sa.ForeignKey("trend_cards.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("operator", sa.String(254), primary_key=True, comment="as in the audit log"),
    sa.Column("verdict", sa.String(6), nullable=False, comment="useful or noise"),
    sa.Column("at_ms", sa.BigInteger, nullable=False),
)
trend_strictness = sa.Table(
    "trend_strictness",
    metadata,
    sa.Column("site", sa.Integer, sa.ForeignKey("portals.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("factor", sa.Float, nullable=False, comment="how much stricter than ordinary, 1 to 2"),
)
