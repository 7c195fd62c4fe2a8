"""Regular expressions as the store reads them: RE2, unanchored, without look-around or back-references."""

from functools import lru_cache

import re2

from footfall.errors import BadQuestion

__all__ = ["check_pattern", "fits_pattern"]

OPTIONS = re2.Options()
OPTIONS.log_errors = False


def check_pattern(pattern: str) -> None:
    """Refuse what RE2 cannot read.

    Raises:
        BadQuestion: with RE2's own reason.
    """
    try:
        _compiled(pattern)
    except re2.error as error:
        reason = error.args[0].decode(errors="replace") if error.args and isinstance(error.args[0], bytes) else str(error)
        raise BadQuestion(
            "The pattern {pattern!r} is not a regular expression in RE2's syntax: {fault}.", pattern=pattern, fault=reason
        ) from None


def fits_pattern(pattern: str, text: str) -> bool:
    """Whether it is found anywhere in the text."""
    return _compiled(pattern).search(text) is not None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> "re2._Regexp[str]":
    return re2.compile(pattern, OPTIONS)
