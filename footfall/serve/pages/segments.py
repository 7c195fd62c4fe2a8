"""Saved segments beside the filters: a menu of links, for the address stays the truth."""

import msgspec

from footfall.control.roles import Operator
from footfall.control.segments import Segment, list_segments
from footfall.errors import BadQuestion
from footfall.reports.filters import parse_filters
from footfall.sentences import NOTHING, Sentence
from footfall.serve.house import Desk
from footfall.serve.pages.view import Chip, read_chips
from footfall.serve.sign_in import may
from footfall.vocabulary import Goal, Portal

__all__ = ["Own", "Saved", "own_of"]


class Saved(msgspec.Struct, frozen=True):
    """A segment as the menu shows it."""

    segment: Segment
    chips: tuple[Chip, ...]
    fault: Sentence = NOTHING
    """Why it cannot be applied any more, in a sentence."""


class Own(msgspec.Struct, frozen=True, kw_only=True):
    """What is the reader's own on a portal's page."""

    segments: tuple[Saved, ...]
    is_analyst: bool
    """Shares segments with the team, and writes notes."""
    is_admin: bool
    """Of all portals: writes notes for all."""


def own_of(desk: Desk, portal: Portal, operator: Operator) -> Own:
    """The operator's and the team's segments, and what the operator may."""
    goals = desk.control.goals(portal.id)
    saved = tuple(_saved(segment, goals) for segment in list_segments(desk.control, portal, operator.id))
    return Own(segments=saved, is_analyst=may(operator, "analyst", portal), is_admin=may(operator, "admin"))


def _saved(segment: Segment, goals: tuple[Goal, ...]) -> Saved:
    try:
        chips = read_chips(segment.filters)
        parse_filters([chip.as_question() for chip in chips], goals)
    except BadQuestion as error:
        return Saved(segment, (), error.sentence)
    return Saved(segment, chips)
