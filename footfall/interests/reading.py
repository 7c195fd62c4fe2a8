"""A page of HTML, read: what it is, what it says, and where it leads."""

import re
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

import msgspec
from selectolax.lexbor import LexborHTMLParser, LexborNode

from footfall.interests.dates import read_instant
from footfall.interests.described import describe
from footfall.interests.fetching import ROBOT
from footfall.interests.items import LANGUAGE, LONGEST_SUMMARY, LONGEST_TEXT, LONGEST_TITLE, plain
from footfall.interests.markup import main_of, parsed, text_of

__all__ = ["ReadPage", "decoded", "read_page"]

CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
LOOKED_AT = 2048
"""Bytes in which a page has to say how it is encoded."""
MOST_LINKS = 2000
SHORTEST_SUMMARY, USUAL_SUMMARY = 40, 300
OF_A_PART = re.compile(r"[\w-]+\s*:\s*[^\s,]+")
LEAST_FIELDS = 3
"""Of what is called a form: a search has one field, a newsletter two."""


class ReadPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page."""

    title: str
    summary: str
    text: str
    kind: str
    language: str
    published_ms: int
    valid_from_ms: int
    valid_to_ms: int
    canonical: str
    """The address that the page itself says it has; empty: it says none."""
    links: tuple[str, ...]
    """Where it leads, absolute, each once; none where it says that they are not to be followed."""
    is_listed: bool
    """False: it asks not to be found (``noindex``)."""


def read_page(body: bytes, url: str, zone: ZoneInfo, content_type: str = "", robots: str = "") -> ReadPage:
    """What the page at that address says. ``robots`` is the header X-Robots-Tag. Times without an offset are in ``zone``. What is not there
    is empty."""
    page = parsed(decoded(body, content_type))
    told = {name.lower(): value for name, value in _metas(page)}
    wishes = _wishes(f"{robots},{told.get('robots', '')}".lower())
    said = describe([node.text() for node in page.css('script[type="application/ld+json"]')], zone, url)
    links = () if wishes & {"nofollow", "none"} else _links(page, url)
    is_form = _is_form(page)
    heading, title = _text(page.css_first("h1")), _text(page.css_first("title"))
    main = main_of(page)
    text = main.text(separator=" ") if main else ""
    return ReadPage(
        title=plain(text_of(said.title) or told.get("og:title", "") or heading or title, LONGEST_TITLE),
        summary=plain(
            text_of(said.summary) or told.get("description", "") or told.get("og:description", "") or _first(main), LONGEST_SUMMARY
        ),
        text=plain(text_of(said.text) if len(said.text) > len(text) else text, LONGEST_TEXT),
        kind=_kind(said.kind, told.get("og:type", ""), is_form=is_form),
        language=_language(said.language, _attribute(page.css_first("html"), "lang"), told.get("og:locale", "")),
        published_ms=said.published_ms or read_instant(told.get("article:published_time", ""), zone),
        valid_from_ms=said.valid_from_ms,
        valid_to_ms=said.valid_to_ms,
        canonical=_joined(url, _attribute(page.css_first("link[rel=canonical]"), "href")),
        links=links,
        is_listed=not wishes & {"noindex", "none"},
    )


def decoded(body: bytes, content_type: str = "") -> str:
    """The page's text: in the encoding that its server, a byte order mark or the page itself names, else UTF-8.

    TRICKY: some encodings decode to halves of characters, which no text may have.
    """
    if body.startswith(b"\xef\xbb\xbf"):
        return body[3:].decode("utf-8", "replace")
    named = CHARSET.search(content_type.encode()) or CHARSET.search(body[:LOOKED_AT])
    try:
        found = body.decode(named[1].decode("ascii") if named else "utf-8", "replace")
        return found.encode("utf-8", "replace").decode()
    except (LookupError, UnicodeError):
        return body.decode("utf-8", "replace")


def _wishes(told: str) -> set[str]:
    """Words that robots are told. ``max-image-preview:none`` is of previews, and ``googlebot: noindex`` for another."""
    return set(re.split(r"[\s,]+", OF_A_PART.sub(" ", told.replace(f"{ROBOT.lower()}:", " "))))


def _metas(page: LexborHTMLParser) -> list[tuple[str, str]]:
    """Names and contents; of one that is there twice, the first, which comes last."""
    found = [(_attribute(node, "name") or _attribute(node, "property"), _attribute(node, "content")) for node in page.css("meta[content]")]
    return found[::-1]


def _links(page: LexborHTMLParser, url: str) -> tuple[str, ...]:
    base = _joined(url, _attribute(page.css_first("base[href]"), "href")) or url
    nodes = page.css("a[href]")[:MOST_LINKS]
    found = (_joined(base, _attribute(node, "href")) for node in nodes if "nofollow" not in _attribute(node, "rel").lower())
    return tuple(dict.fromkeys(link.partition("#")[0] for link in found if link.startswith(("http://", "https://"))))


def _is_form(page: LexborHTMLParser) -> bool:
    """Whether it has something to fill in and send."""
    fields = "input:not([type=hidden]):not([type=submit]):not([type=search]), textarea, select"
    return any(
        _attribute(form, "method").lower() == "post" and len(form.css(fields)) >= LEAST_FIELDS for form in page.css("main form, body form")
    )


def _kind(described: str, og_type: str, *, is_form: bool) -> str:
    if described not in ("", "page"):
        return described
    if is_form:
        return "form"
    return "article" if og_type == "article" else "page"


def _language(*found: str) -> str:
    """The first that is a tag; its primary part."""
    return next((re.split("[-_]", tag)[0].lower() for tag in found if LANGUAGE.fullmatch(tag.strip())), "")


def _first(main: LexborNode | None) -> str:
    """The first paragraph that says something."""
    texts = (_text(node) for node in (main.css("p")[:20] if main else ()))
    return next((text[:USUAL_SUMMARY] for text in texts if len(text) >= SHORTEST_SUMMARY), "")


def _text(node: LexborNode | None) -> str:
    return " ".join(node.text(separator=" ").split()) if node else ""


def _attribute(node: LexborNode | None, name: str) -> str:
    return (node.attributes.get(name) or "").strip() if node else ""


def _joined(base: str, href: str) -> str:
    try:
        return urljoin(base, href) if href else ""
    except ValueError:
        return ""
