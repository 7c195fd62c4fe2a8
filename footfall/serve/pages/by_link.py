"""Where the links of mails lead: a recipient confirms a report, or wants no more of it. The link itself is all it takes.

Programs that look through mail follow links: what changes something is a button on the page.
"""

from typing import Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response

from footfall.control.mail_reports import MailReport, confirm_recipient, drop_recipient, find_recipient
from footfall.errors import NotFound
from footfall.serve.house import House
from footfall.serve.mail.write import CONFIRM, UNSUBSCRIBE, recipient_of
from footfall.serve.pages.frame import reader_of, render
from footfall.serve.pages.mail_words import plan_said
from footfall.serve.sign_in import in_thread

__all__ = ["ROUTES"]

NO_LINK = "This link is not whole. Copy all of it from the mail."


@get("/mail/confirm/{token:str}")
async def show_confirm(request: Request[Any, Any, Any], house: NamedDependency[House], token: FromPath[str]) -> Response[Any]:
    """What is to be confirmed, and the button."""
    id = _recipient(house, CONFIRM, token)
    report, recipient = await in_thread(lambda: find_recipient(house.desk.control, id, now_ms=house.desk.now()))
    return await _page(house, request, report, purpose=CONFIRM, is_done=bool(recipient.confirmed_ms))


@post("/mail/confirm/{token:str}", status_code=200)
async def confirm(request: Request[Any, Any, Any], house: NamedDependency[House], token: FromPath[str]) -> Response[Any]:
    """From now on the report is sent."""
    id = _recipient(house, CONFIRM, token)
    report = await in_thread(lambda: confirm_recipient(house.desk.control, id, now_ms=house.desk.now()))
    return await _page(house, request, report, purpose=CONFIRM, is_done=True)


@get("/mail/unsubscribe/{token:str}")
async def show_unsubscribe(request: Request[Any, Any, Any], house: NamedDependency[House], token: FromPath[str]) -> Response[Any]:
    """What one has too much of, and the button."""
    id = _recipient(house, UNSUBSCRIBE, token)
    try:
        report, _ = await in_thread(lambda: find_recipient(house.desk.control, id, now_ms=house.desk.now()))
    except NotFound:
        return await _page(house, request, None, purpose=UNSUBSCRIBE, is_done=True)
    return await _page(house, request, report, purpose=UNSUBSCRIBE, is_done=False)


@post("/mail/unsubscribe/{token:str}", status_code=200)
async def unsubscribe(request: Request[Any, Any, Any], house: NamedDependency[House], token: FromPath[str]) -> Response[Any]:
    """No more of it, at once. The page's button comes here, and so does a mail program (RFC 8058), which has no cookie."""
    id = _recipient(house, UNSUBSCRIBE, token)
    await in_thread(lambda: drop_recipient(house.desk.control, id, now_ms=house.desk.now()))
    return await _page(house, request, None, purpose=UNSUBSCRIBE, is_done=True)


def _recipient(house: House, purpose: str, token: str) -> int:
    """Raises NotFound where the link was not made here for that purpose."""
    id = recipient_of(house.signer, purpose, token)
    if not id:
        raise NotFound(NO_LINK)
    return id


async def _page(house: House, request: Request[Any, Any, Any], report: MailReport | None, *, purpose: str, is_done: bool) -> Response[Any]:
    portal = await in_thread(lambda: house.desk.control.portal(report.portal_id)) if report else None
    plan = plan_said(reader_of(request).language, report.plan) if report else ""
    values: dict[str, Any] = {"domain": portal.domain if portal else "", "plan": plan, "purpose": purpose, "is_done": is_done}
    return render(request, "by_link.html", here=request.url.path, **values)


ROUTES = [show_confirm, confirm, show_unsubscribe, unsubscribe]
