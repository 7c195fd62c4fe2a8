"""Loyalty of portals and services: what the reports and the surveys say, released, and the index made of it."""

from collections.abc import Callable, Sequence
from typing import Any

from litestar import Request, get
from litestar.di import NamedDependency

from footfall.control.keys import Key
from footfall.errors import BadQuestion
from footfall.privacy import release
from footfall.reports import question as questions
from footfall.reports.forms import form_paths
from footfall.reports.loyalty import Returning, loyalty, returning
from footfall.reports.loyalty_index import WEIGHTS, index_of, score_of
from footfall.reports.service_returns import ServiceReturn, returns_of, service_returns
from footfall.serve.answers import ask_of
from footfall.serve.answers_paths import forms_of
from footfall.serve.house import Desk, House
from footfall.serve.keys import authorize, portal_for
from footfall.serve.loyalty_shapes import Compared, Loyalty, LoyaltyAnswer, Service
from footfall.serve.satisfaction import Satisfaction, satisfaction_of, slug
from footfall.sources.contract import Contract
from footfall.vocabulary import Portal

__all__ = ["COMPLAINT", "ROUTES", "all_contracts", "ask_loyalty", "compare_loyalty", "loyalty_of"]

COMPLAINT = "Complaint"
"""The custom event of a complaint; its property ``service`` says of what."""
PERIOD = "30d"
WEEK_OF_RETENTION = 4
UNKNOWN = ServiceReturn(None, None)
NO_SURVEYS = "Surveys are left out: that needs the scope datasets:read."
Readable = Callable[[Contract], bool]


def all_contracts(contract: Contract) -> bool:
    """Whoever may see all of the city's data."""
    return True


def no_contracts(contract: Contract) -> bool:
    """Whoever may see none."""
    return False


def compare_loyalty(desk: Desk, portals: Sequence[Portal], date_range: Any, readable: Readable) -> Compared:
    """These portals with their services, the highest index first; those without one last, by name.

    Raises:
        BadQuestion, Unavailable: each with its sentence.
    """
    if not portals:
        raise BadQuestion("There is no portal to compare.")
    spans = [_parsed(desk, portal, date_range).period for portal in portals]
    first, last = min(span.first for span in spans), max(span.last for span in spans)
    surveys = satisfaction_of(desk, readable, first, last)
    found = sorted(
        (loyalty_of(desk, portal, date_range, surveys) for portal in portals), key=lambda one: (-(one.index.value or -1), one.portal)
    )
    return Compared(first=first, last=last, policy=desk.settings.policy, portals=tuple(found))


def loyalty_of(desk: Desk, portal: Portal, date_range: Any, surveys: dict[str, list[Satisfaction]]) -> Loyalty:
    """One portal, whose reader may ask. ``surveys`` are by slug of a service. Raises as ``compare_loyalty``."""
    told, returns = _returning(desk, portal, date_range)
    goals = desk.control.goals(portal.id)
    complaints = _complaints(desk, portal, date_range)
    released = forms_of(desk, portal, goals, {"date_range": date_range})
    services = []
    for form in form_paths(released):
        counted = form.steps[0].visitors, form.steps[-1].visitors
        asked = surveys.get(slug(form.name), [])
        services.append(_service(portal, form.name, counted, complaints.get(slug(form.name)), asked, returns.get(form.name, UNKNOWN)))
    both = [(one.started, one.sent) for one in services if one.started and one.sent is not None]
    started, sent = (sum(numbers) for numbers in zip(*both, strict=True)) if both else (0, 0)
    completion, complained = _percent(sent, started), _percent(complaints.get(""), told.visitors)
    satisfaction = _mean([one for service in services for one in service.satisfaction])
    month = next((point.rate.rate for point in told.retention if point.week == WEEK_OF_RETENTION and point.rate), None)
    scores = {
        "return": told.return_rate.rate if told.return_rate else None,
        "retention": month,
        "completion": completion,
        "satisfaction": satisfaction,
        "complaints": score_of("complaints", complained),
    }
    return Loyalty(
        portal=portal.domain,
        returning=told,
        completion=completion,
        complaints=complained,
        satisfaction=satisfaction,
        services=tuple(sorted(services, key=lambda one: (-(one.index.value or -1), one.name))),
        index=index_of(scores),
    )


