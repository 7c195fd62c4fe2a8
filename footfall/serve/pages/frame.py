"""What every page has around it: language, theme, navigation, and the headers that let nothing foreign in."""

from functools import cache, partial
from typing import Any
from urllib.parse import urlsplit

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from litestar import Request, post
from litestar.response import Redirect, Response

from footfall import __version__
from footfall.serve.bodies import read_body
from footfall.serve.pages import words
from footfall.serve.pages.assets import url_of
from footfall.serve.pages.language import LANGUAGES, Language, choose, language
from footfall.serve.pages.menu import menu_of

__all__ = ["HEADERS", "POLICY", "ROUTES", "THEMES", "Reader", "reader_of", "render", "safe_path", "text_of"]

THEMES = ("auto", "light", "dark")
KEYS_ARE = ("on", "off")
YEAR_SECONDS = 365 * 86_400
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
    "vary": "cookie, accept-language",
}


class Reader(msgspec.Struct, frozen=True):
    """Who looks at a page, as far as its frame cares."""

    language: Language
    theme: str
    """One of THEMES."""
    keys: str
    """``on`` or ``off``: whether letters are commands (WCAG 2.1.4)."""
    path: str
    """Where they are, query included: where a form that changes nothing else leads back to."""


def reader_of(request: Request[Any, Any, Any]) -> Reader:
    """Language, theme and keys from the reader's cookies, else as the browser prefers."""
    theme, keys = request.cookies.get("theme", "auto"), request.cookies.get("keys", "on")
    chosen = choose(request.cookies.get("language", ""), request.headers.get("accept-language", ""))
    query = f"?{request.url.query}" if request.url.query else ""
    return Reader(chosen, theme if theme in THEMES else "auto", keys if keys in KEYS_ARE else "on", request.url.path + query)


def render(request: Request[Any, Any, Any], template: str, *, status: int = 200, **values: Any) -> Response[str]:
    """The template with these values; ``reader``, ``menu``, and ``account`` where it was looked up, are always among them."""
    reader, framed = reader_of(request), {"account": request.state.get("account"), "menu": menu_of(request)}
    body = _environment(reader.language.code).get_template(template).render(reader=reader, **framed, **values)
    return Response(body, media_type="text/html", status_code=status, headers=HEADERS)


def text_of(template: str, language: Language, **values: Any) -> str:
    """A part of a page, in that language."""
    return _environment(language.code).get_template(template).render(**values)


def safe_path(wanted: str) -> str:
    """A path of ours to lead to; the first page for anything that points elsewhere."""
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return "/"
    is_ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return wanted if is_ours else "/"


@post("/preferences", status_code=303)
async def preferences(request: Request[Any, Any, Any]) -> Redirect:
    """Keep language, theme and whether keys are commands in cookies, and lead back."""
    wanted = await read_body(request)
    response = Redirect(safe_path(str(wanted.get("next", "/"))), status_code=303)
    for name, valid in (("language", tuple(LANGUAGES)), ("theme", THEMES), ("keys", KEYS_ARE)):
        if wanted.get(name) in valid:
            response.set_cookie(key=name, value=wanted[name], max_age=YEAR_SECONDS, httponly=True, samesite="lax", path="/")
    return response


@cache
def _environment(code: str) -> Environment:
    """Jinja for one language: its messages and its ways of writing numbers and dates."""
    spoken = language(code)
    environment = Environment(
        loader=PackageLoader("footfall.serve.pages"),
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_translations(spoken.translations, newstyle=True)  # type: ignore[attr-defined]
    ways = ("number", "short", "percent", "day", "time", "span", "duration", "listed", "said")
    environment.filters.update({name: getattr(spoken, name) for name in ways})
    environment.filters.update({name: partial(say, spoken) for name, say in words.FILTERS.items()})
    environment.globals.update({name: getattr(words, name) for name in words.__all__ if name.isupper() and name != "FILTERS"})
    environment.globals.update(url_of=url_of, languages=LANGUAGES, themes=THEMES, version=__version__)
    return environment


ROUTES = [preferences]
