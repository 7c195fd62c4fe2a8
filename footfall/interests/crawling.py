"""Filling the catalogue from a portal's own hosts: sitemaps, feeds, links, and pages that its visitors see.

What was fetched, and what waits, is in the control database after every page: a run that was cut short goes on where it was.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

import msgspec

from footfall.control.content_sources import (
    ContentSource,
    Found,
    Waiting,
    begin_run,
    count_waiting,
    known_pages,
    mark_fetched,
    next_waiting,
    put_waiting,
)
from footfall.control.items import mark_missed, mark_seen, paths_of, put_items
from footfall.control.transactions import Database
from footfall.errors import BadInput, Unavailable
from footfall.interests.feeds import Entry, read_feed
from footfall.interests.fetching import Answered, Fetcher, joined
from footfall.interests.items import LONGEST_TITLE, filled, plain
from footfall.interests.own import Own
from footfall.interests.reading import ReadPage, read_page
from footfall.interests.sitemaps import MOST_MAP_BYTES, Listed, read_sitemap
from footfall.sentences import Sentence
from footfall.vocabulary import Clock, Item

__all__ = ["Crawl"]

DEEPEST = 8
"""Links from the first page, or sitemaps in sitemaps."""
MOST_FAILURES = 5
"""In a row: then the host is taken for away."""
TOLD = ("summary", "text", "kind", "language", "published_ms", "valid_from_ms", "valid_to_ms")
AWAY = Sentence("The portal's host does not answer.")
WHY = {
    "gone": Sentence("it is not there"),
    "closed": Sentence("it is not for everybody, or too large"),
    "forbidden": Sentence("robots.txt forbids it"),
    "failed": Sentence("it does not answer"),
}
HTML = ("text/html", "application/xhtml+xml", "")


class Crawl:
    """One run of one source. ``is_over`` is asked before each address whether to leave the rest for another time."""

    def __init__(self, control: Database, source: ContentSource, own: Own, fetcher: Fetcher, *, now: Clock) -> None:
        self._control, self._source, self._own, self._fetcher, self._now = control, source, own, fetcher, now
        self._failures, self._has_read = 0, False
        self.faults: list[BadInput] = []
        """Lists of pages that could not be read, apart from what the run begins with."""

    def run(self, due_ms: int, is_over: Callable[[], bool], seeds: Sequence[str] = ()) -> bool:
        """Read what is due; false where something is left for another time. ``seeds`` are pages to begin with.

        Raises:
            BadInput: the host must not be asked, or what it has is no sitemap or feed.
            Unavailable: the host does not answer, or asks for rest.
        """
        is_new = self._source.run_ms != due_ms
        if is_new:
            begin_run(self._control, self._source.id, due_ms, self._first(seeds), again=self._source.kind == "crawl")
        done = 0 if is_new else self._source.run_pages
        while done < self._source.most_pages and (waiting := next_waiting(self._control, self._source.id)):
            if is_over():
                return False
            read = {"map": self._read_map, "feed": self._read_feed, "page": self._read_one}[waiting.kind]
            mark_fetched(self._control, self._source.id, read(waiting), now_ms=max(self._now(), due_ms))
            done += 1
        return True

    def _first(self, seeds: Sequence[str]) -> list[Found]:
        url, kind = self._source.url, self._source.kind
        if kind == "traffic":
            return [Found(each) for each in seeds]
        if kind != "sitemap":
            return [Found(url, "feed" if kind == "feed" else "page")]
        homes = [url] if url else list(self._own.homes())
        named = [url] if url.endswith((".xml", ".gz", ".txt")) else [each for home in homes for each in self._fetcher.sitemaps(home)]
        usual = [f"{home.rstrip('/')}/sitemap.xml" for home in homes[:1]]
        return [Found(cleaned, "map") for each in named or usual if (cleaned := self._own.clean(each))]

    def _read_map(self, waiting: Waiting) -> Waiting:
        answer = self._fetcher.fetch(waiting.url, most_bytes=MOST_MAP_BYTES)
        self._count(answer)
        if answer.outcome == "moved":
            self._put([answer.to], "map", waiting.depth)
        elif answer.outcome != "read":
            self._refuse_first(waiting, answer)
        else:
            self._put_map(waiting, answer.body)
        return waiting

    def _put_map(self, waiting: Waiting, body: bytes) -> None:
        try:
            listed = read_sitemap(body, self._own.zone)
        except BadInput as error:
            if self._is_all(waiting):
                raise
            self.faults.append(BadInput("{url} cannot be read. {why}", url=waiting.url, why=error.sentence))
            return
        self._has_read = True
        self._put(listed.maps, "map", waiting.depth + 1)
        self._put_listed(listed.pages, waiting.depth + 1)

    def _put_listed(self, pages: Iterable[Listed], depth: int) -> None:
        """Pages that have not changed since they were read are as good as seen."""
        changed = {cleaned: each.changed_ms for each in pages if (cleaned := self._own.clean(each.url))}
        known = known_pages(self._control, self._source.id, changed)
        same = {url for url, ms in changed.items() if ms and url in known and ms <= known[url].fetched_ms}
        mark_seen(self._control, self._source.site, [one.path for one in known.values() if one.path], now_ms=self._now(), is_there=False)
        self._put([url for url in changed if url not in same], "page", depth)

    def _read_feed(self, waiting: Waiting) -> Waiting:
        answer = self._fetcher.fetch(waiting.url, waiting.version)
        self._count(answer)
        if answer.outcome == "moved":
            self._put([answer.to], "feed", waiting.depth)
        elif answer.outcome == "read":
            entries = read_feed(answer.body, answer.content_type)
            self._store([item for entry in entries if (item := self._announced(entry, waiting.url))])
        elif answer.outcome != "same":
            self._refuse_first(waiting, answer)
        return msgspec.structs.replace(waiting, version=answer.version or waiting.version)

    def _read_one(self, waiting: Waiting) -> Waiting:
        is_traffic = self._source.kind == "traffic"
        is_away = is_traffic and self._failures >= MOST_FAILURES
        answer = Answered(outcome="failed") if is_away else self._fetcher.fetch(waiting.url, waiting.version)
        self._count(answer)
        path = self._own.path_of(waiting.url)
        if answer.outcome == "same":
            mark_seen(self._control, self._source.site, [waiting.path] if waiting.path else [], now_ms=self._now())
            return waiting
        if self._source.kind == "crawl" and waiting.depth == 0:
            self._refuse_start(waiting, answer)
        if answer.outcome == "gone":
            mark_missed(self._control, self._source.site, path)
            return msgspec.structs.replace(waiting, version="")
        if answer.outcome == "moved":
            self._put([answer.to], "page", waiting.depth)
            return waiting
        if answer.outcome == "read" and answer.content_type.partition(";")[0].strip().lower() in HTML:
            return self._take(waiting, answer)
        if is_traffic:
            self._name_by_path(waiting.url)
        return msgspec.structs.replace(waiting, version=answer.version)

    def _take(self, waiting: Waiting, answer: Answered) -> Waiting:
        """The item of a page that was read, if it wants to be found and is not another's copy; and where it leads."""
        page = read_page(answer.body, waiting.url, self._own.zone, answer.content_type, answer.robots)
        if self._source.kind == "crawl" and waiting.depth < DEEPEST:
            self._put(page.links, "page", waiting.depth + 1)
        path, canonical = self._own.path_of(waiting.url), self._own.clean(page.canonical) if page.canonical else ""
        done = msgspec.structs.replace(waiting, version=answer.version, path="")
        if not page.is_listed:
            mark_missed(self._control, self._source.site, path)
            return done
        if canonical and self._own.path_of(canonical) != path:
            self._put([canonical], "page", waiting.depth)
            return done
        self._store([self._item(page, waiting.url, path)])
        return msgspec.structs.replace(done, path=path)

    def _item(self, page: ReadPage, url: str, path: str) -> Item:
        told = {
            name: getattr(page, name) for name in ("summary", "text", "kind", "language", "published_ms", "valid_from_ms", "valid_to_ms")
        }
        return Item(**self._blank(url), title=page.title or plain(path, LONGEST_TITLE), **told)

    def _announced(self, entry: Entry, feed: str) -> Item | None:
        url = self._own.clean(joined(feed, entry.url))
        if not url:
            return None
        told: dict[str, Any] = {
            "title": entry.title,
            "summary": entry.summary,
            "text": entry.text,
            "published_ms": entry.published_ms,
            "kind": "article",
        }
        return Item(**self._blank(url), language=entry.language.partition("-")[0].lower()[:3], **told)

    def _name_by_path(self, url: str) -> None:
        """An item of a page that cannot be read: its visitors are all that is known of it."""
        path = self._own.path_of(url)
        if path not in paths_of(self._control, self._source.site):
            self._store([Item(**self._blank(url), title=plain(path, LONGEST_TITLE))])

    def _blank(self, url: str) -> dict[str, Any]:
        path, now_ms = self._own.path_of(url), self._now()
        return {"id": 0, "site": self._source.site, "path": path, "url": url, "source": self._source.kind, "seen_ms": now_ms}

    def _store(self, found: Sequence[Item]) -> None:
        put_items(self._control, found, now_ms=self._now(), merge=filled)

    def _put(self, urls: Iterable[str], kind: Literal["map", "feed", "page"], depth: int) -> None:
        if depth <= DEEPEST:
            cleaned = (self._own.clean(url) for url in urls)
            put_waiting(self._control, self._source.id, [Found(url, kind, depth) for url in cleaned if url])

    def _count(self, answer: Answered) -> None:
        self._failures = self._failures + 1 if answer.outcome == "failed" else 0
        if self._failures >= MOST_FAILURES and self._source.kind != "traffic":
            raise Unavailable(AWAY, retry_after_s=60)

    def _refuse_first(self, waiting: Waiting, answer: Answered) -> None:
        """A list that is not there is said where it is all that the run begins with; others are passed over."""
        if self._is_all(waiting):
            self._refuse_start(waiting, answer)
            raise _unread(waiting.url, answer)
        self.faults.append(_unread(waiting.url, answer))

    def _is_all(self, waiting: Waiting) -> bool:
        """Whether the run has no list but this one: one of several in robots.txt that is not there keeps no other out."""
        return waiting.depth == 0 and not self._has_read and count_waiting(self._control, self._source.id, lists_alone=True) <= 1

    def _refuse_start(self, waiting: Waiting, answer: Answered) -> None:
        """A run that cannot begin has looked at nothing: no item fades for it."""
        if answer.outcome == "failed":
            raise Unavailable(AWAY, retry_after_s=60)
        if answer.outcome in ("forbidden", "closed"):
            raise _unread(waiting.url, answer)


def _unread(url: str, answer: Answered) -> BadInput:
    return BadInput("{url} cannot be read: {why}.", url=url, why=WHY.get(answer.outcome, answer.outcome))
