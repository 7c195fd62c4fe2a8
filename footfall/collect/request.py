"""A tracker's request and our reply, free of any server."""

import msgspec

__all__ = ["Reply", "Request"]


class Request(msgspec.Struct, kw_only=True):
    """One HTTP request as it arrived, body whole. Lives only until the reply."""

    method: str
    path: str
    query: bytes = b""
    headers: dict[bytes, bytes]
    """Names in lower case; of repeated ones the last."""
    body: bytes = b""
    address: str = ""
    """The socket's, or what a trusted proxy vouches for."""
    received_ms: int = 0

    def header(self, name: bytes) -> str:
        """Its value as text, empty if absent."""
        return self.headers.get(name, b"").decode("latin-1")


class Reply(msgspec.Struct, kw_only=True):
    """What the format wants answered."""

    status: int = 202
    headers: list[tuple[bytes, bytes]] = []
    body: bytes = b""
