"""Places of the city: their names, what lies in what, and simplified outlines."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "places",
        sa.Column("kind", sa.String(100), primary_key=True),
        sa.Column("id", sa.String(200), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("names", sa.Text, nullable=False),
        sa.Column("parent_kind", sa.String(100), nullable=False),
        sa.Column("parent", sa.String(200), nullable=False),
        sa.Column("rings", sa.Text, nullable=False),
    )
    op.create_table(
        "place_kinds",
        sa.Column("kind", sa.String(100), primary_key=True),
        sa.Column("attribution", sa.String(500), nullable=False),
        sa.Column("changed_ms", sa.BigInteger, nullable=False),
    )
