"""Alembic, which brings the control database's tables up to date."""

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

__all__ = ["upgrade"]


def upgrade(connection: sa.Connection) -> None:
    """Apply the migrations that are not yet applied, in the connection's transaction."""
    config = Config()
    config.set_main_option("script_location", "footfall.control:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
