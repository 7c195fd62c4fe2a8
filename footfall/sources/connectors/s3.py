"""Stores that speak S3: ListObjectsV2 and GET, signed by AWS Signature Version 4.

Requests go through the same door as http(s) (``addresses``), which no client library of S3 lets its connections through; hence our own
signature, of two kinds of request without a body. Source: Amazon, "Authenticating Requests (AWS Signature Version 4)".
"""

import fnmatch
import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit
from xml.etree.ElementTree import Element, ParseError

import httpx
import msgspec
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from footfall.errors import BadInput, Unavailable
from footfall.sources.connectors.addresses import client
from footfall.sources.connectors.objects import MOST_BYTES, Fetched, Found
from footfall.sources.connectors.web import download, said_of

__all__ = ["S3", "Account", "account_of", "sign"]

EMPTY = hashlib.sha256(b"").hexdigest()
MOST_PAGES = 1_000


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """Where the store is, and who asks. Never shown."""

    endpoint: str
    region: str
    key_id: str = ""
    """Empty asks as anybody."""
    secret: str = ""
    token: str = ""

    def __repr__(self) -> str:
        return f"Account({self.endpoint!r})"


def account_of(environ: Mapping[str, str]) -> Account:
    """From the usual variables: AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN."""
    region = environ.get("AWS_REGION", "us-east-1")
    return Account(
        endpoint=environ.get("AWS_ENDPOINT_URL", f"https://s3.{region}.amazonaws.com").rstrip("/"),
        region=region,
        key_id=environ.get("AWS_ACCESS_KEY_ID", ""),
        secret=environ.get("AWS_SECRET_ACCESS_KEY", ""),
        token=environ.get("AWS_SESSION_TOKEN", ""),
    )


def sign(account: Account, url: str, headers: Mapping[str, str], now: datetime) -> dict[str, str]:
    """Headers of a GET of ``url``, signed at ``now`` (UTC), with those given; without an account these alone."""
    if not account.key_id:
        return dict(headers)
    parts, stamp = urlsplit(url), now.strftime("%Y%m%dT%H%M%SZ")
    scope = f"{stamp[:8]}/{account.region}/s3/aws4_request"
    sent = {name.lower(): value for name, value in headers.items()}
    sent |= {"host": parts.netloc, "x-amz-content-sha256": EMPTY, "x-amz-date": stamp}
    sent |= {"x-amz-security-token": account.token} if account.token else {}
    names = ";".join(sorted(sent))
    lines = [f"{name}:{sent[name].strip()}\n" for name in sorted(sent)]
    request = "\n".join(["GET", parts.path or "/", "&".join(sorted(parts.query.split("&"))), "".join(lines), names, EMPTY])
    text = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(request.encode()).hexdigest()])
    key = f"AWS4{account.secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    credential = f"AWS4-HMAC-SHA256 Credential={account.key_id}/{scope},SignedHeaders={names},Signature={signature}"
    return {name: value for name, value in sent.items() if name != "host"} | {"authorization": credential}


class S3:
    """``s3://bucket/prefix``, or a glob of keys (``s3://bucket/2026/*.csv``)."""

    def __init__(
        self, source: str, account: Account, now: Callable[[], datetime], *, allowed: tuple[str, ...] = (), most_bytes: int = MOST_BYTES
    ) -> None:
        self._bucket, _, self._pattern = source.removeprefix("s3://").partition("/")
        self._account, self._now, self._allowed, self._most_bytes = account, now, allowed, most_bytes

    def objects(self, known: dict[str, str]) -> list[Found]:
        """Objects by key, their ETags as versions. Raises as ``Connector``."""
        prefix = self._pattern.partition("*")[0].partition("?")[0].partition("[")[0]
        found: list[Found] = []
        with client(self._allowed) as asked:
            for page in self._pages(asked, prefix):
                found += [self._found(each) for each in page if _local(each) == "Contents" and self._wanted(_text(each, "Key"))]
        return sorted(found, key=lambda each: each.key)

    @contextmanager
    def fetch(self, found: Found, room: Path) -> Iterator[Fetched]:
        """The object as it was listed, as a file of ``room``. Raises as ``Connector``."""
        path, url = room / secrets.token_hex(16), self._url(found.key.removeprefix(f"s3://{self._bucket}/"))
        try:
            with client(self._allowed) as asked:
                headers = sign(self._account, url, {"if-match": found.version} if found.version else {}, self._now())
                fetched = download(asked, url, headers, path, most_bytes=self._most_bytes)
            yield fetched
        finally:
            path.unlink(missing_ok=True)

    def _pages(self, asked: httpx.Client, prefix: str) -> Iterator[Element]:
        token = ""
        for _ in range(MOST_PAGES):
            asking = {"list-type": "2", "prefix": prefix} | ({"continuation-token": token} if token else {})
            url = f"{self._url('')}?{urlencode(sorted(asking.items()), quote_via=quote, safe='')}"
            page = self._page(asked, url)
            yield page
            token = _text(page, "NextContinuationToken")
            if not token:
                return
        raise BadInput("The bucket {bucket!r} has too many objects of that name; give a longer prefix.", bucket=self._bucket)

    def _page(self, asked: httpx.Client, url: str) -> Element:
        key = f"s3://{self._bucket}"
        try:
            answer = asked.get(url, headers=sign(self._account, url, {}, self._now()))
            if answer.status_code != 200:
                raise said_of(answer.status_code, key)
            page: Element = fromstring(answer.content, forbid_dtd=True)
        except httpx.HTTPError as error:
            raise Unavailable("{key} does not answer ({why}).", key=key, why=type(error).__name__, retry_after_s=60) from None
        except (ParseError, DefusedXmlException, httpx.InvalidURL):
            raise BadInput("{key} answers with something else than a list of objects.", key=key) from None
        return page

    def _url(self, key: str) -> str:
        return f"{self._account.endpoint}/{quote(self._bucket, safe='')}/{quote(key, safe='/-_.~')}"

    def _wanted(self, key: str) -> bool:
        return not key.endswith("/") and (fnmatch.fnmatchcase(key, self._pattern) or key.startswith(self._pattern))

    def _found(self, listed: Element) -> Found:
        size = _text(listed, "Size")
        return Found(
            key=f"s3://{self._bucket}/{_text(listed, 'Key')}", version=_text(listed, "ETag"), size=int(size) if size.isdecimal() else -1
        )


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _text(element: Element, name: str) -> str:
    return next((each.text or "" for each in element if _local(each) == name), "")
