"""Sources of a portal's content, as whoever sets them up sees them: added, listed, asked for, removed."""

from typing import Any

import msgspec

from footfall.control.content_sources import (
    ContentSource,
    SourceKind,
    add_source,
    change_source,
    count_waiting,
    drop_source,
    job_of,
    list_sources,
)
from footfall.control.database import Control
from footfall.control.runs import Run, ask_run, last_runs
from footfall.errors import BadInput
from footfall.interests.dates import as_written
from footfall.interests.items import FILLINGS
from footfall.serve.content_items import own_of
from footfall.serve.content_shapes import SourceBody, SourceShown
from footfall.serve.source_schedule import checked_schedule
from footfall.vocabulary import Portal

__all__ = ["ask_source", "put_source", "remove_source", "source_of", "sources_shown"]

MOST_PAGES = 20_000


def source_of(given: dict[str, Any]) -> SourceBody:
    """The body in its kinds. Raises BadInput."""
    try:
        return msgspec.convert(given, SourceBody, strict=False)
    except msgspec.ValidationError as error:
        raise BadInput("That source is not valid: {fault}.", fault=str(error)) from None


def put_source(control: Control, portal: Portal, body: SourceBody, *, now_ms: int) -> SourceShown:
    """A source of the portal, or other times for the one that is there; it is read when its schedule says so, or when it is asked for.

    Raises:
        BadInput: kind, url, schedule or most_pages is not valid.
    """
    source = ContentSource(
        id=0,
        site=portal.id,
        kind=_kind(body.kind),
        url=_url(portal, body),
        schedule=checked_schedule(body.schedule),
        most_pages=body.most_pages,
        created_ms=now_ms,
    )
    if not 1 <= source.most_pages <= MOST_PAGES:
        raise BadInput("most_pages {number} is not valid. Valid: 1 to {most}.", number=source.most_pages, most=MOST_PAGES)
    known = (one for one in list_sources(control, portal.id) if (one.kind, one.url) == (source.kind, source.url))
    if same := next(known, None):
        return _shown(control, portal, change_source(control, same, source, portal.domain, now_ms=now_ms), None)
    return _shown(control, portal, add_source(control, source, portal.domain, now_ms=now_ms), None)


def sources_shown(control: Control, portal: Portal) -> list[SourceShown]:
    """The portal's sources by id, with how far they are."""
    runs = last_runs(control)
    return [_shown(control, portal, source, runs.get(job_of(source.id))) for source in list_sources(control, portal.id)]


def ask_source(control: Control, source: ContentSource, *, now_ms: int) -> None:
    """Have it read as soon as an app looks."""
    ask_run(control, job_of(source.id), now_ms=now_ms)


def remove_source(control: Control, source: ContentSource, *, now_ms: int) -> None:
    """It is read no more; the items that it brought stay. Raises NotFound."""
    drop_source(control, source.id, control.portal(source.site).domain, now_ms=now_ms)


def _shown(control: Control, portal: Portal, source: ContentSource, run: Run | None) -> SourceShown:
    plain = {name: getattr(source, name) for name in ("id", "kind", "url", "schedule", "most_pages")}
    return SourceShown(
        portal=portal.domain,
        began=as_written(source.run_ms),
        fetched=source.run_pages,
        waiting=count_waiting(control, source.id),
        state=run.state if run else "",
        said=str(run.said) if run else "",
        **plain,
    )


def _kind(text: str) -> SourceKind:
    kinds: tuple[SourceKind, ...] = ("sitemap", "feed", "crawl", "traffic")
    found = next((kind for kind in kinds if kind == text), None)
    if found is None:
        raise BadInput("kind {kind!r} is not valid. Valid: {valid}.", kind=text, valid=", ".join(FILLINGS))
    return found


def _url(portal: Portal, body: SourceBody) -> str:
    """Where it begins: of links the first page, unless another is named; a feed has to be."""
    own = own_of(portal)
    if body.url:
        return own.checked(body.url)
    if body.kind == "feed":
        raise BadInput("A feed needs its url: an address of {domain}.", domain=portal.domain)
    return next(own.homes()) if body.kind == "crawl" else ""
