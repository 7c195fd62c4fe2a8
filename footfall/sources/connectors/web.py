"""Objects behind http(s), fetched into a private folder."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx

from footfall.errors import BadInput, FootfallError, Unavailable
from footfall.sources.connectors.addresses import client, masked
from footfall.sources.connectors.objects import MOST_BYTES, Fetched, Found
from footfall.sources.readers.chunks import private_file
from footfall.unchanged import condition_of, version_of

__all__ = ["Web", "download", "named", "said_of"]

AGAIN = (408, 412, 425, 429)
NOT_MODIFIED = 304
MARK = 12
"""Digits of a query's hash."""
PASSES = {
    "": r"x-(amz|goog|oss|obs|cos|tos|bce)-.*|q-(sign-algorithm|ak|sign-time|key-time|header-list|url-param-list|signature)"
    r"|sig(nature)?|expires|key-pair-id|awsaccesskeyid|googleaccessid|ossaccesskeyid|(access_?|auth_?|sas_?)?token|auth_key|api_?key|hmac|jwt|sas"
    r"|hdn(ea|ts|tl)[0-9a-z]*|__token__|__gda__",
    "sig": r"s[eiprtv]|s(ip|pr|dd|rt|cid|oid|aoid|uoid|ks)|sk[a-z]{1,3}|ss|ses|rsc[cdelt]",
    "key-pair-id": "policy|hash-algorithm",
    "expires": "md5",
}
"""Parameters by which stores of objects and gateways let a reader in. Those with a short or common name pass only beside the one that such
links have: Azure's ``sig``, CloudFront's ``Key-Pair-Id``, ``expires`` of nginx. Elsewhere they may tell months apart."""


class Web:
    """One address. It is asked for what has changed (ETag, Last-Modified) and is read when it has."""

    def __init__(self, url: str, *, names_key: bytes = b"", allowed: tuple[str, ...] = (), most_bytes: int = MOST_BYTES) -> None:
        self._url, self._allowed, self._most_bytes = url, allowed, most_bytes
        self._masked, self._key = masked(url), named(url, names_key)

    def objects(self, known: dict[str, str]) -> list[Found]:
        """The one object; where the server says that it has not changed, with the version that is known. Raises as ``Connector``."""
        before = known.get(self._key, "")
        with (
            client(self._allowed) as asked,
            _answering(self._masked),
            asked.stream("GET", self._url, headers=condition_of(before)) as answer,
        ):
            if answer.status_code == NOT_MODIFIED:
                return [Found(key=self._key, version=before)]
            _check(answer, self._masked)
            length = answer.headers.get("content-length", "")
            return [Found(key=self._key, version=version_of(answer.headers), size=int(length) if length.isdecimal() else -1)]

    @contextmanager
    def fetch(self, found: Found, room: Path) -> Iterator[Fetched]:
        """The object as a file of ``room``. Raises as ``Connector``."""
        path = room / secrets.token_hex(16)
        try:
            with client(self._allowed) as asked:
                fetched = download(asked, self._url, {}, path, most_bytes=self._most_bytes)
            yield fetched
        finally:
            path.unlink(missing_ok=True)


def named(url: str, key: bytes) -> str:
    """What an object is known by: its address, with a hash in place of a query, which may hold a token and tells months apart.

    Signatures and tokens, which change while the object stays what it is, are left out of the hash. It is made under a secret ``key``:
    whoever sees the name cannot try which query it is of.

    >>> named("https://data.example.org/a.csv?m=1", b"key"), named("https://data.example.org/a.csv?m=1&X-Amz-Signature=9f", b"key")
    ('https://data.example.org/a.csv?9b3a3a44b570', 'https://data.example.org/a.csv?9b3a3a44b570')
    >>> named("https://data.example.org/a.csv?token=9f", b"key")
    'https://data.example.org/a.csv'
    """
    asked = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    names = {name.lower() for name, _ in asked}
    passes = re.compile("|".join(signs for beside, signs in PASSES.items() if not beside or beside in names), re.IGNORECASE)
    asked = [(name, value) for name, value in asked if not passes.fullmatch(name)]
    return f"{masked(url)}?{_mark(urlencode(asked), key)}" if asked else masked(url)


def _mark(query: str, key: bytes) -> str:
    """Hashed first, as it was without a key: so names of before could be given theirs."""
    return hmac.digest(key, hashlib.sha256(query.encode()).hexdigest()[:MARK].encode(), "sha256").hex()[:MARK]


def download(asked: httpx.Client, url: str, headers: Mapping[str, str], path: Path, *, most_bytes: int) -> Fetched:
    """What the address answers, written to ``path`` (0600). Raises BadInput: it is too large or not there. Unavailable: try again."""
    digest, size = hashlib.sha256(), 0
    with _answering(masked(url)), asked.stream("GET", url, headers=dict(headers)) as answer, open(private_file(path), "wb") as file:
        _check(answer, masked(url))
        for block in answer.iter_bytes(1 << 20):
            size += file.write(block)
            digest.update(block)
            if size > most_bytes:
                raise BadInput("{key} has more than {most:,} bytes, and no more are read.", key=masked(url), most=most_bytes)
    return Fetched(path=path, sha256=digest.hexdigest(), size=size)


def said_of(status: int, key: str) -> FootfallError:
    """What an answer that is none means: the same again later, or never."""
    if status >= 500 or status in AGAIN:
        return Unavailable("{key} answers {status} now.", key=key, status=status, retry_after_s=60)
    return BadInput("{key} answers {status}.", key=key, status=status)


def _check(answer: httpx.Response, key: str) -> None:
    if answer.status_code != 200:
        raise said_of(answer.status_code, key)


@contextmanager
def _answering(key: str) -> Iterator[None]:
    """Errors of the network without the address that they quote."""
    try:
        yield
    except (httpx.TooManyRedirects, httpx.UnsupportedProtocol, httpx.InvalidURL):
        raise BadInput("{key} is no address of http or https, or leads nowhere.", key=key) from None
    except httpx.HTTPError as error:
        raise Unavailable("{key} does not answer ({why}).", key=key, why=type(error).__name__, retry_after_s=60) from None
