"""Cards of trends, what people said of them, and how strict a portal's are."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "trend_cards",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("site", sa.Integer, sa.ForeignKey("portals.id", ondelete="CASCADE"), nullable=True, index=True),
        sa.Column("step", sa.String(4), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("dimension", sa.String(20), nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("members", sa.Text, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("marks", sa.String(48), nullable=False),
        sa.Column("since_ms", sa.BigInteger, nullable=False),
        sa.Column("found_ms", sa.BigInteger, nullable=False),
        sa.Column("seen_ms", sa.BigInteger, nullable=False),
        sa.Column("closed_ms", sa.BigInteger, nullable=False),
        sa.Column("strength", sa.Float, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "trend_feedback",
        sa.Column("card", sa.Integer, sa.ForeignKey("trend_cards.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("operator", sa.String(254), primary_key=True),
        sa.Column("verdict", sa.String(6), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "trend_strictness",
        sa.Column("site", sa.Integer, sa.ForeignKey("portals.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("factor", sa.Float, nullable=False),
    )
