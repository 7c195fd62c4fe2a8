"""Reading a portal's content by the command line, where no server runs on the home."""

import json

import pytest

from tests.support.command import run_here
from tests.support.small_site import SmallSite


@pytest.fixture
def site():
    small = SmallSite()
    yield small
    small.close()


def test_command_line_reads_a_source_itself_and_leaves_its_items_when_it_is_dropped(site, tmp_path):
    environ = {"FOOTFALL_HOME": str(tmp_path), "FOOTFALL_SOURCE_NETWORKS": "127.0.0.0/8"}
    run_here(environ, "portals", "add", site.host).check_returncode()
    site.put("/robots.txt", "")
    site.put("/rss", f"<rss version='2.0'><channel><item><title>New</title><link>{site.url}/new</link></item></channel></rss>")

    def footfall(*arguments):
        done = run_here(environ, "content", *arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    (shown,) = footfall("crawl", site.host, f"{site.url}/rss", "--kind", "feed")
    assert (shown["state"], shown["fetched"], shown["said"]) == ("done", 1, "")
    assert footfall("sources", site.host) == [shown]
    site.put("/rss", "<html></html>")
    failed = run_here(environ, "content", "crawl", site.host, f"{site.url}/rss", "--kind", "feed")
    assert (failed.returncode, failed.stderr) == (2, "footfall: It is no feed of RSS or Atom.\n")
    assert footfall("sources", site.host)[0]["state"] == "failed"
    assert footfall("drop", str(shown["id"])) == {"deleted": True}
    assert [item["title"] for item in footfall("list", site.host)["items"]] == ["New"]
