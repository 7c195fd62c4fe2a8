"""The command line's one seam: the running server by HTTP where there is one, else the home folder itself. Same answers either way."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import httpx
import msgspec

from footfall import errors
from footfall.collect.importing import ImportReport
from footfall.errors import FootfallError, Unavailable
from footfall.reports.shape import as_json
from footfall.serve.answers import ask
from footfall.serve.answers_paths import ask_funnel, ask_journey
from footfall.serve.house import Desk, open_desk
from footfall.serve.imports import import_stream
from footfall.serve.state import State, state_of
from footfall.serve.up import running_server
from footfall.settings import Settings

__all__ = ["Backend", "Server", "find_server", "open_backend"]

PART_BYTES = 1 << 20
CONNECT_SECONDS = 10
BY_CODE: dict[str, type[FootfallError]] = {getattr(errors, name).code: getattr(errors, name) for name in errors.__all__}


class Backend(Protocol):
    """What commands need of the store."""

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """The released answer as the API gives it."""
        ...

    def funnel(self, question: dict[str, Any]) -> dict[str, Any]:
        """A funnel's released answer as the API gives it."""
        ...

    def journey(self, question: dict[str, Any]) -> dict[str, Any]:
        """The pages beside a page as the API gives them."""
        ...

    def load_file(self, kind: str, domain: str, file: BinaryIO, progress: Callable[[int], None]) -> ImportReport:
        """Import a file; ``progress`` is told the bytes read so far."""
        ...

    def state(self) -> State:
        """What waits, which portals count, what was refused."""
        ...


class Server(msgspec.Struct, frozen=True):
    """What ``run.json`` says of a running server, or settings of one elsewhere."""

    pid: int
    url: str
    token: str

    def __repr__(self) -> str:
        """Without the token."""
        return f"Server(pid={self.pid}, url={self.url!r})"


def find_server(home: Path) -> Server | None:
    """The server of this home, if one listens. A ``run.json`` that a killed process left behind is no server."""
    found = running_server(home)
    if found is None or found["pid"] == os.getpid():
        return None
    server = Server(int(found["pid"]), str(found["url"]), str(found["token"]))
    try:
        httpx.get(f"{server.url}/health", timeout=CONNECT_SECONDS)
    except httpx.ConnectError:
        return None
    except httpx.HTTPError:
        return server
    return server


@contextmanager
def open_backend(settings: Settings) -> Iterator[Backend]:
    """The server of the setting ``url``, else the running server of this home, else the home itself.

    Raises:
        Unavailable: it cannot be had, in a sentence.
    """
    server = Server(0, settings.url.rstrip("/"), settings.key) if settings.url else find_server(settings.home_path)
    if server is None:
        desk = open_desk(settings)
        try:
            yield InProcess(desk)
        finally:
            desk.close()
        return
    with httpx.Client(base_url=server.url, headers={"authorization": f"Bearer {server.token}"} if server.token else {}) as client:
        try:
            yield OverHttp(client)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unavailable(f"The server at {server.url} does not answer ({type(error).__name__}).") from None


class OverHttp:
    """The running server."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        client.timeout = httpx.Timeout(CONNECT_SECONDS, read=None)

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        return dict(self._checked(self._client.post("/api/v2/query", json=question)))

    def funnel(self, question: dict[str, Any]) -> dict[str, Any]:
        return dict(self._checked(self._client.post("/api/v2/funnel", json=question)))

    def journey(self, question: dict[str, Any]) -> dict[str, Any]:
        return dict(self._checked(self._client.post("/api/v2/journey", json=question)))

    def load_file(self, kind: str, domain: str, file: BinaryIO, progress: Callable[[int], None]) -> ImportReport:
        answer = self._client.post(f"/api/v1/import/{kind}", params={"site_id": domain}, content=_parts(file, progress))
        return msgspec.convert(self._checked(answer), ImportReport)

    def state(self) -> State:
        return msgspec.convert(self._checked(self._client.get("/api/v1/state")), State)

    def _checked(self, answer: httpx.Response) -> Any:
        try:
            found = answer.json()
        except ValueError:
            raise Unavailable(f"The server answered {answer.status_code} without a sentence.") from None
        if answer.is_error:
            said = found if isinstance(found, dict) else {}
            raise BY_CODE.get(said.get("code", ""), FootfallError)(str(said.get("error", f"The server answered {answer.status_code}.")))
        return found


class InProcess:
    """The home folder, opened by this process."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        self._desk.loader.load_waiting()
        return as_json(ask(self._desk, question).answer)

    def funnel(self, question: dict[str, Any]) -> dict[str, Any]:
        self._desk.loader.load_waiting()
        return ask_funnel(self._desk, question)

    def journey(self, question: dict[str, Any]) -> dict[str, Any]:
        self._desk.loader.load_waiting()
        return ask_journey(self._desk, question)

    def load_file(self, kind: str, domain: str, file: BinaryIO, progress: Callable[[int], None]) -> ImportReport:
        return import_stream(self._desk, kind, domain, _parts(file, progress))

    def state(self) -> State:
        return state_of(self._desk)


def _parts(file: BinaryIO, progress: Callable[[int], None]) -> Iterator[bytes]:
    read = 0
    while part := file.read(PART_BYTES):
        read += len(part)
        progress(read)
        yield part
