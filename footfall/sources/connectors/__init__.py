"""Connectors: where objects come from. What they list has a key and a version; what they fetch is a file until it was read."""

import os
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from footfall.errors import BadInput
from footfall.sources.connectors.addresses import masked
from footfall.sources.connectors.databases import DRIVERS, read_query
from footfall.sources.connectors.local import Files
from footfall.sources.connectors.objects import Connector, Fetched, Found
from footfall.sources.connectors.s3 import S3, account_of
from footfall.sources.connectors.web import Web

__all__ = ["Connector", "Fetched", "Found", "connector_of", "is_database", "masked", "read_query"]


def is_database(source: str) -> bool:
    """Whether it has rows (``read_query``), not objects."""
    return source.partition(":")[0].partition("+")[0] in DRIVERS


def connector_of(
    source: str,
    now: Callable[[], datetime],
    *,
    allowed: tuple[str, ...] = (),
    within: tuple[Path, ...] | None = None,
    environ: Mapping[str, str] = os.environ,
    names_key: Callable[[], bytes] = bytes,
) -> Connector:
    """What reads that source: a path, a glob, or an address of http(s) or s3. ``allowed`` are networks that may be asked though they are
    not public, ``within`` the folders that files must be in (``None``: any); ``now`` (UTC) is what S3 wants to be signed, ``names_key`` the
    secret under which queries stand in names of objects.

    Raises:
        BadInput: it is none of these.
    """
    scheme, apart, _ = source.partition("://")
    if not apart or scheme == "file":
        return Files(source, within=within)
    if scheme in ("http", "https"):
        return Web(source, names_key=names_key(), allowed=allowed)
    if scheme == "s3":
        return S3(source, account_of(environ), now, allowed=allowed)
    raise BadInput("{source} cannot be read. Valid: a path or glob, http(s)://…, s3://bucket/….", source=masked(source))
