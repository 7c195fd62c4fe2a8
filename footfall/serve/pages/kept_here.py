"""What a resident's device keeps of their interests: in its browser, where no page of ours can look, and on this server where it agreed."""

from datetime import date
from typing import Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.response import Response

from footfall.errors import NotFound
from footfall.interests.profile import Kept
from footfall.interests.taxonomy import taxonomy
from footfall.serve.house import House
from footfall.serve.pages.interests import topic_names
from footfall.serve.pages.language import N_
from footfall.serve.pages.residents import known_portal, pages_of, render_residents, resident
from footfall.serve.sign_in import fields_of, in_thread

__all__ = ["ROUTES"]

ERASED = N_("Whatever was kept for this key is erased. This answer is the same whether there was something or not.")
NOTHING = N_("Nothing is kept for this key on this portal.")
LONGEST_KEY = 200


@get("/privacy/kept")
async def kept_page(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[str]:
    """What is kept where, and how it is seen and erased."""
    return _page(request, house)


@post("/privacy/kept", status_code=200)
async def kept_form(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[str]:
    """Show or erase what the server keeps under a device's key. The key is all that is asked for, and goes into no address."""
    portal, given = known_portal(house, request.query_params.get("site", "")), await fields_of(request)
    key, profiles = given.get("key", "").strip()[:LONGEST_KEY], house.kept_profiles
    if profiles is None or not key:
        return _page(request, house, said=NOTHING)
    if given.get("act") == "erase":
        await in_thread(lambda: profiles.erase(portal.id, key))
        return _page(request, house, said=ERASED)
    try:
        return _page(request, house, key=key, kept=await in_thread(lambda: profiles.show(portal.id, key)))
    except NotFound:
        return _page(request, house, said=NOTHING)


def _page(request: Request[Any, Any, Any], house: House, *, said: str = "", key: str = "", kept: Kept | None = None) -> Response[str]:
    portal = known_portal(house, request.query_params.get("site", ""))
    names = topic_names(taxonomy(house.desk.settings.topics_file), resident(request).language.code)
    known: dict[str, Any] = {"said": said, "key": key, "kept": kept, "keeps": house.kept_profiles is not None, "of": date.fromisoformat}
    known["hosts"] = pages_of(portal)
    answer = render_residents(
        request, portal, "kept_here.html", here="/privacy/kept", query=f"site={portal.domain}", name_of=names, **known
    )
    answer.headers["cache-control"] = "no-store"
    return answer


ROUTES = [kept_page, kept_form]
