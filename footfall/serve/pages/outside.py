"""What pages for people who are not signed in have in common: the policy they are answered under, their view, and their frame."""

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request
from litestar.response import Response

from footfall.control.shares import Share
from footfall.local_time import local_midnight
from footfall.privacy.policy import OUTSIDE
from footfall.serve.answers import Asker
from footfall.serve.house import Desk
from footfall.serve.pages.frame import HEADERS, Reader, reader_of, text_of
from footfall.serve.pages.view import View, read_view
from footfall.vocabulary import Portal

__all__ = ["SharedView", "ask_outside", "pairs_of", "render_outside", "view_of"]

OURS = {"referrer-policy": "no-referrer", "x-robots-tag": "noindex, nofollow"}


class SharedView(View, frozen=True, kw_only=True):
    """A view whose links always say something: an address that says nothing is the view that was shared."""

    def as_pairs(self) -> list[tuple[str, str]]:
        pairs = super().as_pairs()
        return pairs if pairs and pairs[0][0] == "period" else [("period", self.period), *pairs]


def ask_outside(desk: Desk, portal: Portal) -> Asker:
    """What asks for anybody: under the policy for outside, however much the setting lets those inside see, and of days that are over.

    Whoever loads a page again and again would else see each visitor come.
    """
    zone = ZoneInfo(portal.timezone)
    today = datetime.fromtimestamp(desk.now() / 1000, zone).date()
    yesterday, last_ms = today - timedelta(days=1), local_midnight(today, zone) - 1

    def read(question: dict[str, Any]) -> tuple[dict[str, Any], int]:
        asked = question["date_range"]
        return _of_days_over(question, yesterday), last_ms if asked == "all" else desk.now()

    return Asker(desk, portal, policy=OUTSIDE.name, read=read)


def _of_days_over(question: dict[str, Any], yesterday: date) -> dict[str, Any]:
    """The question up to yesterday; of a period that only today has, yesterday's. Other names end before today by themselves."""
    last = yesterday.isoformat()
    named = {
        "day": [last, last],
        "24h": [last, last],
        "month": [yesterday.replace(day=1).isoformat(), last],
        "year": [yesterday.replace(month=1, day=1).isoformat(), last],
    }
    asked, include = question["date_range"], dict(question["include"])
    other = include.get("comparisons", {})
    if "date_range" in other:
        include["comparisons"] = other | {"date_range": [min(day, last) for day in other["date_range"]]}
    span = [min(day, last) for day in asked] if isinstance(asked, list) else named.get(asked, asked)
    return question | {"date_range": span, "include": include}


def pairs_of(query: str) -> list[tuple[str, str]]:
    """Names and values of ``?…``."""
    return parse_qsl(query.removeprefix("?"))


def view_of(share: Share, asked: list[tuple[str, str]]) -> SharedView:
    """The view that was shared; its reader chooses the graph's metric and the tabs.

    Raises:
        BadQuestion: what is asked is not valid.
    """
    shared = read_view(pairs_of(share.view))
    if asked:
        other = read_view(asked)
        shared = shared.changed(metric=other.metric, tabs=other.tabs)
    return SharedView(**{name: getattr(shared, name) for name in View.__struct_fields__})


def render_outside(request: Request[Any, Any, Any], template: str, *, status: int = 200, **values: Any) -> Response[str]:
    """A page that leads nowhere behind the door, and tells no other site where its reader was. Letters are no commands on it."""
    reader: Reader = msgspec.structs.replace(reader_of(request), keys="off")
    body = text_of(template, reader.language, reader=reader, is_outside=True, cohort=OUTSIDE.smallest_cohort, **values)
    return Response(body, media_type="text/html", status_code=status, headers=HEADERS | OURS)
