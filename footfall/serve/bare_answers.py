"""Answers without a framework, for what stands beside the app: a whole JSON answer, and what is said of an error nobody meant to happen."""

import secrets
from typing import Any

import msgspec
import structlog

from footfall.errors import FootfallError

__all__ = ["send_json", "unexpected"]

log = structlog.get_logger()


def unexpected(error: BaseException, path: str) -> FootfallError:
    """What is said of an error nobody meant to happen; the log gets its number, kind and place."""
    number = secrets.token_hex(4)
    log.error("unexpected error", id=number, path=path, exc_info=error)
    return FootfallError("Something went wrong here; the log knows it as {number}.", number=number)


async def send_json(send: Any, status: int, body: dict[str, Any], headers: tuple[tuple[bytes, bytes], ...] = ()) -> None:
    """A whole JSON answer on bare ASGI, errors in the same shape."""
    content = msgspec.json.encode(body)
    head = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode()), *headers]
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": content})
