"""All pages. They are for people and stand outside the API's schema.

Each room lists its ROUTES, which anybody reaches, and BEHIND, which only those do who signed in; a page cannot forget to ask.
"""

from typing import Any

from litestar import Router

from footfall.serve.pages import (
    account,
    alerts,
    assets,
    attacks,
    audit,
    by_link,
    city,
    consumers,
    content,
    content_items,
    content_sources,
    dataset_forms,
    datasets,
    desk,
    door,
    drawing,
    embed,
    export,
    flows,
    frame,
    funnels,
    interests,
    jobs,
    journeys,
    kept_here,
    ledger,
    live,
    loyalty,
    mail_reports,
    metrics,
    operators,
    overview,
    participation,
    placement_preview,
    placements,
    portal,
    portal_forms,
    reach,
    remembered,
    residents,
    setup,
    shared,
    shares,
    sso,
    targets,
    trends,
)
from footfall.serve.pages.faults import HANDLERS
from footfall.serve.sign_in import refuse_foreign_form, refuse_other_origin, require_signed_in

__all__ = ["ROUTES"]

FREE = (assets, frame, metrics, by_link, embed, residents, kept_here, ledger)
FORMS = (door, sso, shared)
BEHIND = (
    door,
    account,
    operators,
    audit,
    datasets,
    dataset_forms,
    desk,
    attacks,
    overview,
    city,
    portal,
    portal_forms,
    reach,
    remembered,
    export,
    drawing,
    shares,
    setup,
    live,
    mail_reports,
    jobs,
    consumers,
    funnels,
    interests,
    content,
    content_items,
    content_sources,
    journeys,
    flows,
    loyalty,
    participation,
    placements,
    placement_preview,
    targets,
    trends,
    alerts,
)


def _rooms(routes: list[Any], before: Any) -> Router:
    return Router("/", route_handlers=routes, before_request=before, exception_handlers=HANDLERS)


ROUTES = [
    _rooms([route for room in FREE for route in room.ROUTES], refuse_other_origin),
    _rooms([route for room in FORMS for route in room.ROUTES], refuse_foreign_form),
    _rooms([route for room in BEHIND for route in room.BEHIND], require_signed_in),
]
