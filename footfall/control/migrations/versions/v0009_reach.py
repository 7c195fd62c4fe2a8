"""Groups of portals whose visitors are counted together, the processes that collect, and what became of each day."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "reach_groups",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("name", sa.String(100), nullable=False, unique=True),
        sa.Column("sites", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "reach_rooms",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("began_ms", sa.BigInteger, nullable=False),
        sa.Column("until_ms", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "reach_days",
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
    )
