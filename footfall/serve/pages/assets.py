"""Files that pages load: each under a name that holds its content's hash, so that browsers keep it for ever."""

import gzip
import hashlib
from functools import cache
from importlib.resources import files

import msgspec
from litestar import Request, get
from litestar.params import FromPath
from litestar.response import Response

from footfall.errors import NotFound

__all__ = ["ROUTES", "url_of"]

TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml", "png": "image/png"}
FOR_EVER = "public, max-age=31536000, immutable"
HASH_CHARACTERS = 12


class Asset(msgspec.Struct, frozen=True):
    """One file, as it is and packed."""

    content: bytes
    packed: bytes
    type: str


@cache
def _asset(name: str) -> Asset:
    path = files("footfall.serve.pages") / "static" / name
    kind = name.rpartition(".")[2]
    if "/" in name or kind not in TYPES or not path.is_file():
        raise NotFound("No file {name!r} here.", name=name)
    content = path.read_bytes()
    return Asset(content, gzip.compress(content, 9, mtime=0), TYPES[kind])


@cache
def url_of(name: str) -> str:
    """Where the file of that name is served.

    Raises:
        NotFound: there is none.
    """
    return f"/static/{hashlib.sha256(_asset(name).content).hexdigest()[:HASH_CHARACTERS]}/{name}"


@get("/static/{digest:str}/{name:str}")
async def static(request: Request, digest: FromPath[str], name: FromPath[str]) -> Response[bytes]:  # type: ignore[type-arg]
    """A file under the hash of its content; under any other hash it is not kept."""
    asset = _asset(name)
    headers = {
        "cache-control": FOR_EVER if url_of(name) == request.url.path else "no-cache",
        "vary": "accept-encoding",
        "x-content-type-options": "nosniff",
    }
    packs = "gzip" in request.headers.get("accept-encoding", "")
    if packs:
        headers["content-encoding"] = "gzip"
    return Response(asset.packed if packs else asset.content, media_type=asset.type, headers=headers)


ROUTES = [static]
