"""What a public placement offers, for pages that put it in their visitor's own order: in the browser, or here for a device that agreed.

The candidates are the same for everybody in a language; what they are ranked by never comes with the request for them.
"""

from typing import Annotated, Any

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response
from msgspec import Meta

from footfall.control.placements import Placement
from footfall.errors import BadInput, NotFound
from footfall.interests.taste import Candidate, Topics
from footfall.serve.error_answers import HANDLERS
from footfall.serve.house import House
from footfall.serve.pages.language import N_, Language
from footfall.serve.placement_lists import etag_of, spoken_of
from footfall.serve.placements import LANGUAGE, MAX_AGE_S
from footfall.serve.recommendation_ids import WINDOW_MS
from footfall.serve.recommending import Asked, Recommended, may_stand, window_arm

__all__ = ["ROUTES", "Candidates", "Offered", "candidates_of", "public_placement", "taken"]

STEP = 0.05
"""Of scores: enough for an order, and no way back to the numbers behind them."""
MORE, MOST, MOST_PAGES = 10, 60, 2000
"""Candidates for each place of the list, at most so many; and pages whose topics are told."""
TEXTS = {
    "ask": N_("Show first what interests me? This browser would note a few topics that I read about here, and tell nobody."),
    "yes": N_("Yes, on this device"),
    "forget": N_("Forget my interests"),
    "kept": N_("What this browser keeps"),
    "nothing": N_("Nothing yet."),
    "because": N_("Because you read about: {topic}"),
}


class OfferedWhy(msgspec.Struct, frozen=True, kw_only=True):
    """OfferedWhy an item is offered to everybody."""

    kind: str
    text: str


class Offered(msgspec.Struct, frozen=True, kw_only=True):
    """A candidate."""

    item: int
    url: str
    title: str
    summary: str
    kind: str
    topics: Annotated[Topics, Meta(description="Topic and score, 0 to 1, best first.")]
    score: Annotated[float, Meta(description="What everybody is shown first has most; in steps of 0.05.")]
    pinned: Annotated[bool, Meta(description="Editors put it in front: there it stays.")]
    reason: OfferedWhy


class Candidates(msgspec.Struct, frozen=True, kw_only=True):
    """All that a browser needs to rank a list and say why. The same bytes for everybody in a language."""

    id: Annotated[str, Meta(description="For feedback with a key. Everybody who got this list in these minutes has the same.")]
    placement: str
    title: str
    language: str
    n: Annotated[int, Meta(description="Of the list; there are more candidates.")]
    items: tuple[Offered, ...]
    names: Annotated[dict[str, str], Meta(description="Of topics, in the language.")]
    pages: Annotated[dict[str, Topics], Meta(description="By path, what the portal's pages are about.")]
    texts: dict[str, str]


@get("/api/v1/placements/{placement:str}/candidates", exception_handlers=HANDLERS)
async def show_candidates(request: Request[Any, Any, Any], house: NamedDependency[House], placement: FromPath[str]) -> Response[bytes]:
    """The candidates of a public placement, without a key: nothing in the request is of the visitor but the language."""
    found, language = public_placement(house, placement), request.query_params.get("language", "")
    if language and not LANGUAGE.fullmatch(language):
        raise BadInput("language {language!r} is not valid. Valid: a primary tag such as en or ru.", language=language[:20])
    content, tag = await house.in_list_lane(lambda: _made(house, found, language))
    is_known = tag in request.headers.get("if-none-match", "")
    headers = {"cache-control": f"public, max-age={MAX_AGE_S}", "etag": tag, "access-control-allow-origin": "*"}
    return Response(b"" if is_known else content, status_code=304 if is_known else 200, media_type="application/json", headers=headers)


def public_placement(house: House, name: str) -> Placement:
    """Raises NotFound where there is none of that name, or it is not public: the same, so that nobody learns which."""
    found = house.content.recommending.known.placements.get(name)
    if found is None or not found.is_public:
        raise NotFound("No public placement {name!r} here.", name=name[:100])
    return found


def candidates_of(house: House, placement: Placement, language: str) -> Candidates:
    """What the placement offers in a language."""
    now_ms, spoken = house.desk.now(), spoken_of(language)
    arm, n = window_arm(placement, now_ms), min(MOST, MORE * placement.n)
    asked = Asked(site=placement.site, placement=placement, arm=arm, language=language, n=n, now_ms=now_ms)
    found = house.content.recommending.recommend(asked)
    items = tuple(_offered(one, placement, spoken) for one in found.items)
    pages = _pages(house, placement.site, now_ms)
    topics = sorted({topic for one in items for topic, _ in one.topics} | {topic for of in pages.values() for topic, _ in of})
    return Candidates(
        id=found.id,
        placement=placement.id,
        title=placement.title,
        language=spoken.code,
        n=placement.n,
        items=items,
        names={topic: house.content.recommending.name_of("topic", topic, spoken.code) or topic for topic in topics},
        pages=pages,
        texts={name: spoken.text(text) for name, text in TEXTS.items()},
    )


def taken(offered: Candidates) -> list[Candidate]:
    """As they are ranked by."""
    return [Candidate(one.item, one.score, one.topics, one.pinned) for one in offered.items]


def _offered(one: Recommended, placement: Placement, spoken: Language) -> Offered:
    item = one.item
    return Offered(
        item=item.id,
        url=item.url,
        title=item.title,
        summary=item.summary,
        kind=item.kind,
        topics=tuple((topic, round(score, 3)) for topic, score in item.topics),
        score=round(round(max(0.0, one.score) / STEP) * STEP, 2),
        pinned=item.id in placement.pins,
        reason=OfferedWhy(kind=one.kind, text=str(spoken.said(one.reason))),
    )


def _pages(house: House, site: int, now_ms: int) -> dict[str, Topics]:
    """Of pages that may be shown: what is not out yet has an address that tells of it."""
    known = (item for item in house.content.recommending.known.newest.get(site, ()) if may_stand(item, site, now_ms))
    about = ((item.path, tuple((topic, round(score, 3)) for topic, score in item.topics)) for item in known if item.topics)
    return dict(sorted(list(about)[:MOST_PAGES]))


def _made(house: House, placement: Placement, language: str) -> tuple[bytes, str]:
    kept_as = ("candidates", placement.id, language, house.content.recommending.known.number, house.desk.now() // WINDOW_MS)
    found = house.content.lists.find(kept_as)
    if found is None:
        content = msgspec.json.encode(candidates_of(house, placement, language))
        found = content, etag_of(content)
        house.content.lists.keep(kept_as, found)
    return found


ROUTES = [show_candidates]
