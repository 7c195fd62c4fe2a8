"""Where merged cards went, so that links to them go on leading somewhere; and when a card became news, whatever time it tells of."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.add_column("trend_cards", sa.Column("news_ms", sa.BigInteger, nullable=False, server_default="0"))
    op.create_table(
        "trend_merges",
        sa.Column("card", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kept", sa.Integer, sa.ForeignKey("trend_cards.id", ondelete="CASCADE"), nullable=False, index=True),
    )
