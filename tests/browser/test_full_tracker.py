"""/footfall.full.js in a real browser: links, downloads, forms, searches and missing pages, and never what somebody typed."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

STAY = """<script>
    const stay = (event) => (event.type == 'submit' || event.composedPath().some((node) => node.href)) && event.preventDefault()
    for (const kind of ['click', 'auxclick', 'submit']) addEventListener(kind, stay)
</script>"""
TYPED = "Kafka-7731"
LINKS = """
<a id=out href="//user:s3cret@other.example/path/a?token=s3cret#part"><b>other</b></a>
<a id=file href="/files/form.PDF?token=s3cret">form</a>
<a id=archive href="https://other.example/data.csv">data</a>
<a id=home href="/next?x=1">home</a>
<a id=mail href="mailto:jane@city.zip?subject=s3cret">mail</a>
<a id=phone href="tel:+3112345.zip">phone</a>
<a id=bare>no address</a>
<a id=broken href="http://[broken">broken</a>
<svg width=40 height=20><a id=drawn href="https://map.example/tiles?token=s3cret"><rect width=40 height=20 /></a></svg>
<div id=host></div>
<script>
    const shadow = document.getElementById('host').attachShadow({ mode: 'open' })
    shadow.innerHTML = '<a href="https://shadow.example/x?token=s3cret">in the shadow</a>'
</script>
"""
FORMS = """
<form id=permit><input name=id><input name=dataset>
    <input id=street data-footfall-field=street><input id=kind type=checkbox data-footfall-field=kind>
    <textarea id=note></textarea><button id=send>Send</button></form>
<input id=outside form=permit>
<form data-footfall-form=vote><input id=option><button id=cast>Vote</button></form>
<form><input id=nameless></form>
<input id=loose data-footfall-field=loose>
"""


def contents(folder: Path) -> Iterator[bytes]:
    """What every file holds; those of the journal, and of rows on their way, may be gone before they are read."""
    for parent, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                yield Path(parent, name).read_bytes()


@pytest.fixture
def full(portal, page):
    """Opens a page with this content and the full tracker, from which no click leads away."""

    def open_page(content: str, path: str = "/", **data: str) -> None:
        portal.put(path.partition("?")[0], STAY + content + portal.line("footfall.full.js", **data))
        page.goto(portal.url(path))

    return open_page


def test_links_out_and_files_are_told_without_query_or_user(portal, visitor, page, full):
    full(LINKS)
    for link in ("#out b", "#file", "#archive", "#home", "#mail", "#phone", "#bare", "#broken", "#drawn", "#host a"):
        page.click(link)
    wanted = {
        ("pageview", "(none)"): 1,
        ("Outbound Link: Click", "http://other.example/path/a"): 1,
        ("Outbound Link: Click", "https://map.example/tiles"): 1,
        ("Outbound Link: Click", "https://shadow.example/x"): 1,
        ("File Download", portal.url("/files/form.PDF")): 1,
        ("File Download", "https://other.example/data.csv"): 1,
    }
    portal.expect("event:name event:props:url", "events", wanted)
    assert not [sent for sent in visitor.sent() if "s3cret" in str(sent) or "jane" in str(sent) or "3112345" in str(sent)]


def test_middle_button_opens_a_link_and_the_right_one_does_not(portal, page, full):
    full(LINKS)
    page.click("#out", button="right")
    page.click("#archive", button="middle")
    portal.expect("event:name", "events", {"pageview": 1, "File Download": 1})


def test_form_tells_that_it_was_begun_filled_and_sent(portal, page, full):
    full(FORMS)
    page.fill("#street", TYPED)
    page.check("#kind")
    page.fill("#outside", TYPED)
    page.click("#send")
    page.fill("#option", TYPED)
    page.press("#option", "Enter")
    page.fill("#nameless", TYPED)
    page.fill("#loose", TYPED)
    page.press("#loose", "Tab")
    wanted = {
        ("pageview", "(none)", "(none)"): 1,
        ("Form: Started", "permit", "(none)"): 1,
        ("Form: Field Completed", "permit", "street"): 1,
        ("Form: Field Completed", "permit", "kind"): 1,
        ("Form: Submission", "permit", "(none)"): 1,
        ("Form: Started", "vote", "(none)"): 1,
        ("Form: Submission", "vote", "(none)"): 1,
        ("Form: Started", "(none)", "(none)"): 1,
        ("Form: Field Completed", "(none)", "loose"): 1,
    }
    portal.expect("event:name event:props:form event:props:field", "events", wanted)


def test_what_was_typed_is_in_no_request_and_in_no_file_of_the_server(portal, visitor, page, full):
    full(FORMS.replace("permit", "form-of-this-test"))
    for field in ("street", "note", "outside", "option", "nameless", "loose"):
        page.fill(f"#{field}", TYPED)
    page.click("#send")
    page.goto(portal.url("/", host="elsewhere.example"))
    words, seen = (TYPED.encode(), b"form-of-this-test"), set[bytes]()

    def is_counted_and_searched() -> bool:
        counted = portal.answer("event:name", "events").get("Form: Submission") == 1
        files = list(contents(portal.server.home))
        seen.update(word for word in words if any(word in content for content in files))
        return counted

    assert portal.until(is_counted_and_searched, bool)
    assert seen == {b"form-of-this-test"}
    told = portal.until(lambda: [sent for sent in visitor.requests if "stats.example" in sent.url], lambda told: len(told) == 8)
    assert len(told) == 8
    told = [f"{sent.url} {sent.post_data} {sent.all_headers()}" for sent in told]
    assert not [one for one in told if TYPED in one]


def test_strange_elements_are_no_error(portal, page, full):
    full("<input id=odd><script>odd.attachInternals; Object.defineProperty(odd, 'form', { value: 'permit' })</script>")
    page.focus("#odd")
    page.evaluate("document.dispatchEvent(new Event('change', { bubbles: true }))")
    page.evaluate("document.body.click()")
    portal.expect("event:name", "events", {"pageview": 1})


def test_search_is_told_where_the_line_names_its_parameter(portal, page, full):
    full("", "/find?q=&query=swimming+pool", search="q,query")
    page.evaluate("history.replaceState(0, '', '/find?query=swimming pools')")
    page.evaluate("history.pushState(0, '', '/find?query=library')")
    page.evaluate("history.pushState(0, '', '/other')")
    portal.expect("event:name event:props:search_query", "events", {
        ("pageview", "(none)"): 3, ("Site Search", "swimming pool"): 1, ("Site Search", "library"): 1,
    })  # fmt: skip


def test_search_is_not_told_where_the_line_names_none(portal, page, full):
    full("", "/find?q=passport&s=passport&search=passport")
    page.evaluate("footfall('Settled')")
    portal.expect("event:name", "events", {"pageview": 1, "Settled": 1})


@pytest.mark.parametrize(("content", "data"), [("", {"_404": ""}), ("<meta name=footfall-404>", {})])
def test_page_that_was_not_found_is_told_and_is_no_engagement(portal, full, content, data):
    full(content, "/lost?x=1", **data)
    portal.expect("event:name event:props:path", "events", {("pageview", "(none)"): 1, ("404", "/lost"): 1})
    portal.expect("", "bounce_rate", {(): 100})
