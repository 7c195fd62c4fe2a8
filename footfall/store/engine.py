"""The one module that speaks to ClickHouse: embedded (chDB), a server, or a sharded cluster, through one client library.

Known limits of the embedded engine, charted by measuring: one data folder a process and one process a folder (a second fails at open);
any number of clients on that folder, but one query at a time on each, hence the pool; never fork after opening; rows to insert that are
more than a statement holds go through a file, in clear: it stands in a private folder, on tmpfs where there is one, and goes with the
insert, or at the next opening; rows in a statement end at its first empty line, and ``input()`` finds none of them; closing gives little
memory back; a query cannot be interrupted, only bounded in time; ``DateTime('zone')`` comes back without its zone (``DateTime64`` keeps
it); numbers with 13 digits are milliseconds to some versions and seconds to others, so instants travel as text.
"""

import itertools
import os
import queue
import re
import threading
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, TypeVar, cast

import clickhouse_connect
import msgspec
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError
from clickhouse_connect.driver.external import ExternalData

from footfall.errors import BadInput, BadQuestion, FootfallError, Unavailable
from footfall.store.embedded import cannot_open, fit_a_statement
from footfall.store.spilling import most_bytes, spill_into
from footfall.store.tokens import drop_lost_tokens
from footfall.store.topology import Topology, read_topology

__all__ = ["Engine", "open_engine"]

T = TypeVar("T")
CLIENTS = 4
STATEMENT_SECONDS = 600
"""Longest run of what is no question: an insert, a migration, a deletion."""
TOO_SLOW, TOO_MUCH = 159, (241, 396)
"""Time; memory, or what is spilled where it does not suffice."""
UNUSABLE = frozenset({6, 26, 27, 32, 33, 38, 41, 53, 69, 70, 72, 117, 321})
"""Codes by which ClickHouse says that rows cannot be parsed or do not fit; they will not, however often it is tried."""
MARK_CACHE_BYTES = 256_000_000
MOST_REMEMBERED = 1_000
MERGE_BYTES = 2_000_000_000
"""Room for merges and inserts above what one question may use."""
PARQUET_EMBEDDED = "SELECT * FROM format(JSONEachRow, {structure:String}, {rows:String})"
PARQUET_SERVER = "SELECT * FROM rows"
READ_SETTINGS = {
    "do_not_merge_across_partitions_select_final": 1,
    "distributed_product_mode": "local",
    "max_threads": 2,
    "enable_multiple_prewhere_read_steps": 0,
    "max_block_size": 131_072,
    "preferred_block_size_bytes": 0,
}
"""Filters on columns of a byte or two a row: looking at all of them at once, in large blocks, takes a tenth less than step by step."""
EMBEDDED_SETTINGS: dict[str, Any] = {"storage_file_read_method": "pread"}
"""TRICKY: chDB maps files into memory otherwise, and one that somebody cuts short while it is read ends the process (SIGBUS)."""
INSERT_SETTINGS = {
    "max_threads": 1,
    "max_insert_threads": 1,
    "max_partitions_per_insert_block": 0,
    "max_insert_block_size": 10_000_000,
    "min_insert_block_size_rows": 10_000_000,
    "min_insert_block_size_bytes": 4_000_000_000,
    "input_format_parallel_parsing": 0,
    "deduplicate_blocks_in_dependent_materialized_views": 1,
    "distributed_foreground_insert": 1,
    "insert_deduplicate": 1,
}
COLUMNS = """SELECT name, type, default_expression FROM system.columns
WHERE database = currentDatabase() AND table = {table:String} AND default_kind NOT IN ('MATERIALIZED', 'ALIAS') ORDER BY position"""
DICTIONARY = re.compile(r"LowCardinality\(String\)")
NODES = """SELECT shards.host_name, ports.port
FROM (SELECT shard_num, host_name FROM system.clusters WHERE cluster = {cluster:String} AND replica_num = 1) AS shards
INNER JOIN (SELECT _shard_num AS shard_num, getServerPort(if({secure:Bool}, 'https_port', 'http_port')) AS port
            FROM cluster({cluster:Identifier}, system.one)) AS ports USING shard_num
ORDER BY shard_num"""


