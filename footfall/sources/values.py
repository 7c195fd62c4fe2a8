"""Values of a contract: brought to their type, or refused with their place and what is valid."""

from typing import Any, Literal, get_args, get_origin

import msgspec

from footfall.errors import BadInput
from footfall.sentences import Sentence

__all__ = ["converted", "shown"]

LONGEST = 60
TEXT = Sentence("a text, in quotes where it looks like something else")
TEXTS = Sentence("a list of texts, each in quotes where it looks like something else")
PAIRS = Sentence("a mapping of texts, each in quotes where it looks like something else")
WHOLE, NUMBER, SWITCH = Sentence("a whole number"), Sentence("a number"), Sentence("true or false")
NONE, MAPPING, LIST = Sentence("nothing"), Sentence("a mapping"), Sentence("a list")
BOUND = Sentence("a number, or a date such as '2020-01-31'")
WORDS: dict[Any, Sentence] = {str: TEXT, int: WHOLE, float: NUMBER, bool: SWITCH, tuple[str, ...]: TEXTS, dict[str, str]: PAIRS}


def converted(value: object, kind: Any, place: str) -> Any:
    """The value as that type.

    Raises:
        BadInput: it is of another one.
    """
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError:
        raise BadInput("{place}: {value} is not valid. Valid: {valid}.", place=place, value=shown(value), valid=_valid(kind)) from None


def shown(value: object) -> str:
    """A value as a sentence quotes it: never more than a line of it.

    >>> shown("hour"), shown([1, 2]), shown(None)
    ("'hour'", 'a list', 'nothing')
    """
    if value is None:
        return NONE
    if isinstance(value, dict | list | tuple):
        return MAPPING if isinstance(value, dict) else LIST
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _valid(kind: Any) -> str:
    if get_origin(kind) is Literal:
        return ", ".join(get_args(kind))
    return WORDS.get(kind, BOUND)
