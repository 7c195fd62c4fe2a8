"""HTML as a reader sees it: its main text without menus, headers and scripts."""

from selectolax.lexbor import LexborHTMLParser, LexborNode

__all__ = ["main_of", "parsed", "text_of"]

NO_TEXT = (
    "script, style, noscript, template, nav, header, footer, aside, svg, iframe, form, button, select, [hidden], [aria-hidden=true], "
    "[role=navigation], [role=banner], [role=contentinfo], [role=search], [role=complementary]"
)
MAIN = ("main", "[role=main]", "article", "body")


def parsed(text: str) -> LexborHTMLParser:
    """The document."""
    return LexborHTMLParser(text)


def text_of(markup: str) -> str:
    """The words of a piece of HTML, tags left out.

    >>> text_of("<p>Tram <b>7</b> &amp; bus</p><p>Today</p>")
    'Tram 7 & bus Today'
    """
    if "<" not in markup and "&" not in markup:
        return markup
    body = parsed(markup).body
    return " ".join(body.text(separator=" ").split()) if body else ""


def main_of(page: LexborHTMLParser) -> LexborNode | None:
    """What the page is about: its main part, cleared of all that stands on every page. The document is changed by it."""
    for node in page.css(NO_TEXT):
        node.decompose()
    return next((found for name in MAIN if (found := page.css_first(name))), None)
