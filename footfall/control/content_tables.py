"""Tables of the content catalogue: its items, where they come from, and what a crawl still has to fetch."""

import sqlalchemy as sa

from footfall.control.metadata import metadata

__all__ = ["content_sources", "frontier", "items", "items_version"]

items = sa.Table(
    "items",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("site", sa.Integer, sa.ForeignKey("portals.id", ondelete="CASCADE"), nullable=False),
    sa.Column("key", sa.String(64), nullable=False, comment="sha256 of the path: a path is longer than an index takes"),
    sa.Column("path", sa.Text, nullable=False, comment="as events have it"),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("title", sa.String(300), nullable=False),
    sa.Column("summary", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False, comment="plain"),
    sa.Column("kind", sa.String(10), nullable=False, comment="article, service, event, form or page"),
    sa.Column("language", sa.String(10), nullable=False),
    sa.Column("districts", sa.Text, nullable=False, comment="ids of places, a JSON list; empty is everywhere"),
    sa.Column("valid_from_ms", sa.BigInteger, nullable=False),
    sa.Column("valid_to_ms", sa.BigInteger, nullable=False, comment="0: open"),
    sa.Column("weight", sa.Float, nullable=False, comment="the editors', 0 to 10"),
    sa.Column("topics", sa.Text, nullable=False, comment="topics with scores, a JSON list"),
    sa.Column("corrected", sa.Boolean, nullable=False, comment="an editor chose the topics"),
    sa.Column("published_ms", sa.BigInteger, nullable=False),
    sa.Column("seen_ms", sa.BigInteger, nullable=False, comment="when it was last seen alive"),
    sa.Column("source", sa.String(40), nullable=False),
    sa.Column("state", sa.String(10), nullable=False, comment="live, fading, dead or hidden"),
    sa.Column("misses", sa.Integer, nullable=False, comment="times in a row that it was not there (404, 410)"),
    sa.Column("sorted_as", sa.String(32), nullable=False, server_default="", comment="hash of what its topics were found in, and by"),
    sa.UniqueConstraint("site", "key"),
    sqlite_autoincrement=True,
)
items_version = sa.Table(
    "items_version",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False, comment="one row"),
    sa.Column("number", sa.BigInteger, nullable=False, comment="grows with each change of items"),
)
content_sources = sa.Table(
    "content_sources",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("site", sa.Integer, sa.ForeignKey("portals.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("kind", sa.String(10), nullable=False, comment="sitemap, feed, crawl or traffic"),
    sa.Column("url", sa.Text, nullable=False, comment="where it begins"),
    sa.Column("schedule", sa.String(100), nullable=False, comment="cron in the portal's time zone; empty is by hand"),
    sa.Column("most_pages", sa.Integer, nullable=False, comment="fetched in a run"),
    sa.Column("created_ms", sa.BigInteger, nullable=False),
    sa.Column("run_ms", sa.BigInteger, nullable=False, comment="the run that began last, by when it was due"),
    sa.Column("run_pages", sa.Integer, nullable=False, comment="fetched in it"),
    sa.Column("asked_ms", sa.BigInteger, nullable=False, comment="when the host was last asked for something"),
    sqlite_autoincrement=True,
)
frontier = sa.Table(
    "frontier",
    metadata,
    sa.Column("source", sa.Integer, sa.ForeignKey("content_sources.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("key", sa.String(64), primary_key=True, comment="sha256 of the address"),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("kind", sa.String(10), nullable=False, comment="map, feed or page"),
    sa.Column("depth", sa.Integer, nullable=False, comment="links from the beginning"),
    sa.Column("waits", sa.Boolean, nullable=False, comment="to be fetched in the run that goes on"),
    sa.Column("version", sa.String(500), nullable=False, comment="what its server calls the content: ETag or Last-Modified"),
    sa.Column("path", sa.Text, nullable=False, comment="of the item that was made of it; empty is none"),
    sa.Column("fetched_ms", sa.BigInteger, nullable=False, comment="0: not yet"),
    sa.Index("frontier_waits", "source", "waits", "fetched_ms"),
)
