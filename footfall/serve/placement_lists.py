"""A list as other systems take it: JSON, an RSS feed, or a fragment of HTML without script and style. The same bytes for all who ask."""

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import msgspec

from footfall.control.placements import Placement
from footfall.serve.pages.language import LANGUAGES, Language, language
from footfall.serve.recommending import List, Recommended

__all__ = ["FORMATS", "as_json", "etag_of", "format_of", "render_list", "spoken_of"]

FORMATS = {"json": "application/json", "rss": "application/rss+xml; charset=utf-8", "html": "text/html"}
NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
TYPES = {"application/json": "json", "application/rss+xml": "rss", "application/xml": "rss", "text/xml": "rss", "text/html": "html"}


def spoken_of(code: str) -> Language:
    """The language of reasons: the one asked for where there is a catalogue of it, else English."""
    return language(code if code in LANGUAGES else "en")


def format_of(suffix: str, accepted: str) -> str:
    """The format that the address names behind a dot, else the first that Accept names; JSON where neither says one."""
    if suffix:
        return suffix
    named = (TYPES.get(part.split(";")[0].strip().lower(), "") for part in accepted.split(","))
    return next((found for found in named if found), "json")


def as_json(found: List, spoken: Language) -> dict[str, Any]:
    """The answer of the API."""
    items = [_item(one, position, spoken) for position, one in enumerate(found.items, start=1)]
    return {"id": found.id, "model": found.model, "placement": found.placement, "arm": found.arm, "items": items}


def render_list(kind: str, found: List, placement: Placement, spoken: Language, home: str) -> bytes:
    """The list in one of FORMATS. ``home`` is where the portal's pages begin."""
    return RENDER[kind](found, placement, spoken, home)


def etag_of(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def _item(one: Recommended, position: int, spoken: Language) -> dict[str, Any]:
    item = one.item
    return {
        "item": item.id,
        "url": item.url,
        "title": item.title,
        "summary": item.summary,
        "kind": item.kind,
        "language": item.language,
        "topics": [{"topic": topic, "score": round(score, 3)} for topic, score in item.topics],
        "reason": {"kind": one.kind, "text": str(spoken.said(one.reason))},
        "position": position,
    }


def _as_json(found: List, placement: Placement, spoken: Language, home: str) -> bytes:
    return msgspec.json.encode(as_json(found, spoken))


def _as_rss(found: List, placement: Placement, spoken: Language, home: str) -> bytes:
    title = _xml(placement.title or placement.id)
    items = "".join(_rss_item(one, spoken) for one in found.items)
    head = f"<title>{title}</title><link>{_xml(home)}</link><description>{title}</description><generator>Footfall</generator>"
    return f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>{head}{items}</channel></rss>\n'.encode()


def _rss_item(one: Recommended, spoken: Language) -> str:
    item, at = one.item, ""
    if item.published_ms:
        at = f"<pubDate>{format_datetime(datetime.fromtimestamp(item.published_ms / 1000, UTC))}</pubDate>"
    topics = "".join(f"<category>{_xml(topic)}</category>" for topic, _ in item.topics)
    told, link = _xml(item.summary or spoken.said(one.reason)), _xml(item.url)
    head = f"<title>{_xml(item.title)}</title><link>{link}</link><guid>{link}</guid>"
    return f"<item>{head}<description>{told}</description>{topics}{at}</item>"


def _xml(text: str) -> str:
    """Escaped, without what no XML may hold."""
    return escape(NO_XML.sub(" ", text))


def _as_html(found: List, placement: Placement, spoken: Language, home: str) -> bytes:
    """Classes to be styled by the page that takes it; data attributes name what feedback needs."""
    title = f'<h2 class="footfall-title">{escape(placement.title)}</h2>' if placement.title else ""
    rows = "".join(_html_item(one, spoken) for one in found.items)
    whole = (
        f'<section class="footfall-list" data-list={quoteattr(found.id)} lang={quoteattr(spoken.code)}>{title}<ul>{rows}</ul></section>\n'
    )
    return whole.encode()


def _html_item(one: Recommended, spoken: Language) -> str:
    item = one.item
    lang = f" lang={quoteattr(item.language)}" if item.language else ""
    summary = f'<p class="footfall-summary">{escape(item.summary)}</p>' if item.summary else ""
    reason = f'<p class="footfall-reason">{escape(spoken.said(one.reason))}</p>'
    link = f"<a href={quoteattr(_safe(item.url))}>{escape(item.title)}</a>"
    return f'<li data-item="{item.id}"{lang}>{link}{summary}{reason}</li>'


def _safe(url: str) -> str:
    """No address of a catalogue may run anything in the page that takes the list."""
    return url if url.startswith(("https://", "http://")) else "#"


RENDER: dict[str, Callable[[List, Placement, Language, str], bytes]] = {"json": _as_json, "rss": _as_rss, "html": _as_html}