class Engine:
    """A pool of clients on one store. Every method may be called from any thread."""

    _state: ClassVar[object] = object()
    """Another one after each write of this process, which is the only one on an embedded store."""

    def __init__(
        self,
        topology: Topology,
        home: Path,
        *,
        query_seconds: int,
        query_memory_bytes: int,
        first: Callable[[], object] | None = None,
        spill: Path | None = None,
        volatile: Path | None = None,
    ) -> None:
        self.topology, self.home, self.volatile = topology, home, volatile
        self._first, self._spill = first, spill
        self._tmp = (volatile or home) / ("tmp" if topology.database == "default" else f"tmp-{topology.database}")
        self._bounds: dict[str, Any] = {"max_execution_time": query_seconds, "max_memory_usage": query_memory_bytes}
        self._idle: queue.LifoQueue[Client] = queue.LifoQueue()
        self._slots = threading.BoundedSemaphore(CLIENTS)
        self._opening, self._beginning = threading.Lock(), threading.Lock()
        self._files = itertools.count()
        self._columns: dict[str, tuple[str, str, bool]] = {}
        """By table: its columns; the same with the types that rows to insert are read as; whether one of them has a default."""
        self._remembered: tuple[object, dict[Hashable, object]] = (None, {})
        """What was found in a state of the store."""
        self._is_open = self._closed = False

    @property
    def sharded(self) -> bool:
        """Whether rows stand on several machines: a subquery of rows would bring them all to one."""
        return bool(self.topology.cluster)

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None, *, name: str = "") -> list[tuple[Any, ...]]:
        """Rows of one bounded query, in its own order; ``name`` goes to the server's log comment.

        Raises:
            BadQuestion: it would take longer or more memory than a question may.
            Unavailable: the store did not answer.
        """
        settings = READ_SETTINGS | self._bounds | ({"log_comment": name} if name and not self.topology.embedded else {})

        def ask(client: Client) -> list[tuple[Any, ...]]:
            return [tuple(row) for row in client.query(sql, parameters=dict(parameters or {}), settings=settings).result_rows]

        return self._run(ask, question=True)

    def as_parquet(self, structure: tuple[str, ...], rows: bytes) -> bytes:
        """JSON lines as a Parquet file of these columns (``name Type``), in the same order. Nothing is stored.

        Raises:
            BadQuestion: it would take longer or more memory than a question may.
            Unavailable: the store did not answer.
        """
        if self.topology.embedded:
            given = {"structure": ", ".join(structure), "rows": rows.decode()}
            return self._run(lambda client: client.raw_query(PARQUET_EMBEDDED, given, self._bounds, "Parquet"), question=True)
        # A server takes no parameter of more than 128 KiB.
        table = ExternalData(file_name="rows", data=rows, fmt="JSONEachRow", structure=list(structure))
        return self._run(lambda client: client.raw_query(PARQUET_SERVER, None, self._bounds, "Parquet", external_data=table), question=True)

    def remember(self, key: Hashable, find: Callable[[], T]) -> T:
        """What ``find`` finds in the store; the embedded one is not asked again until something is written to it.

        A server has writers that this process does not know of: it is asked each time.
        """
        if not self.topology.embedded:
            return find()
        state, known = self._remembered
        if state is not Engine._state or len(known) >= MOST_REMEMBERED:
            state, known = self._remembered = Engine._state, {}
        if key not in known:
            known[key] = find()
        return cast("T", known[key])

    def command(self, sql: str, parameters: Mapping[str, Any] | None = None) -> None:
        """Run a statement that answers nothing (DDL, INSERT … SELECT).

        Raises:
            Unavailable: the store is away, or refused.
        """
        self._run(lambda client: client.command(sql, parameters=dict(parameters or {})))

    def insert_ndjson(self, table: str, rows: bytes, token: str) -> None:
        """Insert JSON lines as one block. The same token again on the same table changes nothing.

        Raises:
            BadInput: the rows do not fit the table; they never will.
            Unavailable: the store is away, or refused; the same call again completes what may be half done.
        """
        settings = INSERT_SETTINGS | {"insert_deduplication_token": token}
        names, columns, has_defaults = self._columns_of(table)
        statement = f"INSERT INTO {table} ({names}) SELECT {names} FROM"
        if self.topology.embedded and fit_a_statement(rows):
            whole = f"INSERT INTO {table} SETTINGS {_clause(settings)} FORMAT JSONEachRow\n{rows.decode()}"
            self._run(lambda client: client.raw_query(whole))
        elif self.topology.embedded:
            self._run(lambda client: self._insert_file(client, statement, columns, rows, settings))
        elif has_defaults:  # TRICKY: input() takes them and does not apply them
            self._run(lambda client: client.command(f"INSERT INTO {table} FORMAT JSONEachRow", data=rows, settings=settings))
        else:
            sql = f"{statement} input({_quoted(columns)}) FORMAT JSONEachRow"
            self._run(lambda client: client.command(sql, data=rows, settings=settings))

    def nodes(self) -> "list[Engine]":
        """One engine a machine that holds tables, in the order of shards: this one, or every node of the cluster.

        Nodes are the hosts that the URL lists; if it names only one, that one is asked for the others.
        """
        if not self.topology.cluster:
            return [self]
        hosts = self.topology.hosts
        if len(hosts) == 1:
            found = self.query(NODES, {"cluster": self.topology.cluster, "secure": self.topology.secure}, name="nodes")
            hosts = tuple((str(host), int(port)) for host, port in found)
        return [self._at(host) for host in hosts]

    def beside(self, database: str, first: Callable[["Engine"], object]) -> "Engine":
        """An engine on another database of the same embedded store; ``first`` runs on this one before it is asked anything."""
        seconds, memory = self._bounds["max_execution_time"], self._bounds["max_memory_usage"]
        topology = msgspec.structs.replace(self.topology, database=database)
        bounds: dict[str, int] = {"query_seconds": seconds, "query_memory_bytes": memory}
        return Engine(topology, self.home, **bounds, first=lambda: first(self), spill=self._spill, volatile=self.volatile)

    def alive(self) -> bool:
        """Whether the store answers now."""
        try:
            return self._work(lambda client: client.command("SELECT 1")) == 1
        except FootfallError:
            return False

    def close(self) -> None:
        """Close every idle client; later calls raise Unavailable."""
        self._closed = True
        while not self._idle.empty():
            self._idle.get_nowait().close()

    def _at(self, host: tuple[str, int]) -> "Engine":
        topology = msgspec.structs.replace(self.topology, hosts=(host,))
        seconds, memory = self._bounds["max_execution_time"], self._bounds["max_memory_usage"]
        return Engine(topology, self.home, query_seconds=seconds, query_memory_bytes=memory)

    def _columns_of(self, table: str) -> tuple[str, str, bool]:
        """Text is read as plain strings: column by column ClickHouse makes its dictionaries in half the time that row by row costs."""
        if table not in self._columns:
            found = self.query(COLUMNS, {"table": table}, name="columns")
            if not found:
                raise Unavailable("The store has no table {table}; `footfall migrate` makes it.", table=table, retry_after_s=5)
            names = ", ".join(f"`{name}`" for name, *_ in found)
            columns = ", ".join(
                f"`{name}` {DICTIONARY.sub('String', kind)}{default and f' DEFAULT {default}'}" for name, kind, default in found
            )
            self._columns[table] = names, columns, any(default for *_, default in found)
        return self._columns[table]

    def _insert_file(self, client: Client, statement: str, columns: str, rows: bytes, settings: Mapping[str, Any]) -> None:
        path = self._tmp / f"{next(self._files)}.ndjson"
        with open(path, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(rows)
        try:
            source = f"file({_quoted(path)}, 'JSONEachRow', {_quoted(columns)})"
            client.command(f"{statement} {source} SETTINGS {_clause(settings)}")
        finally:
            path.unlink(missing_ok=True)

    def _run(self, work: Callable[[Client], T], *, question: bool = False) -> T:
        if self._first is not None:
            with self._beginning:
                if self._first is not None:
                    self._first()
                    self._first = None
        try:
            return self._work(work, question=question)
        finally:
            if not question:
                Engine._state = object()

    def _work(self, work: Callable[[Client], T], *, question: bool = False) -> T:
        with self._client() as client:
            try:
                return work(client)
            except ClickHouseError as error:
                raise _translated(error, question=question) from error
            except OSError as error:
                raise Unavailable("The store's disk refuses to write ({fault}).", fault=error.strerror, retry_after_s=5) from error

    @contextmanager
    def _client(self) -> Iterator[Client]:
        with self._slots:
            client = self._take()
            broken = True
            try:
                yield client
                broken = False
            except BadInput:
                broken = False
                raise
            finally:
                if broken or self._closed:
                    client.close()
                else:
                    self._idle.put(client)

    def _take(self) -> Client:
        if self._closed:
            raise Unavailable("The store is closed.", retry_after_s=5)
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            with self._opening:
                return self._connect_embedded() if self.topology.embedded else self._connect_remote()

    def _connect_embedded(self) -> Client:
        folder, temporary = self.home / "store", self._tmp
        options: dict[str, Any] = {
            "mark_cache_size": MARK_CACHE_BYTES,
            "max_server_memory_usage": self._bounds["max_memory_usage"] + MERGE_BYTES,
        }
        if self.volatile:
            options["custom_local_disks_base_directory"] = f"{self.volatile}/"
        try:
            settings = EMBEDDED_SETTINGS | _statement_bounds(self._bounds)
            settings |= {"max_temporary_data_on_disk_size_for_query": most_bytes(self._spill)}
            for path in (folder, temporary):
                path.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not self._is_open:
                drop_lost_tokens(folder, *([self.volatile] if self.volatile else []))
            client = clickhouse_connect.get_client(
                interface="chdb", path=str(folder), chdb_options=options, settings=settings, database=self.topology.database
            )
        except Exception as error:  # TRICKY: chDB raises RuntimeError, the library its own, the folder OSError
            raise cannot_open(self.home, str(error)) from error
        if not self._is_open:
            # Only now is the folder surely ours: what stands in tmp was left by a process that died.
            for path in temporary.glob("*.ndjson"):
                path.unlink(missing_ok=True)
            if self.topology.database == "default":
                spill_into(folder, self._spill)
            self._is_open = True
        return client

    def _connect_remote(self) -> Client:
        for host, port in self.topology.hosts:
            try:
                return clickhouse_connect.get_client(
                    host=host,
                    port=port,
                    username=self.topology.user,
                    password=self.topology.password,
                    database=self.topology.database,
                    secure=self.topology.secure,
                    settings=_statement_bounds(self._bounds),
                    autogenerate_session_id=False,
                    form_encode_query_params=True,
                    connect_timeout=5,
                    send_receive_timeout=STATEMENT_SECONDS + 10,
                )
            except Exception as error:  # TRICKY: the library's own, urllib3's or OSError
                last = error
        names = ", ".join(f"{host}:{port}" for host, port in self.topology.hosts)
        raise Unavailable("ClickHouse at {names} does not answer.", names=names, retry_after_s=5) from last


def open_engine(
    store: str,
    home: Path,
    *,
    query_seconds: int = 30,
    query_memory_bytes: int = 4_000_000_000,
    first: Callable[[], object] | None = None,
    spill: Path | None = None,
    volatile: Path | None = None,
) -> Engine:
    """The engine behind ``store`` (``chdb`` or a clickhouse:// URL). Nothing is opened until the first query.

    ``first`` runs once before that, on other engines than this; while it raises, so does every query. ``spill`` is a folder on tmpfs for
    what the embedded engine cannot hold in memory; ``None`` leaves that on its disk. ``volatile`` is another, private: rows on their way
    in stand there, and only with it has the embedded store room for sealed portals.

    Raises:
        BadSetting: the URL is not one of the valid forms.
    """
    bounds = {"query_seconds": query_seconds, "query_memory_bytes": query_memory_bytes}
    return Engine(read_topology(store), home, **bounds, first=first, spill=spill, volatile=volatile)


def _statement_bounds(bounds: Mapping[str, int]) -> dict[str, int | str]:
    return {"max_execution_time": STATEMENT_SECONDS, "max_memory_usage": bounds["max_memory_usage"] + MERGE_BYTES}


def _clause(settings: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {_quoted(value)}" for name, value in settings.items())


def _quoted(value: object) -> str:
    escaped = str(value).replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _translated(error: ClickHouseError, *, question: bool) -> FootfallError:
    code = getattr(error, "code", None)
    if question and code == TOO_SLOW:
        return BadQuestion("The question took longer than a question may; ask for fewer days or add a filter.")
    if question and code in TOO_MUCH:
        return BadQuestion("The question needs more memory than a question may use; ask for fewer days or dimensions.")
    sentence = str(error).splitlines()[0][:300] if str(error) else type(error).__name__
    if not question and code in UNUSABLE:
        return BadInput("The store cannot hold these rows: {fault}", fault=sentence)
    return Unavailable("The store refused: {fault}", fault=sentence, retry_after_s=5)
