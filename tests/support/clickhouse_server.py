"""A real ClickHouse for tests: the engine in the npm package @chdb/lib-linux-x64-gnu, served over HTTP and TCP by a process of its own.

``Server`` is one machine; ``Cluster`` two shards that know each other. Stopped by their own pid; a server whose parent dies goes too.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

LIBRARY = "FOOTFALL_LIBCHDB"
PACKAGE = Path(__file__).parents[2] / "node_modules/@chdb/lib-linux-x64-gnu/libchdb.so"
START_SECONDS = 120
PR_SET_PDEATHSIG = 1
FOREVER = (
    "SYSTEM START LISTEN HTTP; SYSTEM START LISTEN TCP; "
    "SELECT sleepEachRow(1) FROM numbers(1000000000) SETTINGS function_sleep_max_microseconds_per_block=0, max_block_size=1 FORMAT Null"
)
CONFIG = """<clickhouse>
    <logger><level>error</level><errorlog>{folder}/error.log</errorlog><log>{folder}/server.log</log></logger>
    <listen_host>127.0.0.1</listen_host><http_port>{http}</http_port><tcp_port>{tcp}</tcp_port>
    <path>{folder}/data/</path><tmp_path>{folder}/tmp/</tmp_path><mark_cache_size>100000000</mark_cache_size>
    <max_server_memory_usage>4000000000</max_server_memory_usage><timezone>UTC</timezone>
    <profiles><default/></profiles><quotas><default/></quotas>
    <users><default><password></password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota>
        <access_management>1</access_management></default></users>
    <user_directories><users_xml><path>{folder}/config.xml</path></users_xml></user_directories>
    <remote_servers><{name}>{shards}</{name}></remote_servers>
</clickhouse>
"""
SHARD = "<shard><internal_replication>true</internal_replication><replica><host>127.0.0.1</host><port>{tcp}</port></replica></shard>"
CLUSTER = "footfall_test"


def library() -> Path | None:
    """The engine's library: where FOOTFALL_LIBCHDB says, else in node_modules; ``None`` if it is not installed."""
    path = Path(os.environ.get(LIBRARY) or PACKAGE)
    return path if path.is_file() else None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """One ClickHouse process with its own ports and data, which outlive ``kill`` so that ``start`` brings the same server back."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.http, self.tcp = free_port(), free_port()
        self.process: subprocess.Popen[bytes] | None = None
        for part in ("data", "tmp"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        self.know([self])

    @property
    def url(self) -> str:
        return f"clickhouse://127.0.0.1:{self.http}/default"

    def know(self, shards: "list[Server]") -> None:
        """Write the configuration: these servers, in this order, are the shards of the cluster."""
        text = "".join(SHARD.format(tcp=server.tcp) for server in shards)
        config = CONFIG.format(folder=self.folder, http=self.http, tcp=self.tcp, name=CLUSTER, shards=text)
        (self.folder / "config.xml").write_text(config)

    def start(self) -> None:
        with (self.folder / "output.log").open("ab") as output:
            environ = os.environ | {"TZ": "UTC"}
            command = [sys.executable, __file__, str(library()), str(self.folder), str(os.getpid())]
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environ)
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            assert self.process is not None and self.process.poll() is None, self.output()
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.http}/ping", timeout=10):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise AssertionError(f"ClickHouse did not start: {self.output()}")

    def kill(self) -> None:
        """kill -9, as a machine that loses its power."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(timeout=30)
            self.process = None

    stop = kill

    def output(self) -> str:
        return (self.folder / "output.log").read_text(errors="replace")[-2000:]


class Cluster:
    """Two shards. Any of their URLs leads to the whole."""

    def __init__(self, folder: Path) -> None:
        self.shards = [Server(folder / f"shard{number}") for number in (1, 2)]
        for server in self.shards:
            server.know(self.shards)

    @property
    def url(self) -> str:
        return f"{self.shards[0].url}?cluster={CLUSTER}"

    def start(self) -> None:
        for server in self.shards:
            server.start()

    def stop(self) -> None:
        for server in self.shards:
            server.stop()


def _serve(path: str, folder: Path, parent: int) -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        return
    arguments = ["clickhouse", "--config-file", str(folder / "config.xml"), "--path", str(folder / "data"), "--query", FOREVER]
    engine = ctypes.CDLL(path)
    array = (ctypes.c_char_p * len(arguments))(*[argument.encode() for argument in arguments])
    engine.chdb_query_cmdline(len(arguments), array)


if __name__ == "__main__":
    _serve(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
