"""Reading a portal from its own server: who is asked, how often, what comes of it, and what a killed run leaves to do."""

import gzip
from datetime import UTC, datetime

import msgspec
import pytest

from footfall.control.content_sources import ContentSource, add_source, count_waiting, find_source, mark_asked
from footfall.control.database import open_control
from footfall.control.items import all_live, find_item, looked_at, put_items
from footfall.errors import BadInput, Unavailable
from footfall.interests.crawling import Crawl
from footfall.interests.fetching import Fetcher, Pace
from footfall.serve.content_items import own_of
from footfall.sources.connectors.addresses import client
from footfall.vocabulary import Item
from tests.support.small_site import SmallSite

HERE = ("127.0.0.0/8",)
DAY_MS = 86_400_000


class Killed(Exception):
    pass


class Town:
    """A portal, its server, another server that must never be asked, and runs of one source."""

    def __init__(self, folder):
        self.site, self.other = SmallSite(), SmallSite()
        self.now_ms = 1_767_225_600_000
        self.control = open_control(f"sqlite:///{folder / 'control.db'}", lambda: self.now_ms)
        self.portal = self.control.create_portal(domain=self.site.host, allowed_query=["id"])
        self.waits = []

    def source(self, kind, path="", most_pages=100):
        url = self.site.url + path if path or kind == "crawl" else ""
        given = ContentSource(
            id=0, site=self.portal.id, kind=kind, url=url or self.site.url, schedule="", most_pages=most_pages, created_ms=0
        )
        return add_source(self.control, given, self.portal.domain, now_ms=0).id

    def run(self, id, due_ms=1, *, allowed=HERE, seeds=(), is_over=lambda: False):
        """One run; each wait passes in no time."""
        source, own = find_source(self.control, id), own_of(self.portal)
        with client(allowed) as asked:
            noted = {"asked": lambda at_ms: mark_asked(self.control, id, at_ms), "last_ms": source.asked_ms}
            fetcher = Fetcher(asked, own, Pace(now=lambda: self.now_ms, wait=self.wait, **noted), {})
            self.crawl = Crawl(self.control, source, own, fetcher, now=lambda: self.now_ms)
            return self.crawl.run(due_ms, is_over, seeds)

    def wait(self, seconds):
        self.waits.append(seconds)
        self.now_ms += round(seconds * 1000)

    @property
    def titles(self):
        return {item.path: item.title for item in all_live(self.control)}

    def item(self, path):
        return find_item(self.control, self.portal.id, path)

    def close(self):
        for open_one in (self.site, self.other, self.control):
            open_one.close()


@pytest.fixture
def town(tmp_path):
    built = Town(tmp_path)
    yield built
    built.close()


def test_links_are_followed_on_own_hosts_alone_and_where_robots_txt_lets_us(town):
    town.site.put("/robots.txt", "User-agent: *\nDisallow: /private\n\nUser-agent: Footfall-Content\nDisallow: /private\nDisallow: /away")
    elsewhere = [f"{town.other.url}/x", "//localhost/x", "mailto:a@b.example", "/private/a", "/away"]
    town.site.page("/", "Home", "/a?id=1&session=7", "/b#top", "/moved", "/leaves", "/nofollow", *elsewhere)
    town.site.page("/a?id=1", "A")
    town.site.page("/b", "B", "/c")
    town.site.page("/c", "C", "/")
    town.site.put("/moved", "", 301, location="/d")
    town.site.page("/d", "D")
    town.site.put("/leaves", "", 302, location=f"{town.other.url}/stolen")
    town.site.page("/nofollow", "N", "/unseen", head='<meta name="robots" content="noindex, nofollow">')
    assert town.run(town.source("crawl", "/"))
    assert town.titles == {"/": "Home", "/a?id=1": "A", "/b": "B", "/c": "C", "/d": "D"}
    assert town.other.asked == []
    assert not [path for path in town.site.asked if path.startswith(("/private", "/away", "/unseen"))]
    assert len(town.site.asked) == len(set(town.site.asked))
    (agent,) = town.site.agents
    assert agent.startswith("Footfall-Content/")


