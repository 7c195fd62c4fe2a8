"""No link may be changed by its reader: those that might be show the view that was shared."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.drop_column("shares", "is_fixed")