def ask_loyalty(desk: Desk, domains: str, date_range: str, key: Key | None = None) -> LoyaltyAnswer:
    """As the API takes and gives it: portals by domain with commas between, all that may be seen for none; a period's name or two dates
    with a comma. ``key`` is ``None`` for the machine's own operator.

    Raises:
        BadInput, NotFound, Forbidden, Unavailable: each with its sentence.
    """
    wanted = [part.strip() for part in domains.split(",") if part.strip()] or list(key.portals if key else ())
    wanted = wanted or [portal.domain for portal in desk.control.portals()]
    portals = [portal_for(desk.control, key, "stats:read", domain) for domain in wanted]
    days = [part.strip() for part in (date_range or PERIOD).split(",")]
    sees_surveys = key is None or "datasets:read" in key.scopes
    found = compare_loyalty(desk, portals, days if len(days) > 1 else days[0], all_contracts if sees_surveys else no_contracts)
    notes = [] if sees_surveys else [NO_SURVEYS]
    meta: dict[str, object] = {"policy": found.policy, "weights": WEIGHTS, "notes": notes}
    return LoyaltyAnswer(
        results=list(found.portals), meta=meta, query={"site_id": wanted, "date_range": [str(found.first), str(found.last)]}
    )


def _parsed(desk: Desk, portal: Portal, date_range: Any) -> questions.Question:
    body = {"metrics": ["visitors"], "date_range": date_range}
    return questions.parse(body, portal=portal, goals=desk.control.goals(portal.id), now_ms=desk.now())


def _returning(desk: Desk, portal: Portal, date_range: Any) -> tuple[Returning, dict[str, ServiceReturn]]:
    """Of the portal, and of its services by name."""
    asked = _parsed(desk, portal, date_range)
    desk.asked.note(asked, desk.settings.policy, "loyalty")
    engine, loader = desk.store_of(portal)
    until, policy = loader.complete_until_ms(), desk.settings.policy
    whole = {name: release(answer, policy) for name, answer in loyalty(asked, engine, until).items()}
    return returning(whole), returns_of(release(service_returns(asked, engine, until), policy))


def _complaints(desk: Desk, portal: Portal, date_range: Any) -> dict[str, int]:
    """Visitors who complained by slug of the service, and of all under the empty name; of those that may be told."""
    body = {"metrics": ["visitors"], "date_range": date_range, "filters": [["is", "event:name", [COMPLAINT]]]}
    goals = desk.control.goals(portal.id)
    whole = ask_of(desk, portal, goals, body).answer.rows
    by_service = ask_of(desk, portal, goals, body | {"dimensions": ["event:props:service"]}).answer.rows
    found = {slug(row.dimensions[0]): row.metrics[0] for row in by_service if isinstance(row.metrics[0], int)}
    total = whole[0].metrics[0] if whole else None
    return found | ({"": total} if isinstance(total, int) and total else {})


def _service(
    portal: Portal,
    name: str,
    counted: tuple[int | None, int | None],
    complaints: int | None,
    surveys: list[Satisfaction],
    back: ServiceReturn,
) -> Service:
    started, sent = counted
    completion = _percent(sent, started)
    complained = _percent(complaints, started)
    scores = {
        "return": back.return_rate.rate if back.return_rate else None,
        "completion": completion,
        "satisfaction": _mean(surveys),
        "complaints": score_of("complaints", complained),
    }
    return Service(
        portal=portal.domain,
        name=name,
        started=started,
        sent=sent,
        completion=completion,
        abandonment=None if completion is None else round(100 - completion, 1),
        complaints=complained,
        satisfaction=tuple(surveys),
        agreed=back.agreed,
        return_rate=back.return_rate,
        index=index_of(scores),
    )


def _mean(surveys: Sequence[Satisfaction]) -> float | None:
    """Of their scores, by answers."""
    scored = [(score_of(one.measure, one.value), max(one.answers, 1)) for one in surveys]
    known = [(score, answers) for score, answers in scored if score is not None]
    return round(sum(score * answers for score, answers in known) / sum(answers for _, answers in known), 1) if known else None


def _percent(part: int | None, whole: int | None) -> float | None:
    return round(100 * part / whole, 1) if whole and part is not None else None


@get("/api/v1/loyalty")
async def show_loyalty(request: Request[Any, Any, Any], house: NamedDependency[House]) -> LoyaltyAnswer:
    """Loyalty of portals and services, with the index and its parts."""
    key = await authorize(house, request, "stats:read", is_question=True)
    given = request.query_params
    return await house.in_question_lane(lambda: ask_loyalty(house.desk, given.get("site_id", ""), given.get("date_range", ""), key))


ROUTES = [show_loyalty]
