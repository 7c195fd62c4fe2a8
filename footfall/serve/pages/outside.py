"""What pages for people who are not signed in have in common: the policy they are answered under, their view, and their frame."""

from typing import Any
from urllib.parse import parse_qsl

import msgspec
from litestar import Request
from litestar.response import Response

from footfall.control.shares import Share
from footfall.privacy.policy import OUTSIDE
from footfall.serve.answers import ask_of
from footfall.serve.house import Desk
from footfall.serve.pages.frame import HEADERS, Reader, reader_of, text_of
from footfall.serve.pages.panels import Ask
from footfall.serve.pages.view import View, read_view
from footfall.vocabulary import Portal

__all__ = ["SharedView", "ask_outside", "pairs_of", "render_outside", "view_of"]

OURS = {"referrer-policy": "no-referrer", "x-robots-tag": "noindex, nofollow"}


class SharedView(View, frozen=True, kw_only=True):
    """A view whose links always say something: an address that says nothing is the view that was shared."""

    def as_pairs(self) -> list[tuple[str, str]]:
        pairs = super().as_pairs()
        return pairs if pairs and pairs[0][0] == "period" else [("period", self.period), *pairs]


def ask_outside(desk: Desk, portal: Portal) -> Ask:
    """What asks for anybody: under the policy for outside, however much the setting lets those inside see."""
    goals = desk.control.goals(portal.id)
    return lambda question: ask_of(desk, portal, goals, question, policy=OUTSIDE.name)


def pairs_of(query: str) -> list[tuple[str, str]]:
    """Names and values of ``?…``."""
    return parse_qsl(query.removeprefix("?"))


def view_of(share: Share, asked: list[tuple[str, str]]) -> SharedView:
    """The view that was shared, or as its reader changed it; where it is fixed only the graph's metric and tabs change.

    Raises:
        BadQuestion: what is asked is not valid.
    """
    shared = read_view(pairs_of(share.view))
    if asked and share.is_fixed:
        other = read_view(asked)
        shared = shared.changed(metric=other.metric, tabs=other.tabs)
    elif asked:
        shared = read_view(asked)
    return SharedView(**{name: getattr(shared, name) for name in View.__struct_fields__})


def render_outside(request: Request[Any, Any, Any], template: str, *, status: int = 200, **values: Any) -> Response[str]:
    """A page that leads nowhere behind the door, and tells no other site where its reader was. Letters are no commands on it."""
    reader: Reader = msgspec.structs.replace(reader_of(request), keys="off")
    body = text_of(template, reader.language, reader=reader, is_outside=True, cohort=OUTSIDE.smallest_cohort, **values)
    return Response(body, media_type="text/html", status_code=status, headers=HEADERS | OURS)
