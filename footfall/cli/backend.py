"""The command line's one seam: the running server by HTTP where there is one, else the home folder itself. Same answers either way."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, Protocol

import httpx
import msgspec

from footfall import errors
from footfall.collect.importing import ImportReport
from footfall.errors import FootfallError, Unavailable
from footfall.reports.shape import as_json
from footfall.serve.answers import ask
from footfall.serve.house import Desk, open_desk
from footfall.serve.imports import import_stream
from footfall.serve.up import running_server
from footfall.settings import Settings

__all__ = ["Backend", "open_backend"]

PART_BYTES = 1 << 20
BY_CODE = {getattr(errors, name).code: getattr(errors, name) for name in errors.__all__}


class Backend(Protocol):
    """What commands need of the store."""

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """The released answer as the API gives it."""
        ...

    def load_file(self, kind: str, domain: str, file: BinaryIO, progress: Callable[[int], None]) -> ImportReport:
        """Import a file; ``progress`` is told the bytes read so far."""
        ...


class _Http:
    """The running server."""

    def __init__(self, url: str, token: str) -> None:
        self._client = httpx.Client(base_url=url, headers={"authorization": f"Bearer {token}"}, timeout=httpx.Timeout(10, read=None))

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        return dict(self._checked(self._client.post("/api/v2/query", json=question)))

    def load_file(self, kind: str, domain: str, file: BinaryIO, progress: Callable[[int], None]) -> ImportReport:
        path = f"/api/v1/import/{kind}"
        answer = self._client.post(path, params={"site_id": domain}, content=_parts(file, progress))
        return msgspec.convert(self._checked(answer), ImportReport)

    def _checked(self, answer: httpx.Response) -> Any:
        found = answer.json()
        if answer.is_error:
            raise BY_CODE.get(found.get("code"), FootfallError)(found.get("error", "The server failed."))
        return found


class _Home:
    """The home folder, opened by this process."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        self._desk.loader.load_waiting()
        return as_json(ask(self._desk, question).answer)

    def load_file(self, kind: str, domain: str, file: BinaryIO, progress: Callable[[int], None]) -> ImportReport:
        return import_stream(self._desk, kind, domain, _parts(file, progress))


@contextmanager
def open_backend(settings: Settings) -> Iterator[Backend]:
    """The running server of this home, else the home itself."""
    server = running_server(settings.home_path)
    if server:
        try:
            yield _Http(str(server["url"]), str(server["token"]))
        except httpx.HTTPError as error:
            raise Unavailable(f"The server at {server['url']} does not answer ({type(error).__name__}).") from None
        return
    desk = open_desk(settings)
    try:
        yield _Home(desk)
    finally:
        desk.close()


def _parts(file: BinaryIO, progress: Callable[[int], None]) -> Iterator[bytes]:
    read = 0
    while part := file.read(PART_BYTES):
        read += len(part)
        progress(read)
        yield part
