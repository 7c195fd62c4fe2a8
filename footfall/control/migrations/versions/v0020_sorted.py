"""What an item's topics were found in, and by: so that they are not looked for again at each start."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.add_column("items", sa.Column("sorted_as", sa.String(32), nullable=False, server_default=""))
