"""Words of accounts in the reader's language: roles, and what the audit log notes."""

from footfall.serve.pages.language import Language

__all__ = ["role_names"]


def role_names(language: Language) -> dict[str, str]:
    """Role to its name."""
    _ = language.text
    return {"viewer": _("Viewer"), "analyst": _("Analyst"), "steward": _("Steward"), "admin": _("Admin")}
