"""What somebody typed into a form that was not valid: it is shown again, with what is wrong beside it."""

import msgspec

from footfall.errors import FootfallError
from footfall.sentences import NOTHING, Sentence

__all__ = ["UNTYPED", "Typed", "typed_into"]


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """One form of a page, as it was sent."""

    form: str = ""
    """Which of the page's forms: ``note`` is the one for another, ``note-7`` that of number 7; empty where none was sent."""
    given: dict[str, str] = {}
    fault: Sentence = NOTHING
    status: int = 200


UNTYPED = Typed()


def typed_into(form: str, given: dict[str, str], error: FootfallError) -> Typed:
    """The form, and what the error says of it."""
    return Typed(form=form, given=given, fault=error.sentence, status=error.status)
