"""Alembic's migrations of the control database, applied when it is opened."""