def test_host_is_asked_a_second_apart_or_as_its_crawl_delay_says(town):
    town.site.page("/", "Home", "/a", "/b")
    town.site.page("/a", "A")
    town.run(town.source("crawl", "/"))
    assert town.waits == [1.0, 1.0, 1.0]
    town.site.put("/robots.txt", "User-agent: *\nCrawl-delay: 7")
    town.waits.clear()
    town.run(town.source("crawl", "/a"), due_ms=2)
    assert town.waits == [7.0]


def test_server_whose_robots_txt_fails_is_not_read(town):
    town.site.put("/robots.txt", "", 503)
    town.site.page("/", "Home")
    with pytest.raises(Unavailable, match="does not answer"):
        town.run(town.source("crawl", "/"))
    assert (town.site.asked, town.titles) == (["/robots.txt"], {})


def test_robots_txt_elsewhere_is_not_asked_for_and_shuts_the_host(town):
    town.site.put("/robots.txt", "", 302, location=f"{town.other.url}/robots.txt")
    town.site.page("/", "Home")
    with pytest.raises(Unavailable, match="does not answer"):
        town.run(town.source("crawl", "/"))
    assert (town.other.asked, town.titles) == ([], {})


def test_address_inside_a_network_is_never_asked_unless_a_setting_allows_it(town):
    town.site.page("/", "Home")
    with pytest.raises(BadInput, match="inside a network"):
        town.run(town.source("crawl", "/"), allowed=())
    assert town.site.asked == []


def test_budget_ends_a_run_and_the_next_one_begins_with_what_was_left(town):
    town.site.page("/", "Home", *(f"/{number}" for number in range(6)))
    for number in range(6):
        town.site.page(f"/{number}", f"Page {number}")
    id = town.source("crawl", "/", most_pages=4)
    assert town.run(id)
    assert (len(town.titles), count_waiting(town.control, id)) == (4, 3)
    town.now_ms += DAY_MS
    town.run(id, due_ms=town.now_ms)
    assert len(town.titles) == 7


def test_killed_run_goes_on_with_the_next_page_and_asks_nothing_twice(town):
    town.site.page("/", "Home", *(f"/{number}" for number in range(5)))
    for number in range(5):
        town.site.page(f"/{number}", f"Page {number}")

    def kill(seconds):
        if len(town.site.asked) == 4:
            raise Killed

    id, usual = town.source("crawl", "/"), town.wait
    town.wait = kill
    with pytest.raises(Killed):
        town.run(id)
    assert (len(town.titles), find_source(town.control, id).run_pages) == (3, 3)
    town.wait = usual
    assert town.run(id)
    pages = [path for path in town.site.asked if path != "/robots.txt"]
    assert (len(pages), len(set(pages)), len(town.titles)) == (6, 6, 6)


def test_run_that_is_over_says_that_something_is_left(town):
    town.site.page("/", "Home", "/a")
    town.site.page("/a", "A")
    id = town.source("crawl", "/")
    assert town.run(id, is_over=lambda: len(town.site.asked) > 1) is False
    assert town.run(id) is True
    assert town.titles == {"/": "Home", "/a": "A"}


def test_unchanged_page_is_seen_without_being_sent_again(town):
    town.site.page("/", "Home", etag='"1"')
    id = town.source("crawl", "/")
    town.run(id)
    town.site.page("/", "Not read", etag='"1"')
    town.now_ms += DAY_MS
    town.run(id, due_ms=2)
    assert (town.item("/").title, town.item("/").seen_ms >= 1_767_225_600_000 + DAY_MS) == ("Home", True)
    town.site.page("/", "Changed", etag='"2"')
    town.run(id, due_ms=3)
    assert town.item("/").title == "Changed"


