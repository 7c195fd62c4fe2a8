"""Filters: parsed from the API's nested lists into small Structs that compose can walk."""

from typing import Any

import msgspec

from footfall.errors import BadQuestion
from footfall.reports.catalogue import DIMENSIONS, PROP, dimension
from footfall.reports.patterns import check_pattern
from footfall.sentences import NONE_YET
from footfall.vocabulary import Goal

__all__ = ["Filter", "Group", "Leaf", "event_dimensions", "goals_asked", "goals_named", "leaves", "parse_filters", "without"]

OPERATORS = ("is", "is_not", "contains", "contains_not", "matches", "matches_not")
BEHAVIORS = ("has_done", "has_not_done")
GROUPS = ("and", "or", "not")
GOAL_OPERATORS = ("is", "contains")
TOP_LEVEL = ("event:goal", "event:hostname")
DEEPEST = 10


class Leaf(msgspec.Struct, frozen=True, kw_only=True):
    """One comparison: it holds if any of the values fits (is_not and its like: if none does)."""

    operator: str
    dimension: str
    values: tuple[str, ...]
    case_sensitive: bool = True
    behavioral: bool = False


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """``and``, ``or``, ``not``, ``has_done`` or ``has_not_done`` over filters."""

    operator: str
    filters: tuple["Filter", ...]


Filter = Leaf | Group


def parse_filters(asked: Any, goals: tuple[Goal, ...]) -> tuple[Filter, ...]:
    """The filters of a question, all of which must hold.

    Raises:
        BadQuestion: an operator, dimension or value is not valid; the sentence lists what is.
    """
    if not isinstance(asked, list):
        raise BadQuestion('filters is a list of filters such as ["is", "visit:source", ["Google"]].')
    return tuple(_parse(entry, goals, depth=0, inside="") for entry in asked)


def leaves(filters: tuple[Filter, ...]) -> list[Leaf]:
    """Every comparison, however deep."""
    return [leaf for entry in filters for leaf in ([entry] if isinstance(entry, Leaf) else leaves(entry.filters))]


def event_dimensions(filters: tuple[Filter, ...]) -> set[str]:
    """Event dimensions filtered on, those inside has_done aside."""
    return {leaf.dimension for leaf in leaves(filters) if leaf.dimension.startswith("event:") and not leaf.behavioral}


def without(filters: tuple[Filter, ...], *prefixes: str) -> tuple[Filter, ...]:
    """The filters without the comparisons that stand at the top level and name a dimension with one of the prefixes."""
    return tuple(entry for entry in filters if not (isinstance(entry, Leaf) and entry.dimension.startswith(prefixes)))


def goals_named(leaf: Leaf, goals: tuple[Goal, ...]) -> list[Goal]:
    """The goals that a filter on event:goal means."""
    fold = (lambda text: text) if leaf.case_sensitive else str.casefold
    wanted = [fold(value) for value in leaf.values]
    if leaf.operator == "is":
        return [goal for goal in goals if fold(goal.display_name) in wanted]
    return [goal for goal in goals if any(value in fold(goal.display_name) for value in wanted)]


def goals_asked(filters: tuple[Filter, ...], goals: tuple[Goal, ...]) -> list[Goal]:
    """The goals left by all top-level filters on event:goal; every goal without one."""
    chosen = [goals_named(entry, goals) for entry in filters if isinstance(entry, Leaf) and entry.dimension == "event:goal"]
    return [goal for goal in goals if all(goal in named for named in chosen)]


def _parse(entry: Any, goals: tuple[Goal, ...], *, depth: int, inside: str) -> Filter:
    if not isinstance(entry, list) or not entry or not isinstance(entry[0], str):
        raise BadQuestion("Filter {entry!r} is not valid. Valid: [operator, dimension, values].", entry=entry)
    operator = entry[0]
    if operator in GROUPS:
        return _group(entry, goals, depth=depth, inside=inside)
    if operator in BEHAVIORS:
        return _behavior(entry, goals, inside=inside)
    if operator not in OPERATORS:
        valid = ", ".join((*OPERATORS, *GROUPS, *BEHAVIORS))
        raise BadQuestion("Filter operator {operator!r} is not known. Valid operators: {valid}.", operator=operator, valid=valid)
    return _leaf(entry, goals, depth=depth, behavioral=inside in BEHAVIORS)


