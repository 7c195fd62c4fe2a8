"""The ledger of what released numbers cost."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "ledger",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("release", sa.String(20), nullable=False),
        sa.Column("mart", sa.String(50), nullable=False),
        sa.Column("portal_group", sa.Text, nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("of", sa.Integer, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.UniqueConstraint("day", "release", "mart", "portal_group", "state"),
        sa.Index("ledger_by_group", "portal_group", "day"),
        sa.Index("ledger_by_of", "of"),
    )
