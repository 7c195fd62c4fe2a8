"""What a web server calls a content (ETag, Last-Modified), as one text, and how it is asked whether that is still so."""

from collections.abc import Mapping

__all__ = ["condition_of", "version_of"]


def version_of(headers: Mapping[str, str]) -> str:
    """What these headers of an answer call its content; empty where they do not.

    >>> version_of({"etag": '"a1"'}), version_of({})
    ('etag "a1"', '')
    """
    if etag := headers.get("etag"):
        return f"etag {etag}"
    return f"modified {headers['last-modified']}" if "last-modified" in headers else ""


def condition_of(version: str) -> dict[str, str]:
    """Headers that ask for the content unless it has that version; none for none.

    >>> condition_of('etag "a1"')
    {'If-None-Match': '"a1"'}
    """
    kind, _, value = version.partition(" ")
    names = {"etag": "If-None-Match", "modified": "If-Modified-Since"}
    return {names[kind]: value} if kind in names else {}
