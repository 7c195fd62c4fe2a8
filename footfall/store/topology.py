"""Where the tables live: embedded, on one server, or sharded over a cluster. The schema is written once, for one machine."""

import re
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec

from footfall.errors import BadSetting

__all__ = ["SHARDING", "Topology", "read_topology", "statements"]

SHARDING = {
    "events": "visitor",
    "visits": "visitor",
    "refusals": "cityHash64(site, minute, reason)",
    "segments": "cityHash64(name)",
    "service_days": "cityHash64(site, day)",
    "marts": "cityHash64(site, mart, day)",
    "measures": "cityHash64(dataset, place)",
    "item_topics": "cityHash64(site, path)",
    "item_names": "cityHash64(site, path)",
    "shown": "cityHash64(site, placement, item)",
    "series": "cityHash64(site, dimension, key)",
    "series_made": "cityHash64(site, day)",
    "visits_by_day": "cityHash64(site, dim, value)",
    "events_by_day": "cityHash64(site, dim, value)",
}
"""Which rows stand together: a visitor's events and visits do, so a question never has to move rows between machines to join them."""
CREATE = re.compile(r"CREATE TABLE (\w+)")
INSERT = re.compile(r"\b(INSERT INTO|FROM) (\w+)")
DROP = re.compile(r"DROP TABLE IF EXISTS (\w+)")
ALTER = re.compile(r"ALTER TABLE (\w+)")
COLUMNS = re.compile(r"\b(ADD|DROP|MODIFY|RENAME|COMMENT) COLUMN\b")
VALID = (
    "Valid: chdb, clickhouse://user:password@host:port/database, with ?cluster=NAME for a cluster, "
    "several hosts as host:port,host:port; clickhouses:// for TLS."
)


class Topology(msgspec.Struct, frozen=True, kw_only=True):
    """How to reach the store."""

    embedded: bool = False
    hosts: tuple[tuple[str, int], ...] = ()
    """Host and HTTP port; the first that answers is used."""
    user: str = "default"
    password: str = ""
    database: str = "default"
    secure: bool = False
    cluster: str = ""
    """Name in ``remote_servers``; empty on one machine."""

    def __repr__(self) -> str:
        return "Topology(embedded)" if self.embedded else f"Topology({self.hosts}, cluster={self.cluster!r})"


def read_topology(store: str) -> Topology:
    """``chdb`` or ``clickhouse[s]://user:password@host:port[,host:port…]/database[?cluster=NAME]`` as a Topology.

    Raises:
        BadSetting: it is neither.
    """
    if store == "chdb":
        return Topology(embedded=True)
    parts = urlsplit(store)
    credentials, _, listed = parts.netloc.rpartition("@")
    if parts.scheme not in ("clickhouse", "clickhouses") or not listed:
        raise BadSetting(f"Setting 'store' is not valid. {VALID}")
    user, _, password = credentials.partition(":")
    secure = parts.scheme == "clickhouses"
    return Topology(
        hosts=tuple(_host(host, 8443 if secure else 8123) for host in listed.split(",")),
        user=unquote(user) or "default",
        password=unquote(password),
        database=parts.path.strip("/") or "default",
        secure=secure,
        cluster=_cluster(parts.query),
    )


def statements(script: str, topology: Topology) -> list[str]:
    """The script's statements as one machine of this topology needs them, comments kept.

    On a cluster each table ``x`` becomes ``x_local`` and a Distributed ``x`` over it, and both are dropped together; an INSERT … SELECT
    moves a machine's own rows.
    """
    single = [part.strip().rstrip(";") for part in script.split(";\n") if re.sub(r"--.*", "", part).strip(" \n;")]
    if not topology.cluster:
        return single
    return [statement for part in single for statement in _sharded(part, topology.cluster)]


def _host(text: str, default_port: int) -> tuple[str, int]:
    parts = urlsplit(f"//{text.strip()}")
    try:
        host, port = parts.hostname, parts.port or default_port
    except ValueError:
        host, port = None, 0
    if not host:
        raise BadSetting(f"Setting 'store' names host {text!r}, which is not valid. {VALID}")
    return host, port


def _cluster(query: str) -> str:
    options = parse_qs(query, keep_blank_values=True)
    unknown = sorted(set(options) - {"cluster"})
    if unknown:
        raise BadSetting(f"Setting 'store' has the unknown option {unknown[0]!r}. Valid: cluster.")
    cluster = options.get("cluster", [""])[0]
    if cluster and not re.fullmatch(r"[\w.-]+", cluster):
        raise BadSetting("Setting 'store' names a cluster that is not valid. Valid: letters, digits, '_', '-' and '.'.")
    return cluster


def _sharded(statement: str, cluster: str) -> list[str]:
    if found := CREATE.search(statement):
        table = found[1]
        local = statement[: found.end()] + "_local" + statement[found.end() :]
        over = f"Distributed('{cluster}', currentDatabase(), {table}_local, {SHARDING[table]})"
        return [local, f"CREATE TABLE {table} AS {table}_local ENGINE = {over}"]
    if found := DROP.search(statement):
        return [f"DROP TABLE IF EXISTS {found[1]}", f"DROP TABLE IF EXISTS {found[1]}_local"]
    if "INSERT INTO" in statement:
        return [INSERT.sub(r"\1 \2_local", statement)]
    local = ALTER.sub(r"ALTER TABLE \1_local", statement, count=1)
    return [local, statement] if COLUMNS.search(statement) else [local]
