"""Participation: events of the city from interest to attendance, for one portal."""

from datetime import date
from typing import Any

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response

from footfall.control.places import list_places
from footfall.errors import BadQuestion, Refused
from footfall.interests.taxonomy import taxonomy
from footfall.sentences import NOTHING, Sentence
from footfall.serve.city_data import is_readable
from footfall.serve.house import Desk, House
from footfall.serve.pages.export import csv_file
from footfall.serve.pages.frame import reader_of, render
from footfall.serve.pages.language import N_, Language
from footfall.serve.pages.shown_days import Day
from footfall.serve.pages.view import PERIODS, View, read_view
from footfall.serve.participation import participation_of
from footfall.serve.participation_shapes import ParticipationAnswer
from footfall.serve.sign_in import signed_in, visible_portal
from footfall.vocabulary import Portal

__all__ = ["BEHIND"]

PERIOD = "91d"
SEASON_NAMES = {"winter": N_("Winter"), "spring": N_("Spring"), "summer": N_("Summer"), "autumn": N_("Autumn")}
CHOICES: dict[str, Any] = {
    "periods": tuple(name for name in PERIODS if name not in ("24h", "all")),
    "comparisons": (),
    "intervals": (),
    "season_names": SEASON_NAMES,
}
HEAD = (N_("Event"), N_("Kind"), N_("Interest"), N_("Searches"), N_("In calendars"), N_("Registered"))
CSV_HEAD = (*HEAD, N_("Days held"), N_("Came"), N_("Similar events"), N_("Next time"), N_("From"), N_("To"))
Asked = Request[Any, Any, Any]


class ParticipationPage(msgspec.Struct, frozen=True, kw_only=True):
    """All that the page shows."""

    portal: str
    first: Day | None = None
    last: Day | None = None
    found: ParticipationAnswer | None = None
    fault: Sentence = NOTHING


@get("/portals/{domain:str}/participation")
async def participation_page(request: Asked, house: NamedDependency[House], domain: FromPath[str]) -> Response[str]:
    """Events, and what a portal's visitors did about them."""
    view, page = await _loaded(house, request, domain)
    spoken = reader_of(request).language
    kinds, districts = await house.in_question_lane(lambda: _names(house.desk, spoken))
    return render(request, "participation.html", page=page, view=view, kind_names=kinds, district_names=districts, **CHOICES)


@get("/portals/{domain:str}/participation/csv")
async def participation_csv(request: Asked, house: NamedDependency[House], domain: FromPath[str]) -> Response[bytes]:
    """The same as a file."""
    _, page = await _loaded(house, request, domain)
    if page.found is None:
        raise BadQuestion(page.fault)
    text = reader_of(request).language.text
    rows = []
    for one in page.found.events:
        ahead = [one.forecast.median, one.forecast.low, one.forecast.high] if one.forecast else [None, None, None]
        did = [one.interest, one.searches, one.calendar, one.registrations]
        rows.append([one.event, one.kind, *did, one.occasions, one.attendance, one.similar, *ahead])
    return csv_file([[text(name) for name in CSV_HEAD], *rows], f"{page.portal}-participation")


async def _loaded(house: House, request: Asked, domain: str) -> tuple[View, ParticipationPage]:
    pairs = list(request.query_params.multi_items())
    view = read_view(pairs).changed(filters=(), tabs=(), compare="")
    view = view if any(name == "period" for name, _ in pairs) else view.changed(period=PERIOD)
    portal = await visible_portal(house, request, domain)
    operator = await signed_in(house, request)

    def work() -> ParticipationPage:
        return _load(house.desk, portal, view, is_readable(operator))

    return view, await house.in_question_lane(work)


def _load(desk: Desk, portal: Portal, view: View, readable: Any) -> ParticipationPage:
    try:
        found = participation_of(desk, portal, view.date_range, readable)
    except (BadQuestion, Refused) as error:
        return ParticipationPage(portal=portal.domain, fault=error.sentence)
    days: Any = found.query["date_range"]
    first, last = (Day(date.fromisoformat(day)) for day in days)
    return ParticipationPage(portal=portal.domain, first=first, last=last, found=found)


def _names(desk: Desk, spoken: Language) -> tuple[dict[str, str], dict[str, str]]:
    """What kinds and districts are called, by id."""
    kinds = {topic.id: topic.name(spoken.code) for topic in taxonomy(desk.settings.topics_file)}
    return kinds, {place.id: place.names.get(spoken.code) or place.name for place in list_places(desk.control, "district").values()}


BEHIND = [participation_page, participation_csv]