def test_sitemaps_of_sitemaps_packed_or_not_are_read_and_old_pages_left_alone(town):
    root = town.site.url
    town.site.put("/robots.txt", f"Sitemap: {root}/index.xml\nSitemap: {town.other.url}/theirs.xml")
    maps = "".join(f"<sitemap><loc>{root}{path}</loc></sitemap>" for path in ("/a.xml.gz", "/b.txt", "/broken.xml", "/gone.xml"))
    town.site.put("/index.xml", f"<sitemapindex>{maps}</sitemapindex>")
    town.site.put("/broken.xml", "<urlset>")
    listed = f"<url><loc>{root}/a</loc><lastmod>2020-01-01</lastmod></url><url><loc>{town.other.url}/x</loc></url>"
    town.site.put("/a.xml.gz", gzip.compress(f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</urlset>'.encode()))
    town.site.put("/b.txt", f"{root}/b\n")
    town.site.page("/a", "A")
    town.site.page("/b", "B")
    id = town.source("sitemap")
    town.run(id)
    assert (town.titles, town.other.asked) == ({"/a": "A", "/b": "B"}, [])
    faults = sorted(str(fault).partition(" cannot be read")[2] for fault in town.crawl.faults)
    assert faults == [". It is no sitemap: no element found: line 1, column 8.", ": it is not there."]
    town.site.asked.clear()
    town.now_ms += DAY_MS
    town.run(id, due_ms=town.now_ms)
    assert sorted(town.site.asked) == ["/a.xml.gz", "/b", "/b.txt", "/broken.xml", "/gone.xml", "/index.xml", "/robots.txt"]
    assert town.item("/a").seen_ms >= 1_767_225_600_000 + DAY_MS


def test_sitemap_that_is_none_is_said(town):
    town.site.put("/sitemap.xml", "<html>")
    id = town.source("sitemap")
    with pytest.raises(BadInput, match="It is no sitemap"):
        town.run(id)
    del town.site.pages["/sitemap.xml"]
    with pytest.raises(BadInput, match="cannot be read: it is not there"):
        town.run(id, due_ms=2)


@pytest.mark.parametrize("status", [404, 500])
def test_one_of_several_sitemaps_that_cannot_be_read_keeps_no_other_out(town, status):
    root = town.site.url
    town.site.put("/robots.txt", f"Sitemap: {root}/old.xml\nSitemap: {root}/new.txt\nSitemap: {root}/none.txt")
    town.site.put("/old.xml", "", status)
    town.site.put("/none.txt", "no address")
    town.site.put("/new.txt", f"{root}/a\n")
    town.site.page("/a", "A")
    id = town.source("sitemap")
    assert town.run(id)
    assert town.titles == {"/a": "A"} and len(town.crawl.faults) == 2
    town.site.put("/new.txt", "", status)
    with pytest.raises((BadInput, Unavailable)):
        town.run(id, due_ms=town.now_ms + DAY_MS)


def test_sitemap_that_has_moved_to_where_nothing_is_has_looked_at_nothing(town):
    town.site.put("/sitemap.xml", "", 301, location="/index.xml")
    with pytest.raises(BadInput, match="cannot be read: it is not there"):
        town.run(town.source("sitemap"))


def test_page_that_changed_again_on_the_day_of_its_lastmod_is_read_the_next_night(town):
    day = datetime.fromtimestamp(town.now_ms / 1000, UTC).date().isoformat()
    town.site.put("/sitemap.xml", f"<urlset><url><loc>{town.site.url}/a</loc><lastmod>{day}</lastmod></url></urlset>")
    town.site.page("/a", "In the morning")
    id = town.source("sitemap")
    town.run(id)
    town.site.page("/a", "In the evening")
    for _ in range(2):
        town.now_ms += DAY_MS
        town.site.asked.clear()
        town.run(id, due_ms=town.now_ms)
        asked_last = "/a" in town.site.asked
    assert town.titles == {"/a": "In the evening"} and not asked_last


def test_feed_brings_items_of_own_hosts_without_asking_for_their_pages(town):
    entry = "<item><title>Tram &amp; bus</title><link>{}/news/1</link><description>&lt;p&gt;Soon&lt;/p&gt;</description>{}</item>"
    dated = "<pubDate>Mon, 05 Jan 2026 10:00:00 +0300</pubDate>"
    entries = entry.format(town.site.url, dated) + entry.format(town.other.url, "")
    text = f"<rss version='2.0'><channel><language>ru-RU</language>{entries}</channel></rss>"
    town.site.put("/rss", text, content_type="application/rss+xml")
    town.run(town.source("feed", "/rss"))
    item = town.item("/news/1")
    told = (item.title, item.summary, item.kind, item.language, item.published_ms)
    assert told == ("Tram & bus", "Soon", "article", "ru", 1_767_596_400_000)
    assert (town.titles, town.site.asked, town.other.asked) == ({"/news/1": "Tram & bus"}, ["/robots.txt", "/rss"], [])


def test_feed_whose_links_are_relative_is_of_its_own_host(town):
    town.site.put("/news/atom", "<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>A</title><link href='../a'/></entry></feed>")
    town.run(town.source("feed", "/news/atom"))
    assert town.titles == {"/a": "A"}


def test_pages_that_visitors_see_take_their_own_title_or_else_their_path(town):
    town.site.put("/robots.txt", "User-agent: *\nDisallow: /hidden")
    town.site.page("/a", "A title")
    town.site.put("/file.pdf", b"%PDF", content_type="application/pdf")
    town.site.put("/login", "", 401)
    seeds = [f"{town.site.url}{path}" for path in ("/a", "/hidden/x", "/file.pdf", "/login", "/nowhere")]
    town.run(town.source("traffic"), seeds=seeds)
    assert town.titles == {"/a": "A title", "/hidden/x": "/hidden/x", "/file.pdf": "/file.pdf", "/login": "/login"}


def test_portal_that_is_away_leaves_paths_for_titles_after_five_tries(town):
    town.site.before = lambda path: town.site.put(path, "", 503) if path != "/robots.txt" else None
    town.run(town.source("traffic"), seeds=[f"{town.site.url}/{number}" for number in range(9)])
    assert town.titles == {f"/{number}": f"/{number}" for number in range(9)}
    assert len(town.site.asked) == 6


def test_host_that_fails_again_and_again_or_asks_for_rest_ends_the_run(town):
    town.site.page("/", "Home", *(f"/{number}" for number in range(9)))
    for number in range(9):
        town.site.put(f"/{number}", "", 500)
    id = town.source("crawl", "/")
    with pytest.raises(Unavailable, match="does not answer"):
        town.run(id)
    assert len(town.site.asked) == 7
    town.site.put("/tired", "", 429)
    with pytest.raises(Unavailable, match="asked too often"):
        town.run(town.source("crawl", "/tired"))


def test_first_page_that_robots_txt_forbids_is_said(town):
    town.site.put("/robots.txt", "User-agent: *\nDisallow: /")
    with pytest.raises(BadInput, match=r"cannot be read: robots.txt forbids it"):
        town.run(town.source("crawl", "/"))


def test_page_that_is_gone_is_counted_and_one_that_is_back_is_not(town):
    town.site.page("/", "Home")
    id = town.source("crawl", "/")
    town.run(id)
    for due_ms, status in ((2, 404), (3, 410)):
        town.site.put("/", "", status)
        town.run(id, due_ms=due_ms + town.now_ms)
    assert [misses for _, misses in looked_at(town.control)] == [2]
    town.site.page("/", "Home")
    town.run(id, due_ms=9 + town.now_ms)
    assert [misses for _, misses in looked_at(town.control)] == [0]


def test_canonical_page_stands_for_its_copies(town):
    town.site.page("/", "Home", "/copy")
    town.site.page("/copy", "Copy", head='<link rel="canonical" href="/real">')
    town.site.page("/real", "Real", head='<link rel="canonical" href="/real">')
    town.run(town.source("crawl", "/"))
    assert town.titles == {"/": "Home", "/real": "Real"}


def test_what_somebody_wrote_stands_over_what_is_read(town):
    town.site.page("/", "Home")
    written = Item(id=0, site=town.portal.id, path="/", url=f"{town.site.url}/", title="Ours", source="editor", weight=3.0)
    (stored,) = put_items(town.control, [written], now_ms=0)
    town.run(town.source("crawl", "/"))
    assert town.item("/") == msgspec.structs.replace(stored, seen_ms=town.item("/").seen_ms)
    assert town.item("/").seen_ms > 0
