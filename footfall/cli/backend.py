"""The command line's one seam: the running server by HTTP where there is one, else the home folder itself. Same answers either way."""

import importlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Protocol
from urllib.parse import quote

import httpx
import msgspec

from footfall import errors
from footfall.collect.importing import ImportReport
from footfall.errors import FootfallError, Unavailable
from footfall.privacy.attacks.outcome import Attack, HomeAttacks
from footfall.serve.home import running_server
from footfall.serve.shapes import State, Verified
from footfall.settings import Settings

__all__ = ["Backend", "LoadOrder", "Server", "find_server", "open_backend", "parts_of"]

PART_BYTES = 1 << 20
CONNECT_SECONDS = 10
BY_CODE: dict[str, type[FootfallError]] = {getattr(errors, name).code: getattr(errors, name) for name in errors.__all__}


class LoadOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be loaded into a dataset."""

    file: Path | None = None
    """A file of this machine."""
    source: str = ""
    """An address; with neither it is what the contract's own source has."""
    dry_run: bool = False
    """Of a file: only look what would come of it."""


class Backend(Protocol):
    """What commands need of the store."""

    def attacks(self) -> tuple[Attack, ...]:
        """The attacks on the home's own store, made."""
        ...

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """The released answer as the API gives it."""
        ...

    def datasets(self) -> list[dict[str, Any]]:
        """Every dataset as the API lists it."""
        ...

    def dataset(self, id: str) -> dict[str, Any]:
        """One dataset as the API shows it."""
        ...

    def put_dataset(self, id: str, contract: str) -> dict[str, Any]:
        """The dataset under that contract, as the API shows it."""
        ...

    def load_dataset(self, id: str, order: LoadOrder, progress: Callable[[str, int], None]) -> dict[str, Any]:
        """What a load, or a dry run, came to as the API tells it; ``progress`` is told a step and bytes or rows so far."""
        ...

    def withdraw_dataset(self, id: str) -> dict[str, Any]:
        """What was withdrawn, with rows counted before and after."""
        ...

    def export(self, domain: str, date_range: str) -> bytes:
        """The portal's aggregates, a Parquet file."""
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

    def reach(self, first: str, last: str) -> dict[str, Any]:
        """Visitors of declared groups of portals as the API gives them; empty texts are the last 30 days."""
        ...

    def mart(self, name: str, portals: str, date_range: str) -> bytes:
        """A mart of interest as the API gives it."""
        ...

    def targets(self, domain: str) -> list[dict[str, Any]]:
        """A portal's targets as the API lists them."""
        ...

    def target(self, domain: str, id: int) -> dict[str, Any]:
        """One target as the API shows it."""
        ...

    def add_target(self, domain: str, given: dict[str, Any]) -> dict[str, Any]:
        """The target that was made, as the API shows it."""
        ...

    def remove_target(self, domain: str, id: int) -> None:
        """Remove it."""

    def flows(self, domain: str, date_range: str) -> dict[str, Any]:
        """Flows between a portal's sections as the API gives them."""
        ...

    def loyalty(self, portals: str, date_range: str) -> dict[str, Any]:
        """Loyalty of portals and services as the API gives it; an empty text is all portals."""
        ...

    def participation(self, domain: str, date_range: str) -> dict[str, Any]:
        """Events from interest to attendance as the API gives them."""
        ...

    def state(self) -> State:
        """What waits, which portals count, what was refused."""
        ...

    def verify(self, head: str = "") -> Verified:
        """The ledger's checks, and the label; whether a line has the hash ``head``, if one is given."""
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
        # The store and all that asks it take a second to read, which a command beside a server need not wait for.
        with importlib.import_module("footfall.cli.in_process").opened(settings) as backend:
            yield backend
        return
    with httpx.Client(base_url=server.url, headers={"authorization": f"Bearer {server.token}"} if server.token else {}) as client:
        try:
            yield OverHttp(client)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            place = str(client.base_url.copy_with(userinfo=b"")).rstrip("/")
            raise Unavailable(f"The server at {place} does not answer ({type(error).__name__}).") from None


