"""Words of accounts in the reader's language: roles, and what was wrong."""

from typing import Any

from litestar import Request

from footfall.errors import FootfallError
from footfall.serve.pages.frame import reader_of
from footfall.serve.pages.language import Language

__all__ = ["role_names", "said"]


def role_names(language: Language) -> dict[str, str]:
    """Role to its name."""
    _ = language.text
    return {"viewer": _("Viewer"), "analyst": _("Analyst"), "steward": _("Steward"), "admin": _("Admin")}


def said(request: Request[Any, Any, Any], error: FootfallError) -> str:
    """The error's sentence in the reader's language."""
    return reader_of(request).language.said(error.sentence)