def _group(entry: list[Any], goals: tuple[Goal, ...], *, depth: int, inside: str) -> Group:
    if inside in BEHAVIORS:
        raise BadQuestion("{inside} takes one comparison, not {name!r}.", inside=inside, name=entry[0])
    if depth >= DEEPEST:
        raise BadQuestion("Filters nest too deep. Valid: up to {most} levels of and, or, not.", most=DEEPEST)
    inner = [entry[1]] if entry[0] == "not" and len(entry) == 2 else entry[1] if len(entry) == 2 else None
    if not isinstance(inner, list) or not inner:
        raise BadQuestion("Filter {name!r} takes a list of filters (not: one filter).", name=entry[0])
    return Group(operator=entry[0], filters=tuple(_parse(part, goals, depth=depth + 1, inside=entry[0]) for part in inner))


def _behavior(entry: list[Any], goals: tuple[Goal, ...], *, inside: str) -> Group:
    if inside in BEHAVIORS:
        raise BadQuestion("{name} cannot stand inside {inside}.", name=entry[0], inside=inside)
    if len(entry) != 2:
        raise BadQuestion("{name} takes one filter on an event dimension.", name=entry[0])
    found = _parse(entry[1], goals, depth=0, inside=entry[0])
    if not isinstance(found, Leaf) or not found.dimension.startswith("event:"):
        raise BadQuestion("{name} takes one filter on an event dimension.", name=entry[0])
    return Group(operator=entry[0], filters=(found,))


def _leaf(entry: list[Any], goals: tuple[Goal, ...], *, depth: int, behavioral: bool) -> Leaf:
    if len(entry) not in (3, 4):
        raise BadQuestion(
            'Filter {entry!r} is not valid. Valid: [operator, dimension, values] and optionally {{"case_sensitive": false}}.', entry=entry
        )
    operator, name, values = entry[:3]
    if name == "segment":
        raise BadQuestion('A segment is asked for over the API, as ["is", "segment", [ID]], with one ID and outside and, or, not.')
    if not isinstance(name, str) or not _can_be_filtered(name):
        valid = ", ".join(known for known in DIMENSIONS if _can_be_filtered(known))
        raise BadQuestion(
            "Filter dimension {name!r} is not known. Valid dimensions: {valid}, {prop}NAME.", name=name, valid=valid, prop=PROP
        )
    if not isinstance(values, list) or not values or not all(type(value) in (str, int) for value in values):
        raise BadQuestion("The filter on {name} needs a list of at least one text value.", name=name)
    if name in TOP_LEVEL and depth > 0:
        raise BadQuestion("Filters on {name} stand at the top level only, not inside and, or, not.", name=name)
    texts = tuple(str(value) for value in values)
    options = entry[3] if len(entry) == 4 else {}
    if not isinstance(options, dict) or set(options) - {"case_sensitive"} or not isinstance(options.get("case_sensitive", True), bool):
        raise BadQuestion("A filter's fourth part is an object with case_sensitive, true or false.")
    case = options.get("case_sensitive", True)
    leaf = Leaf(operator=operator, dimension=name, values=texts, case_sensitive=case, behavioral=behavioral)
    _check_values(leaf, goals)
    return leaf


def _can_be_filtered(name: str) -> bool:
    found = dimension(name)
    return found is not None and not found.is_group_only and not name.startswith("time")


def _check_values(leaf: Leaf, goals: tuple[Goal, ...]) -> None:
    if leaf.dimension == "event:goal":
        if leaf.operator not in GOAL_OPERATORS:
            raise BadQuestion(
                "Filters on event:goal take {operators}, not {operator}.", operators=" and ".join(GOAL_OPERATORS), operator=leaf.operator
            )
        for value in leaf.values if leaf.operator == "is" else ():
            if not goals_named(msgspec.structs.replace(leaf, values=(value,)), goals):
                known = ", ".join(goal.display_name for goal in goals) or NONE_YET
                raise BadQuestion("The goal {goal!r} is not set up on this portal. Goals there are: {goals}.", goal=value, goals=known)
    if leaf.operator.startswith("matches"):
        for value in leaf.values:
            check_pattern(value)
