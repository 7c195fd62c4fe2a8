"""A PostgreSQL of one's own, from Debian's package: a cluster in a temporary folder, run as the user postgres where we are root."""

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

__all__ = ["PostgresqlServer", "programs"]

INSTALLED = Path("/usr/lib/postgresql")


def programs() -> Path | None:
    """Folder of initdb and pg_ctl of the newest version installed."""
    found = sorted(INSTALLED.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


class PostgresqlServer:
    """Listens on a free port of 127.0.0.1 and trusts everyone there; ``url`` is its database."""

    def __init__(self) -> None:
        # Not under pytest's folder: the user postgres may not enter it.
        self.folder = Path(tempfile.mkdtemp(prefix="footfall-postgresql-"))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"
        if os.getuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")

    def start(self) -> None:
        self._run("initdb", "--username=postgres", "--auth=trust", "--no-sync", "--encoding=UTF8", "-D", str(self.folder / "data"))
        self.resume()

    def resume(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder} -c fsync=off"
        self._run("pg_ctl", "start", "-w", "-D", str(self.folder / "data"), "-l", str(self.folder / "log"), "-o", options)

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "-m", "immediate", "-D", str(self.folder / "data"))

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, name: str, *arguments: str) -> None:
        folder = programs()
        assert folder is not None
        become = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        done = subprocess.run(
            [*become, str(folder / name), *arguments],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            timeout=60,
        )
        assert done.returncode == 0, f"{name} failed: {(self.folder / 'log').read_text() if (self.folder / 'log').exists() else ''}"
