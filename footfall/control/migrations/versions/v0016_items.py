"""The content catalogue: items, a number that grows with their changes, where they come from, and what a crawl has to fetch."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "items",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("site", sa.Integer, sa.ForeignKey("portals.id", ondelete="CASCADE"), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("districts", sa.Text, nullable=False),
        sa.Column("valid_from_ms", sa.BigInteger, nullable=False),
        sa.Column("valid_to_ms", sa.BigInteger, nullable=False),
        sa.Column("weight", sa.Float, nullable=False),
        sa.Column("topics", sa.Text, nullable=False),
        sa.Column("corrected", sa.Boolean, nullable=False),
        sa.Column("published_ms", sa.BigInteger, nullable=False),
        sa.Column("seen_ms", sa.BigInteger, nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("misses", sa.Integer, nullable=False),
        sa.UniqueConstraint("site", "key"),
        sqlite_autoincrement=True,
    )
    version = op.create_table(
        "items_version",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("number", sa.BigInteger, nullable=False),
    )
    op.bulk_insert(version, [{"id": 1, "number": 0}])
    op.create_table(
        "content_sources",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("site", sa.Integer, sa.ForeignKey("portals.id", ondelete="CASCADE"), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("schedule", sa.String(100), nullable=False),
        sa.Column("most_pages", sa.Integer, nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.Column("run_ms", sa.BigInteger, nullable=False),
        sa.Column("run_pages", sa.Integer, nullable=False),
        sa.Column("asked_ms", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_content_sources_site", "content_sources", ["site"])
    op.create_table(
        "frontier",
        sa.Column("source", sa.Integer, sa.ForeignKey("content_sources.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("depth", sa.Integer, nullable=False),
        sa.Column("waits", sa.Boolean, nullable=False),
        sa.Column("version", sa.String(500), nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("fetched_ms", sa.BigInteger, nullable=False),
    )
    op.create_index("frontier_waits", "frontier", ["source", "waits", "fetched_ms"])