class OverHttp:
    """The running server."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        client.timeout = httpx.Timeout(CONNECT_SECONDS, read=None)

    def attacks(self) -> tuple[Attack, ...]:
        return msgspec.convert(self._checked(self._client.get("/api/v1/attacks")), HomeAttacks).attacks

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        return dict(self._checked(self._client.post("/api/v2/query", json=question)))

    def datasets(self) -> list[dict[str, Any]]:
        return list(self._checked(self._client.get("/api/v1/datasets"))["datasets"])

    def dataset(self, id: str) -> dict[str, Any]:
        return dict(self._checked(self._client.get(f"/api/v1/datasets/{quote(id, safe='')}")))

    def put_dataset(self, id: str, contract: str) -> dict[str, Any]:
        return dict(self._checked(self._client.put(f"/api/v1/datasets/{quote(id, safe='')}", json={"contract": contract})))

    def load_dataset(self, id: str, order: LoadOrder, progress: Callable[[str, int], None]) -> dict[str, Any]:
        path = f"/api/v1/datasets/{quote(id, safe='')}/loads"
        if order.file is None:
            return dict(self._checked(self._client.post(path, json={"source": order.source})))
        given = {"object": str(order.file), "dry_run": str(order.dry_run).lower()}
        with order.file.open("rb") as file:
            parts = parts_of(file, lambda read: progress("sent", read))
            headers = {"content-type": "application/octet-stream"}
            return dict(self._checked(self._client.post(path, params=given, content=parts, headers=headers)))

    def withdraw_dataset(self, id: str) -> dict[str, Any]:
        return dict(self._checked(self._client.delete(f"/api/v1/datasets/{quote(id, safe='')}")))

    def export(self, domain: str, date_range: str) -> bytes:
        answer = self._client.get("/api/v1/aggregates", params={"site_id": domain, "date_range": date_range})
        if answer.is_error:
            self._checked(answer)
        return answer.content

    def mart(self, name: str, portals: str, date_range: str) -> bytes:
        answer = self._client.get(f"/api/v1/marts/{quote(name, safe='')}", params={"site_id": portals, "date_range": date_range})
        if answer.is_error:
            self._checked(answer)
        return answer.content

    def funnel(self, question: dict[str, Any]) -> dict[str, Any]:
        return dict(self._checked(self._client.post("/api/v2/funnel", json=question)))

    def journey(self, question: dict[str, Any]) -> dict[str, Any]:
        return dict(self._checked(self._client.post("/api/v2/journey", json=question)))

    def load_file(self, kind: str, domain: str, file: BinaryIO, progress: Callable[[int], None]) -> ImportReport:
        answer = self._client.post(f"/api/v1/import/{kind}", params={"site_id": domain}, content=parts_of(file, progress))
        return msgspec.convert(self._checked(answer), ImportReport)

    def reach(self, first: str, last: str) -> dict[str, Any]:
        return dict(self._checked(self._client.get("/api/v2/reach", params={"from": first, "to": last})))

    def targets(self, domain: str) -> list[dict[str, Any]]:
        return list(self._checked(self._client.get("/api/v1/targets", params={"site_id": domain}))["targets"])

    def target(self, domain: str, id: int) -> dict[str, Any]:
        return dict(self._checked(self._client.get(f"/api/v1/targets/{id}", params={"site_id": domain})))

    def add_target(self, domain: str, given: dict[str, Any]) -> dict[str, Any]:
        return dict(self._checked(self._client.post("/api/v1/targets", json={"site_id": domain} | given)))

    def remove_target(self, domain: str, id: int) -> None:
        self._checked(self._client.delete(f"/api/v1/targets/{id}", params={"site_id": domain}))

    def flows(self, domain: str, date_range: str) -> dict[str, Any]:
        return dict(self._checked(self._client.get("/api/v1/flows", params={"site_id": domain, "date_range": date_range})))

    def loyalty(self, portals: str, date_range: str) -> dict[str, Any]:
        return dict(self._checked(self._client.get("/api/v1/loyalty", params={"site_id": portals, "date_range": date_range})))

    def participation(self, domain: str, date_range: str) -> dict[str, Any]:
        return dict(self._checked(self._client.get("/api/v1/participation", params={"site_id": domain, "date_range": date_range})))

    def state(self) -> State:
        return msgspec.convert(self._checked(self._client.get("/api/v1/state")), State)

    def verify(self, head: str = "") -> Verified:
        answer = self._client.get("/api/v1/verify", params={"head": head} if head else None)
        return msgspec.convert(self._checked(answer), Verified)

    def _checked(self, answer: httpx.Response) -> Any:
        try:
            found = answer.json()
        except ValueError:
            raise Unavailable(f"The server answered {answer.status_code} without a sentence.") from None
        if answer.is_error:
            said = found if isinstance(found, dict) else {}
            raise BY_CODE.get(said.get("code", ""), FootfallError)(str(said.get("error", f"The server answered {answer.status_code}.")))
        return found


def parts_of(file: BinaryIO, progress: Callable[[int], None]) -> Iterator[bytes]:
    """The file in pieces of a mebibyte; ``progress`` is told the bytes read so far."""
    read = 0
    while part := file.read(PART_BYTES):
        read += len(part)
        progress(read)
        yield part
