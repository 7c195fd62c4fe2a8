"""Every contract that a dataset ever had: cells keep the rules of the one that they were loaded under."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    contracts = op.create_table(
        "contracts",
        sa.Column("dataset", sa.String(100), primary_key=True),
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("version", sa.String(50), nullable=False),
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("put_ms", sa.BigInteger, nullable=False),
    )
    datasets = sa.table("datasets", *(sa.column(name) for name in ("id", "sha256", "version", "contract", "changed_ms")))
    standing = sa.select(*datasets.c)
    op.execute(contracts.insert().from_select(["dataset", "sha256", "version", "contract", "put_ms"], standing))
