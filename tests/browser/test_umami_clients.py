"""Umami's shapes: ``@umami/node`` from npm in node, and what its browser script sends, sent by a page."""

import json
import subprocess

import pytest

from tests.browser.bundle import ROOT
from tests.support.waiting import LONG_S

NODE = """
import { Umami } from '@umami/node'
const [hostUrl, websiteId, userAgent] = process.argv.slice(1)
const umami = new Umami({ hostUrl, websiteId, userAgent })
const page = { hostname: 'portal.example', language: 'en', screen: '1920x1080', title: 'Permits of J. Kafka' }
const replies = [
  await umami.track({ ...page, url: '/permits?utm_source=newsletter&token=s3cret', referrer: '' }),
  await umami.track({ ...page, url: '/permits', name: 'Vote', data: { option: 'park', count: 2, nested: { a: 1 } }, tag: 'spring' }),
  await umami.track('Paid', { method: 'card' }),
  await umami.identify({ email: 'jane@city.example' }),
]
console.log(JSON.stringify(await Promise.all(replies.map(async (reply) => [reply.status, await reply.json()]))))
"""
# As the browser script does it: fetch with keepalive, JSON, and the last reply's cache in a header.
BROWSER = """async ([api, website]) => {
    let cache
    window.replies = []
    window.track = async (payload, type = 'event') => {
        const { hostname, href } = location
        const own = { website, hostname, screen: '1280x720', language: 'en', title: document.title, url: href, referrer: document.referrer }
        const headers = { 'Content-Type': 'application/json', ...(cache !== undefined && { 'x-umami-cache': cache }) }
        const body = JSON.stringify({ type, payload: { ...own, ...payload } })
        const reply = await fetch(api + '/api/send', { keepalive: true, method: 'POST', body, headers, credentials: 'omit' })
        const data = await reply.json()
        cache = data.cache
        window.replies.push(data)
    }
    await track()
    history.pushState(0, '', '/permits?tab=2#step')
    await track()
    await track({ name: 'Vote', data: { option: 'park' } })
    await track({ lcp: 1200, cls: 0.1 }, 'performance')
    await track({ id: 'jane@city.example', data: { email: 'jane@city.example' } }, 'identify')
}"""


@pytest.fixture
def from_node(portal):
    """Runs the node client with an agent string; answers (status, body) of its four requests."""

    def run(agent: str) -> list[tuple[int, dict[str, object]]]:
        command = ["node", "--input-type=module", "-e", NODE, portal.server.url, portal.umami_id, agent]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=LONG_S)
        return json.loads(done.stdout)

    return run


def test_node_client_counts_pages_and_events(portal, from_node):
    replies = from_node("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
    assert {status for status, _ in replies} == {200}
    assert all(set(reply) == {"cache", "sessionId", "visitId"} for _, reply in replies)
    portal.expect("event:page event:name event:props:option event:props:tag", "events", {
        ("/permits", "pageview", "(none)", "(none)"): 1, ("/permits", "Vote", "park", "spring"): 1, ("/", "Paid", "(none)", "(none)"): 1,
    })  # fmt: skip
    portal.expect(
        "visit:source visit:browser visit:os visit:device", "visitors visits", {("newsletter", "Firefox", "GNU/Linux", "Desktop"): (1, 1)}
    )


def test_node_client_without_a_visitors_agent_string_is_counted_without_a_browser(portal, from_node):
    assert {status for status, _ in from_node("")} == {200}
    portal.expect("visit:browser visit:device", "visits events", {("(not set)", "Desktop"): (1, 3)})


def test_page_that_sends_umamis_shapes_is_counted_after_a_preflight(portal, visitor, page):
    page.goto(portal.url("/?utm_source=newsletter"))
    page.evaluate(BROWSER, [portal.collector, portal.umami_id])
    portal.expect("event:page event:name event:props:option", "events", {
        ("/", "pageview", "(none)"): 1, ("/permits", "pageview", "(none)"): 1, ("/permits", "Vote", "park"): 1,
    })  # fmt: skip
    portal.expect("visit:source visit:browser visit:device", "visitors visits", {("newsletter", "Chrome", "Desktop"): (1, 1)})
    assert page.evaluate("new Set(replies.map(JSON.stringify)).size") == 1
    sent = [request.all_headers().get("x-umami-cache") for request in visitor.requests if request.url.endswith("/api/send")]
    assert sent == [None, "none", "none", "none", "none"]


def test_unknown_website_is_told_so_in_umamis_shape(portal, visitor, page):
    page.goto(portal.url())
    status, body = page.evaluate(
        """async (api) => {
            const body = JSON.stringify({ type: 'event', payload: { website: '0f0c8f3e-0000-4000-8000-00000000ffff', url: '/' } })
            const reply = await fetch(api + '/api/send', { method: 'POST', body, headers: { 'Content-Type': 'application/json' } })
            return [reply.status, await reply.json()]
        }""",
        portal.collector,
    )
    assert (status, body["error"]["message"]) == (400, "Website not found.")
    visitor.excused.append("status of 400")
