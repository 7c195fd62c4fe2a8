"""A panel inside a page of another site. No cookie, no script, nothing to click; framed by the sites that were named and by no other."""

from typing import Any

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response

from footfall.control.shares import Share, find_share
from footfall.privacy.policy import OUTSIDE
from footfall.serve.house import Desk, House
from footfall.serve.pages import drawing
from footfall.serve.pages.drawing import Drawing
from footfall.serve.pages.frame import THEMES, text_of
from footfall.serve.pages.language import Language, choose
from footfall.serve.pages.outside import ask_outside, pairs_of
from footfall.serve.pages.panels import PANELS, SHORT_ROWS, Shown, panel_of, show
from footfall.serve.pages.view import View, read_view
from footfall.serve.sign_in import in_thread
from footfall.vocabulary import Portal

__all__ = ["GRAPH", "KINDS", "ROUTES"]

GRAPH = "graph"
KINDS = (GRAPH, *(panel.name for panel in PANELS))
"""What can be embedded."""
LIFE_S = 60


class Embedded(msgspec.Struct, frozen=True, kw_only=True):
    """All that the frame shows."""

    portal: Portal
    view: View
    drawing: Drawing
    """Also of a panel: until when it is complete, and of what days."""
    shown: Shown | None = None
    """The panel; ``None`` where it is the graph."""
    flags: dict[int, Any] = {}
    """No notes: they are the team's own."""

    @property
    def graph(self) -> Any:
        """As ``graph.html`` finds it."""
        return self.drawing.graph


def load(desk: Desk, portal: Portal, share: Share) -> Embedded:
    """Ask what the share shows. Raises BadQuestion, Refused, Unavailable where it cannot be had."""
    view, ask = read_view(pairs_of(share.view)), ask_outside(desk, portal)
    drawn = drawing.load(desk, portal, view, ask)
    if share.panel == GRAPH:
        return Embedded(portal=portal, view=view, drawing=drawn)
    panel = panel_of(share.panel)
    shown = show(panel, panel.tab(view.tab(panel.name)), view, ask, limit=SHORT_ROWS)
    return Embedded(portal=portal, view=view, drawing=drawn, shown=shown)


@get("/embed/{token:str}")
async def embed(request: Request[Any, Any, Any], house: NamedDependency[House], token: FromPath[str]) -> Response[str]:
    """The panel; ``?theme=`` and ``?lang=`` say how it looks, whatever the reader chose elsewhere."""
    desk = house.desk
    share = await in_thread(lambda: find_share(desk.control, token, "panel", now_ms=desk.now()))
    spoken = choose(request.query_params.get("lang", ""), request.headers.get("accept-language", ""))
    theme = request.query_params.get("theme", "")
    key = (share.id, spoken.code, theme if theme in THEMES else THEMES[0])
    page = house.embedded.find(key)
    if page is None:
        page = await house.in_question_lane(lambda: _page(desk, share, spoken, key[2]))
        house.embedded.keep(key, page)
    return Response(page, media_type="text/html", headers=_headers(share))


def _page(desk: Desk, share: Share, spoken: Language, theme: str) -> str:
    page = load(desk, desk.control.portal(share.portal_id), share)
    values = {"page": page, "view": page.view, "theme": theme, "code": spoken.code, "cohort": OUTSIDE.smallest_cohort}
    return text_of("embed.html", spoken, shown=page.shown, is_outside=True, is_fixed=True, **values)


def _headers(share: Share) -> dict[str, str]:
    policy = f"default-src 'none'; style-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors {' '.join(share.origins)}"
    return {
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "x-robots-tag": "noindex, nofollow",
        "cache-control": f"public, max-age={LIFE_S}",
        "vary": "accept-language",
    }


ROUTES = [embed]
