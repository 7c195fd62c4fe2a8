"""Forms with a file, read as they come: fields in memory, the file in parts, and nothing of it on a disk.

TRICKY: a form's fields stand before its file, so a page can look at the token before it takes a byte of the file.
"""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import anyio.from_thread
from litestar import Request
from litestar.exceptions import InternalServerException
from multipart import MultipartError, MultipartSegment, PushMultipartParser

from footfall.errors import BadInput

__all__ = ["MULTIPART", "StreamedForm", "body_parts", "streamed"]

MULTIPART = "multipart/form-data"
MOST_FIELD_BYTES = 1_000_000
MOST_FIELDS = 50
BROKEN = "The form is broken off, or is none. Send it again."


def streamed(request: Request[Any, Any, Any]) -> "StreamedForm | None":
    """The form of a request to a page that takes files, once a request; ``None`` of any other."""
    kind, options = request.content_type
    if kind != MULTIPART or not request.scope["route_handler"].opt.get("takes_file"):
        return None
    known = request.state.get("streamed_form")
    if not isinstance(known, StreamedForm):
        known = StreamedForm(body_parts(request), options.get("boundary", ""))
        request.state.streamed_form = known
    return known


async def body_parts(request: Request[Any, Any, Any]) -> AsyncIterator[bytes]:
    """The body as it comes. Raises BadInput where it breaks off."""
    stream = request.stream()
    while True:
        try:
            part = await anext(stream, None)
        except InternalServerException:
            raise BadInput("The upload broke off; send it again.") from None
        if part is None:
            return
        yield part


class StreamedForm:
    """A form of text fields and one file behind them."""

    def __init__(self, stream: AsyncIterator[bytes], boundary: str) -> None:
        if not boundary:
            raise BadInput(BROKEN)
        self._stream, self._parser = stream, PushMultipartParser(boundary, max_segment_count=MOST_FIELDS)
        self._events: Iterator[Any] = iter(())
        self._fields: dict[str, str] | None = None
        self.file_name = ""
        """As the browser names it; empty where there is no file."""

    async def fields(self) -> dict[str, str]:
        """Everything before the file.

        Raises:
            BadInput: it is no form.
        """
        if self._fields is None:
            self._fields = await self._read_fields()
        return self._fields

    def parts(self) -> Iterator[bytes]:
        """The file, for a thread that was started from the event loop; after ``fields``. Raises BadInput."""
        while self.file_name and (part := anyio.from_thread.run(self._part)) is not None:
            yield part

    async def _read_fields(self) -> dict[str, str]:
        found: dict[str, bytearray] = {}
        name = ""
        while (event := await self._event()) is not None:
            if isinstance(event, MultipartSegment):
                name = event.name
                if event.filename:
                    self.file_name = event.filename
                    break
                found[name] = bytearray()
            elif event and name:
                found[name] += event
                if len(found[name]) > MOST_FIELD_BYTES:
                    raise BadInput(BROKEN)
        return {name: bytes(value).decode("utf-8", "replace") for name, value in found.items()}

    async def _part(self) -> bytes | None:
        event = await self._event()
        return bytes(event) if isinstance(event, bytes | bytearray) else None

    async def _event(self) -> Any:
        """A segment's head, a part of its content, or an empty content where it ends; ``None`` where the form does."""
        while True:
            try:
                for event in self._events:
                    return event if event is not None else bytearray()
                if self._parser.closed:
                    return None
                chunk = await anext(self._stream, b"")
                self._events = iter(self._parser.parse(chunk))
            except MultipartError:
                raise BadInput(BROKEN) from None
